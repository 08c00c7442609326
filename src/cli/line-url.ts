import path from "node:path";
import { forgeRunIn } from "../preview/index.ts";
import type { ForgeRun } from "../preview/index.ts";
import type { Io } from "./io.ts";

/**
 * Returns what says where people read a line of the spec in the running pipeline's repository: files are named from the working folder,
 * links from the checkout. Outside a pipeline there is no such place.
 */
export function lineUrlOf({ env, cwd }: Pick<Io, "env" | "cwd">, run: ForgeRun = forgeRunIn(env)): ForgeRun["lineUrl"] {
  const inCheckout = pathsInCheckout({ env, cwd }, run);
  return (file, line, commit) => run.lineUrl(inCheckout(file), line, commit);
}

/** Returns what names a file from the checkout on, as forges do: commands name it from their working folder. */
export function pathsInCheckout(
  { env, cwd }: Pick<Io, "env" | "cwd">,
  run: ForgeRun = forgeRunIn(env),
): (file: string) => string {
  const below = path
    .relative(run.workspace ?? cwd, cwd)
    .split(path.sep)
    .join("/");
  const folder = below && !below.startsWith("..") ? `${below}/` : "";
  return (file) => path.posix.normalize(`${folder}${file}`);
}
