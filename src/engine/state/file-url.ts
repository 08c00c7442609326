import { homedir } from "node:os";
import path from "node:path";

/** What every URL of a state that is kept in a folder begins with. */
export const fileScheme = "file://";

/**
 * Returns the folder that such a URL names, as the CLI does: relative to `root`, with `~` for the home folder. A drive of Windows may come
 * after three slashes, as URLs have it, or after two, as the CLI has it.
 */
export function folderOfUrl(url: string, root: string, paths: path.PlatformPath = path): string {
  const [written = ""] = url.slice(fileScheme.length).split("?");
  const isHome = written === "~" || written.startsWith("~/") || written.startsWith(`~${paths.sep}`);
  const local = paths.sep === "\\" ? written.replace(/^\/+(?=[A-Za-z]:)/, "") : written;
  return paths.resolve(root, isHome ? paths.join(homedir(), written.slice(1)) : local);
}
