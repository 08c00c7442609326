import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The engines by the names of `--engine`. */
export type EngineName = "pulumi" | "embedded";

/** Which engine was chosen. */
export interface EngineChoice {
  name: EngineName;
  /** The Pulumi CLI's executable. */
  executable?: string;
  /** Why, for the first line that people read. */
  because: string;
}

/**
 * Returns the engine to use: the wanted one, otherwise the Pulumi CLI when it is on the PATH or where its installers keep
 * versions, otherwise the embedded one. `undefined` when `pulumi` is wanted and is nowhere.
 */
export function chooseEngine(wanted: EngineName | undefined, env: NodeJS.ProcessEnv): EngineChoice | undefined {
  if (wanted === "embedded") return { name: "embedded", because: "as asked" };
  const executable = onPath(env) ?? newestInstalled(env);
  if (executable) return { name: "pulumi", executable, because: `at ${executable}` };
  return wanted === "pulumi" ? undefined : { name: "embedded", because: "the Pulumi CLI is not installed here" };
}

const fileName = process.platform === "win32" ? "pulumi.exe" : "pulumi";

function onPath(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.resolve(folder, fileName)).find(isExecutable);
}

/** The npm package and the Automation API install into `versions/<version>/bin`. */
function newestInstalled(env: NodeJS.ProcessEnv): string | undefined {
  const versions = path.join(env["PULUMI_HOME"] || path.join(homedir(), ".pulumi"), "versions");
  return namesIn(versions)
    .toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((version) => path.join(versions, version, "bin", fileName))
    .find(isExecutable);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** An interrupted download leaves an empty file behind. */
function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && statSync(file).size > 0;
  } catch {
    return false;
  }
}
