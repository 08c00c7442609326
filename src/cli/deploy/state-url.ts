import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { CommandError, Exit } from "../exit.ts";
import type { Project } from "./project.ts";

/**
 * Where the state is: `--state`, PULUMI_BACKEND_URL, or `backend.url` of Pulumi.yaml, in this order. `undefined` leaves
 * it to the Pulumi CLI's login. A relative `file://` URL starts at the folder of whoever wrote it, and its folder is made.
 */
export function stateUrl(
  state: string | undefined,
  project: Project,
  { env, cwd }: { env: NodeJS.ProcessEnv; cwd: string },
): string | undefined {
  const given = state ?? (env["PULUMI_BACKEND_URL"] || undefined);
  const url = given ?? project.backendUrl;
  if (!url) return undefined;
  if (!url.includes("://")) {
    throw new CommandError(Exit.wrong, `The state is given as "${url}", which is no URL. Write file://${url}.`);
  }
  if (!url.startsWith("file://")) return url;
  const [written = "", query] = url.slice("file://".length).split("?");
  const home = written === "~" || written.startsWith("~/");
  const folder = path.resolve(given ? cwd : project.folder, home ? path.join(homedir(), written.slice(1)) : written);
  mkdirSync(folder, { recursive: true });
  return `file://${folder}${query ? `?${query}` : ""}`;
}
