// Runs the tests against AWS's side once for every behaviour that AWS does not document, and prints a table.
// Arguments choose quirks by the beginning of their names: `npm run test:quirks -- datazone ssm-list`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { knownQuirks } from "../src/emulator/world/quirks.ts";

const root = path.resolve(import.meta.dirname, "..");
const chosen = process.argv.slice(2);
const all = Object.entries(knownQuirks).flatMap(([name, { values }]) =>
  values.slice(1).map((value) => `${name}=${value}`),
);
const runs = all.filter((run) => chosen.length === 0 || chosen.some((start) => run.startsWith(start)));
if (runs.length === 0) {
  console.error(
    `No quirk's name begins with ${chosen.join(" or ")}. There are: ${Object.keys(knownQuirks).join(", ")}.`,
  );
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), "sluice-quirks-"));
const results = runs.map((run) => {
  const began = Date.now();
  const { failed, total } = testsUnder(run);
  const result = { run, passed: total - failed.length, failed, seconds: Math.round((Date.now() - began) / 1000) };
  console.error(`${failed.length > 0 || total === 0 ? "failed" : "passed"}  ${run}  ${result.seconds} s`);
  for (const title of failed) console.error(`        ${title}`);
  return result;
});
rmSync(folder, { recursive: true });

const width = Math.max(...runs.map((run) => run.length));
console.log(`${"quirk".padEnd(width)}  passed  failed  seconds`);
for (const { run, passed, failed, seconds } of results) {
  console.log([run.padEnd(width), pad(passed), pad(failed.length), pad(seconds)].join("  "));
}
process.exitCode = results.every(({ passed, failed }) => passed > 0 && failed.length === 0) ? 0 : 1;

function testsUnder(run) {
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const file = path.join(folder, "report.json");
  const what = ["test/e2e", "test/contract", "--exclude", "test/e2e/installed.test.ts"];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, "run", ...what, "--reporter=json", `--outputFile=${file}`],
    { cwd: root, env: { ...process.env, SLUICE_TEST_QUIRK: run }, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (!existsSync(file)) throw new Error(`The tests did not run:\n${stdout}${stderr}`);
  const suites = JSON.parse(readFileSync(file, "utf8")).testResults;
  rmSync(file);
  const failed = suites.flatMap(({ name, status, assertionResults }) => {
    const suite = path.relative(root, name);
    const titles = assertionResults.filter((one) => one.status === "failed").map((one) => `${suite}: ${one.fullName}`);
    return titles.length === 0 && status === "failed" ? [suite] : titles;
  });
  return { failed, total: suites.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0) };
}

function pad(value) {
  return String(value).padStart(7);
}
