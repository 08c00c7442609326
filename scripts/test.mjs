// Runs everything that `npm test` holds: the linters first, which take seconds, then the tests, and beside them the compiler over all
// that is TypeScript. It keeps one processor busy for as long as the tests keep the other, and is heard when they are done.
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

for (const script of ["lint", "lint:package"]) {
  const { ok } = await run("npm", ["run", "-s", script], "inherit");
  if (!ok) process.exit(1);
}
const [types, tests] = await Promise.all([
  run("npm", ["run", "-s", "types"], "pipe"),
  run("vitest", ["run", ...process.argv.slice(2)], "inherit"),
]);
if (!types.ok) console.error(`npm run types found errors:\n${types.printed}`);
process.exit(types.ok && tests.ok ? 0 : 1);
