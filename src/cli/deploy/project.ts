import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { packageRoot } from "../package-root.ts";
import { CommandError, Exit } from "../exit.ts";

/** The Pulumi project of a spec. */
export interface Project {
  /** The project's name in Pulumi.yaml. */
  name: string;
  /** The folder of Pulumi.yaml. */
  folder: string;
  /** `backend.url` of Pulumi.yaml, as written. */
  backendUrl?: string;
  /** Whether Pulumi.yaml is one of Sluice's own that has still to be written, or written anew. */
  unwritten: boolean;
  /** Whether its program is the one that this package ships, and is started as it is. */
  isShipped: boolean;
}

/**
 * Returns the Pulumi project that a spec belongs to: the nearest Pulumi.yaml at or above the spec, else at or above the
 * working folder. Where there is none, it is one in `.sluice` beside the spec, which also keeps the state. The project
 * of this package's own checkout counts for the specs inside of it only.
 */
export function projectOf(specFile: string, cwd: string): Project {
  const beside = nearest(path.dirname(specFile));
  const here = nearest(cwd);
  const folder = beside ?? (here === packageRoot ? undefined : here);
  if (!folder) return generated(path.join(path.dirname(specFile), ".sluice"));
  const text = readFileSync(path.join(folder, "Pulumi.yaml"), "utf8");
  const yaml = (parse(text) ?? {}) as PulumiYaml;
  return {
    name: String(yaml.name),
    folder,
    backendUrl: yaml.backend?.url,
    unwritten: false,
    isShipped: runsShipped(yaml, folder),
  };
}

interface PulumiYaml {
  name?: unknown;
  backend?: { url?: string };
  main?: unknown;
  runtime?: string | { options?: { nodeargs?: unknown } };
}

/** Whether the project starts the program of this very package, and with no settings of its own. */
function runsShipped({ main, runtime }: PulumiYaml, folder: string): boolean {
  if (typeof main !== "string" || (typeof runtime === "object" && runtime.options?.nodeargs !== undefined))
    return false;
  const program = path.resolve(folder, main);
  return existsSync(program) && realpathSync(program) === realpathSync(shippedProgram);
}

/** Refuses to look for a stack where neither a spec nor a project is. */
export function requireProject(specFile: string, { folder }: Project): void {
  if (existsSync(specFile) || existsSync(path.join(folder, "Pulumi.yaml"))) return;
  const message = `There is no ${specFile}, and no Pulumi.yaml for it, so nothing tells which stack is meant.`;
  throw new CommandError(Exit.wrong, `${message}\nGive --spec, or run it in the project's folder.`);
}

/** Writes the project's Pulumi.yaml, if it is one that has to be written. */
export function writeProject({ folder, unwritten }: Project): void {
  if (!unwritten) return;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "Pulumi.yaml"), pulumiYaml(folder));
  } catch (cause) {
    const cure = "Give the spec a folder that can be written, or a Pulumi.yaml of its own and --state.";
    throw new CommandError(Exit.failed, `Project and state go into ${folder}: ${(cause as Error).message}. ${cure}`, {
      cause,
    });
  }
}

/** Lets `act` work in the project's folder, or in a temporary one like it where the project is not to be written. */
export async function inProject<Result>(project: Project, act: (folder: string) => Promise<Result>): Promise<Result> {
  if (!project.unwritten) return act(project.folder);
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-project-"));
  try {
    writeFileSync(path.join(folder, "Pulumi.yaml"), pulumiYaml(folder));
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nearest(folder: string): string | undefined {
  if (existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : nearest(above);
}

function generated(folder: string): Project {
  const file = path.join(folder, "Pulumi.yaml");
  const unwritten = !existsSync(file) || readFileSync(file, "utf8") !== pulumiYaml(folder);
  return { name, folder, backendUrl, unwritten, isShipped: true };
}

const shippedProgram = path.join(packageRoot, "dist", "src", "program.js");

const name = "sluice";
const backendUrl = "file://.";

function pulumiYaml(folder: string): string {
  return stringify(
    {
      name,
      description: "Written by sluice for the spec in the folder above; it is written anew by every run.",
      runtime: { name: "nodejs", options: { typescript: false } },
      // In the package, so that the program finds its modules wherever the spec lies.
      main: path.relative(folder, shippedProgram).split(path.sep).join("/"),
      backend: { url: backendUrl },
    },
    { lineWidth: 0 },
  );
}
