/** Pulumi's `file://` backend: which folder it is, and where in it a stack's files lie. */
import { homedir } from "node:os";
import { join } from "node:path";

import { EngineError } from "../model/engine-error.ts";
import { fileScheme, folderOfUrl } from "./file-url.ts";
import { replaceFile } from "./files.ts";
import type { Files } from "./files.ts";
import { parseYaml } from "./project-file.ts";

/** A `file://` backend. */
export interface Backend {
  /** As it was written. */
  url: string;
  /** The folder that the URL names; the state is in its sub-folder `.pulumi`. */
  folder: string;
}

/** The files of one stack, all below `<backend>/.pulumi`. */
export interface StackFiles {
  checkpoint: string;
  /** The checkpoint before the run. */
  previous: string;
  history: string;
  backups: string;
  locks: string;
  /** In a folder that the Pulumi CLI does not know and therefore leaves alone. */
  journal: string;
}

/** What the choice of a backend is made from. */
export interface BackendChoice {
  /** The project's folder, to which relative paths belong. */
  root: string;
  /** Given by the user for this run. */
  state?: string;
  /** `backend.url` of Pulumi.yaml. */
  projectUrl?: string;
  env: NodeJS.ProcessEnv;
  /** Writes nothing, not even what marks a folder as a backend; one that does not exist yet is empty. */
  readOnly?: boolean;
}

/** Picks the backend as the CLI does: this run's, the environment's, the project's, the one logged in to. */
export async function openBackend(choice: BackendChoice, files: Files): Promise<Backend> {
  const url =
    choice.state ?? (choice.env["PULUMI_BACKEND_URL"] || choice.projectUrl) ?? (await login(choice.env, files));
  if (!url)
    throw new EngineError("There is no backend to keep the state in", {
      advice: "Name one: --state file://./state, PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml.",
      exitCode: 2,
    });
  if (!url.startsWith(fileScheme))
    throw new EngineError(`The backend ${url} is not a file:// backend, the only one of the embedded engine`, {
      advice: "Use the Pulumi CLI.",
      exitCode: 2,
    });
  const folder = folderOfUrl(url, choice.root);
  if (choice.readOnly !== true && (await files.stamp(folder)) === undefined)
    throw new EngineError(`unable to open state directory ${folder}: it does not exist`, {
      advice: `Create it: mkdir -p ${folder}`,
    });
  await ensureMeta(folder, files, choice.readOnly === true);
  return { url, folder };
}

/**
 * Returns where the stack's files are.
 *
 * @throws EngineError for a stack whose checkpoint is compressed.
 */
export async function stackFiles(backend: Backend, project: string, stack: string, files: Files): Promise<StackFiles> {
  const pulumi = join(backend.folder, ".pulumi");
  const checkpoint = join(pulumi, "stacks", project, `${stack}.json`);
  for (const suffix of [".gz", ".zst"])
    if ((await files.stamp(checkpoint + suffix)) !== undefined)
      throw new EngineError(`The state ${checkpoint}${suffix} is compressed, which the embedded engine cannot read`, {
        advice: "Use the Pulumi CLI, or let it write the state once without PULUMI_DIY_BACKEND_GZIP.",
      });
  return {
    checkpoint,
    previous: `${checkpoint}.bak`,
    history: join(pulumi, "history", project, stack),
    backups: join(pulumi, "backups", project, stack),
    locks: join(pulumi, "locks", "organization", project, stack),
    journal: join(pulumi, "sluice", project, `${stack}.journal`),
  };
}

/** Returns the names of a project's stacks, also of one that an interrupted first run has left as a journal alone. */
export async function stacksIn({ folder }: Backend, project: string, files: Files): Promise<string[]> {
  const checkpoints = await files.list(join(folder, ".pulumi", "stacks", project));
  const journals = await files.list(join(folder, ".pulumi", "sluice", project));
  const names = [
    ...checkpoints.flatMap((file) => /^(.+?)\.json(?:\.gz|\.zst)?$/.exec(file)?.[1] ?? []),
    ...journals.flatMap((file) => /^(.+)\.journal$/.exec(file)?.[1] ?? []),
  ];
  return [...new Set(names)].toSorted();
}

/** Returns the URL that `pulumi login` remembers. */
async function login(env: NodeJS.ProcessEnv, files: Files): Promise<string | undefined> {
  const text = await files.read(join(env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "credentials.json"));
  const [, current] = text?.match(/"current"\s*:\s*"([^"]*)"/) ?? [];
  return current || undefined;
}

async function ensureMeta(folder: string, files: Files, readOnly: boolean): Promise<void> {
  const path = join(folder, ".pulumi", "meta.yaml");
  const text = await files.read(path);
  if (text === undefined) {
    await refuseLegacyLayout(folder, files);
    if (readOnly) return undefined;
    return replaceFile(files, path, "version: 1\n");
  }
  const version = parseYaml(text, path)["version"];
  if (version === undefined || version === null)
    throw new EngineError(`corrupt store: missing version in ${path}`, {
      advice: "Write `version: 1` into it if the state below it is organized by project.",
    });
  if (version === 0) throw legacyLayout(folder);
  if (version !== 1)
    throw new EngineError(`state store unsupported: 'meta.yaml' version (${String(version)}) is not supported`, {
      advice: "Use the Pulumi CLI.",
    });
}

/** Refuses a store from before meta.yaml, which keeps its checkpoints directly in `stacks`. */
async function refuseLegacyLayout(folder: string, files: Files): Promise<void> {
  const names = await files.list(join(folder, ".pulumi", "stacks"));
  if (names.some((name) => /\.json(\.gz|\.zst)?$/.test(name))) throw legacyLayout(folder);
}

function legacyLayout(folder: string): EngineError {
  return new EngineError(`The state in ${folder} has Pulumi's legacy layout`, {
    advice: "Upgrade it with the Pulumi CLI: pulumi state upgrade",
  });
}
