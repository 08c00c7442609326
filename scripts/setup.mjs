// Makes a bare checkout ready, then runs one of its scripts. Plain Node 18 and npm are enough to run this file:
// the checkout's own, newer Node comes with the packages (the dev dependency `node`).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const bin = path.join(root, "node_modules", ".bin");
const marker = path.join(root, "node_modules", ".sluice-setup");

function run(args) {
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` };
  const done = spawnSync("npm", args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const wanted = createHash("sha256")
  .update(readFileSync(path.join(root, "package-lock.json")))
  .digest("hex");
const installed = existsSync(marker) ? readFileSync(marker, "utf8") : "";
if (installed !== wanted) {
  console.error("Setting up: installing packages (once)");
  run(["ci", "--no-fund", "--no-audit", "--ignore-scripts=false", "--loglevel=error"]);
  writeFileSync(marker, wanted);
}
run(["run", "-s", "build"]);
const [script, ...args] = process.argv.slice(2);
if (script) run(["run", "-s", script, "--", ...args]);
