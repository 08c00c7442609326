// Runs everything that `npm test` holds: the linter first, which takes a second, then the tests, and beside them what looks at the package
// and the compiler over all that is TypeScript. They are heard when the tests are done.
import { spawn } from "node:child_process";

/** Runs a command to its end; returns whether it succeeded, and what it printed where that is not shown at once. */
function run(command, args, stdio) {
  const child = spawn(command, args, { stdio: ["ignore", stdio, stdio], shell: process.platform === "win32" });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ ok: code === 0, printed }));
  });
}

const { ok } = await run("npm", ["run", "-s", "lint"], "inherit");
if (!ok) process.exit(1);
const beside = ["types", "lint:package"];
const [tests, ...others] = await Promise.all([
  run("vitest", ["run", ...process.argv.slice(2)], "inherit"),
  ...beside.map((script) => run("npm", ["run", "-s", script], "pipe")),
]);
for (const [index, { ok, printed }] of others.entries()) {
  if (!ok) console.error(`npm run ${beside[index]} found errors:\n${printed}`);
}
process.exit([tests, ...others].every(({ ok }) => ok) ? 0 : 1);
