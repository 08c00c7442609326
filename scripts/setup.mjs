// Makes a bare checkout ready, then runs one of its scripts. Plain Node 18 and npm are enough to run this file:
// the checkout's own, newer Node comes with the packages (scripts/node).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const modules = path.join(root, "node_modules");
const marker = path.join(modules, ".sluice-setup");
const read = (file) => readFileSync(path.join(root, file), "utf8");

/** The folder of the Node that npm chose for this machine, if it chose one: scripts/node names them all. */
function nodeFolder() {
  const { optionalDependencies } = JSON.parse(read("scripts/node/package.json"));
  const installed = Object.keys(optionalDependencies).find((name) => existsSync(path.join(modules, name, "bin")));
  return installed && path.join(modules, installed, "bin");
}

function run(args) {
  const folders = [nodeFolder(), path.join(modules, ".bin"), process.env.PATH];
  const env = { ...process.env, PATH: folders.filter(Boolean).join(path.delimiter) };
  const done = spawnSync("npm", args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const wanted = createHash("sha256").update(read("package-lock.json")).digest("hex");
const installed = existsSync(marker) ? readFileSync(marker, "utf8") : "";
if (installed !== wanted) {
  console.error("Setting up: installing packages (once)");
  run(["ci", "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error"]);
  writeFileSync(marker, wanted);
}
run(["run", "-s", "build"]);
const [script, ...args] = process.argv.slice(2);
if (script) run(["run", "-s", script, "--", ...args]);
