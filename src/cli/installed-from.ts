import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * Returns what a package.json in `folder` says to get the very package that lies in `packageFolder`: the tarball that npm installed it
 * from, its name in a registry where that is another, else its version. A checkout stands for the tarball that `npm pack` makes in it.
 * A name alone would get whatever somebody has published under it.
 */
export function installedFrom(packageFolder: string, folder: string, version: string): string {
  const tarball = (file: string) => `file:${path.relative(folder, file).split(path.sep).join("/")}`;
  const modules = path.dirname(packageFolder);
  if (path.basename(modules) !== "node_modules") return tarball(path.join(packageFolder, `sluice-${version}.tgz`));
  const lock = path.join(modules, ".package-lock.json");
  const { packages = {} }: HiddenLock = existsSync(lock) ? JSON.parse(readFileSync(lock, "utf8")) : {};
  const { name, resolved } = packages[`node_modules/${path.basename(packageFolder)}`] ?? {};
  if (resolved?.startsWith("file:")) return tarball(path.resolve(modules, "..", resolved.slice("file:".length)));
  return name === undefined ? `^${version}` : `npm:${name}@^${version}`;
}

/** What npm notes in node_modules of the packages there. */
interface HiddenLock {
  packages?: Record<string, { name?: string; resolved?: string }>;
}
