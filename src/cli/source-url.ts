import path from "node:path";
import { githubRun } from "../preview/index.ts";
import type { Io } from "./io.ts";

/**
 * Returns the URL of the working folder in the running workflow's repository, where the spec can be read: files are named from the working
 * folder, links from the checkout. `undefined` outside a workflow of GitHub's.
 */
export function sourceUrlOf({ env, cwd }: Io): string | undefined {
  const { serverUrl, repository, commit, workspace } = githubRun(env);
  if (!repository || !commit) return undefined;
  const below = path
    .relative(workspace ?? cwd, cwd)
    .split(path.sep)
    .join("/");
  return `${serverUrl}/${repository}/blob/${commit}/${below && !below.startsWith("..") ? `${below}/` : ""}`;
}
