import path from "node:path";
import { forgeRunIn } from "../preview/index.ts";
import type { ForgeRun } from "../preview/index.ts";
import type { Io } from "./io.ts";

/**
 * Returns what says where people read a line of the spec in the running pipeline's repository: files are named from the working folder,
 * links from the checkout. Outside a pipeline there is no such place.
 */
export function lineUrlOf({ env, cwd }: Pick<Io, "env" | "cwd">, run: ForgeRun = forgeRunIn(env)): ForgeRun["lineUrl"] {
  const below = path
    .relative(run.workspace ?? cwd, cwd)
    .split(path.sep)
    .join("/");
  const folder = below && !below.startsWith("..") ? `${below}/` : "";
  return (file, line) => run.lineUrl(`${folder}${file}`, line);
}
