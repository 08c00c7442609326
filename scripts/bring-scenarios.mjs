// Brings recorded scenarios, and the program and provider that they were recorded with, into the test suite.
//   node scripts/bring-scenarios.mjs DIR
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const [from] = process.argv.slice(2);
if (!from) {
  console.error("usage: node scripts/bring-scenarios.mjs DIR");
  process.exit(2);
}
const to = join(import.meta.dirname, "..", "test", "conformance");
for (const folder of ["scenarios", "lab"]) {
  rmSync(join(to, folder), { recursive: true, force: true });
  mkdirSync(join(to, folder), { recursive: true });
}
const scenarios = readdirSync(from).filter((name) => name.endsWith(".json"));
for (const name of scenarios) cpSync(join(from, name), join(to, "scenarios", name), { mode: 0 });
for (const name of readdirSync(join(from, "lab"))) cpSync(join(from, "lab", name), join(to, "lab", name));
console.log(`${scenarios.length} scenarios`);
