import { existsSync } from "node:fs";
import path from "node:path";
import { fileScheme, folderOfUrl } from "../../engine/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Project } from "./project.ts";
import { isCi } from "./stack.ts";

/**
 * Returns where the state is, by `--state`, PULUMI_BACKEND_URL, or `backend.url` of Pulumi.yaml, in this order. `undefined`
 * leaves it to the Pulumi CLI's login. A relative `file://` URL starts at the folder of whoever wrote it.
 *
 * @throws {CommandError} for what is no URL, and in a pipeline for a folder that goes away with the pipeline's checkout
 */
export function stateUrl(
  state: string | undefined,
  project: Pick<Project, "folder" | "backendUrl">,
  { env, cwd }: { env: NodeJS.ProcessEnv; cwd: string },
): string | undefined {
  const given = state ?? (env["PULUMI_BACKEND_URL"] || undefined);
  const url = given ?? project.backendUrl;
  if (!url) return undefined;
  if (!url.includes("://")) {
    throw new CommandError(Exit.wrong, `The state is given as "${url}", which is no URL. Write file://${url}.`);
  }
  if (!url.startsWith(fileScheme)) return url;
  const [, query] = url.split("?");
  const folder = folderOfUrl(url, given ? cwd : project.folder);
  if (state === undefined && isCi(env)) refuseInsideCheckout(folder, env, cwd);
  return `${fileScheme}${folder}${query ? `?${query}` : ""}`;
}

/** Returns the folder of a `file://` state; `undefined` for another kind. */
export function stateFolder(state: string | undefined): string | undefined {
  return state?.startsWith(fileScheme) ? state.slice(fileScheme.length).split("?")[0] : undefined;
}

function refuseInsideCheckout(folder: string, env: NodeJS.ProcessEnv, cwd: string): void {
  const given = [env["GITHUB_WORKSPACE"], env["CI_PROJECT_DIR"], checkoutOf(cwd)];
  const checkout = given.find((one) => one && isInside(folder, path.resolve(one)));
  if (checkout === undefined) return;
  throw new CommandError(
    Exit.wrong,
    `The state would be in ${folder}, inside the checkout, and is gone after this pipeline: the next one would create everything again.\n` +
      "Set PULUMI_BACKEND_URL to where the state is kept. If this is meant, say so with --state.",
  );
}

/** The nearest folder with `.git`, else the one that one works in. */
function checkoutOf(cwd: string): string {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, ".git"))) return folder;
    if (folder === path.dirname(folder)) return cwd;
  }
}

function isInside(folder: string, outer: string): boolean {
  const relative = path.relative(outer, folder);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}
