/** Pulumi.yaml, as far as this engine honours it; what it cannot honour is refused by name. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { parse } from "yaml";

import { EngineError, unsupportedError } from "../model/engine-error.ts";
import { isName } from "../model/stack-name.ts";
import { isObject } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import type { Files } from "./files.ts";

/** A project, as its Pulumi.yaml describes it. */
export interface PulumiProject {
  name: string;
  /** The folder of Pulumi.yaml. */
  root: string;
  /** The program's working folder, and what is loaded there: a file's base name, or `.`. */
  pwd: string;
  entry: string;
  /** `typescript`, `nodeargs`, `tsconfig` …, as written. */
  runtimeOptions: Properties;
  /** `backend.url`, as written. */
  backendUrl?: string;
  /** The folder of the Pulumi.<stack>.yaml files. */
  stackConfigFolder: string;
  /** Values, defaults and types of configuration that every stack has. */
  config: Properties;
}

/**
 * Reads the project of this folder or of the nearest one above it.
 *
 * @throws EngineError when there is none, or when it asks for what this engine does not do.
 */
export async function readProject(cwd: string, files: Files): Promise<PulumiProject> {
  const file = await findProject(resolve(cwd), files);
  const yaml = parseYaml((await files.read(file)) ?? "", file);
  for (const key of ["plugins", "packages", "environment"])
    if (isFilled(yaml[key])) throw unsupportedError(`"${key}" in ${file}`);
  if (isFilled(isObject(yaml["options"]) ? yaml["options"]["refresh"] : undefined))
    throw unsupportedError(`"options.refresh" in ${file}`);
  const name = yaml["name"];
  if (typeof name !== "string" || name === "") throw new EngineError(`${file} has no "name"`, { exitCode: 2 });
  if (!isName(name))
    throw new EngineError(`"${name}", in ${file}, is not a project's name`, {
      advice: "A name has letters, digits, hyphens, underscores and periods only, 100 at most.",
      exitCode: 2,
    });

  const root = dirname(file);
  const entry = await entryOf(root, yaml["main"]);
  await refusePlugAndPlay(entry.pwd);
  const configFolder = yaml["stackConfigDir"] ?? (typeof yaml["config"] === "string" ? yaml["config"] : "");
  const backend = isObject(yaml["backend"]) ? yaml["backend"]["url"] : undefined;
  return {
    name,
    root,
    ...entry,
    runtimeOptions: runtimeOptions(yaml["runtime"], file),
    ...(typeof backend === "string" && backend !== "" ? { backendUrl: backend } : {}),
    stackConfigFolder: join(root, String(configFolder)),
    config: isObject(yaml["config"]) ? yaml["config"] : {},
  };
}

/** Returns the mapping that a YAML file holds; an empty file holds an empty one. */
export function parseYaml(text: string, file: string): Properties {
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch (error) {
    throw new EngineError(`${file} is not valid YAML: ${(error as Error).message}`, { exitCode: 2, cause: error });
  }
  if (yaml === null || yaml === undefined) return {};
  if (!isObject(yaml)) throw new EngineError(`${file} does not hold a mapping`, { exitCode: 2 });
  return yaml;
}

async function findProject(cwd: string, files: Files): Promise<string> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
      const file = join(folder, name);
      if ((await files.read(file)) !== undefined) return file;
    }
    if (folder === dirname(folder))
      throw new EngineError(`There is no Pulumi.yaml in ${cwd} or above it`, {
        advice: "Run the command in the folder of a Pulumi project, or name it with --cwd.",
        exitCode: 2,
      });
  }
}

async function entryOf(root: string, main: unknown): Promise<{ pwd: string; entry: string }> {
  if (typeof main !== "string" || main === "") return { pwd: root, entry: "." };
  const path = resolve(root, main);
  const found = await stat(path).catch((error: unknown) => {
    throw new EngineError(`The program ${path}, named by "main" in Pulumi.yaml, does not exist`, {
      advice: "Build it first, or mend the path.",
      exitCode: 2,
      cause: error,
    });
  });
  return found.isDirectory() ? { pwd: path, entry: "." } : { pwd: dirname(path), entry: basename(path) };
}

/** Yarn's Plug'n'Play keeps packages in archives, from which the SDK starts neither programs nor hosts. */
async function refusePlugAndPlay(pwd: string): Promise<void> {
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  for (let folder = pwd; ; folder = dirname(folder)) {
    if (await exists(join(folder, "node_modules/@pulumi/pulumi"))) return;
    if (await exists(join(folder, ".pnp.cjs")))
      throw new EngineError(
        `The packages of ${pwd} are installed by Yarn's Plug'n'Play, which Pulumi does not run on`,
        {
          advice: `Write \`nodeLinker: node-modules\` into ${join(folder, ".yarnrc.yml")}, and run \`yarn install\`.`,
          exitCode: 2,
        },
      );
    if (folder === dirname(folder)) return;
  }
}

function runtimeOptions(runtime: unknown, file: string): Properties {
  const name = isObject(runtime) ? runtime["name"] : runtime;
  if (name !== "nodejs") throw unsupportedError(`The runtime "${String(name)}" in ${file}`);
  return isObject(runtime) && isObject(runtime["options"]) ? runtime["options"] : {};
}

function isFilled(value: unknown): boolean {
  return isObject(value) || Array.isArray(value) ? Object.keys(value).length > 0 : Boolean(value);
}
