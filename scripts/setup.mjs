// Makes a bare checkout ready, then runs one of its scripts. Plain Node 18 and npm are enough to run this file:
// the checkout's own, newer Node comes with the packages (scripts/node), held by the lock file.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const marker = path.join(root, "node_modules/.sluice-setup");
const read = (file) => readFileSync(path.join(root, file), "utf8");
const nodes = JSON.parse(read("scripts/node/package.json"));

/** The folder of the Node that npm chose for this machine, if it has installed one below `folder`. */
function nodeFolder(folder) {
  const bins = Object.keys(nodes.optionalDependencies).map((name) => path.join(folder, "node_modules", name, "bin"));
  return bins.find((bin) => existsSync(bin));
}

function npm(cwd, args, bin = nodeFolder(root)) {
  const folders = [bin, path.join(root, "node_modules/.bin"), process.env.PATH];
  const env = { ...process.env, PATH: folders.filter(Boolean).join(path.delimiter) };
  const done = spawnSync("npm", args, { cwd, env, stdio: "inherit", shell: process.platform === "win32" });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const ci = ["ci", "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error"];

function install() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return npm(root, ci);
  // Under an older Node npm leaves out optional packages that want a newer one, so that Node is fetched first.
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-node-"));
  const { packages } = JSON.parse(read("package-lock.json"));
  const locked = Object.keys(nodes.optionalDependencies).map((name) => [
    `node_modules/${name}`,
    packages[`node_modules/${name}`],
  ]);
  const lock = { lockfileVersion: 3, packages: { "": nodes, ...Object.fromEntries(locked) } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(nodes));
  writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify(lock));
  npm(folder, [...ci, "--silent"]);
  npm(root, ci, nodeFolder(folder));
  rmSync(folder, { recursive: true });
}

/** Puts that Node into node_modules/.bin, which npm 9 clears when it meets those for other machines. */
function linkNode() {
  const bin = nodeFolder(root);
  if (bin) npm(root, ["rebuild", "--ignore-scripts", "--silent", path.basename(path.dirname(bin))]);
}

const wanted = createHash("sha256").update(read("package-lock.json")).digest("hex");
const installed = existsSync(marker) ? readFileSync(marker, "utf8") : "";
if (installed !== wanted) {
  console.error("Setting up: installing packages (once)");
  install();
  linkNode();
  writeFileSync(marker, wanted);
}
npm(root, ["run", "-s", "build"]);
const [script, ...args] = process.argv.slice(2);
if (script) npm(root, ["run", "-s", script, "--", ...args]);
