// Tries the checkout with the newest AWS SDK, in a folder of its own: the emulator reads the clients' schemas, some of which nobody
// promises. Types, the emulator's tests and the contract tests must hold. `npm run test:upgrade -- FILE…` runs other tests instead.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const chosen = process.argv.slice(2);
const tests = chosen.length > 0 ? chosen : ["test/unit/emulator", "test/unit/emulator-storage", "test/contract"];
const folder = mkdtempSync(path.join(tmpdir(), "sluice-upgrade-"));
const leftOut = new Set([".git", "node_modules", "dist"]);
cpSync(root, folder, { recursive: true, filter: (file) => !leftOut.has(path.relative(root, file)) });

const read = (file) => JSON.parse(readFileSync(path.join(folder, file), "utf8"));
const { dependencies, devDependencies } = read("package.json");
const ours = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => /^@(aws-sdk|smithy)\//.test(name));
const locked = read("package-lock.json").packages;

const steps = [
  ["npm", "install", "--loglevel=error", ...ours.map((name) => `${name}@latest`)],
  ["npm", "run", "-s", "build"],
  ["npm", "run", "-s", "types"],
  ["npx", "--no-install", "vitest", "run", ...tests],
];
const bin = path.join(folder, "node_modules/.bin");
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` };
const failed = steps.find(([command, ...args]) => {
  console.error(`> ${[command, ...args].join(" ")}`);
  return spawnSync(command, args, { cwd: folder, env, stdio: "inherit" }).status !== 0;
});

for (const name of ours) {
  const before = locked[`node_modules/${name}`].version;
  const after = read(`node_modules/${name}/package.json`).version;
  console.log(`${name}  ${before === after ? `${after}, the newest already` : `${before} → ${after}`}`);
}
rmSync(folder, { recursive: true });
console.log(failed ? `Does not hold: ${failed.join(" ")}` : "Holds.");
process.exitCode = failed ? 1 : 0;
