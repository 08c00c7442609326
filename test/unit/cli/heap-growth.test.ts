import { execFileSync, spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const file = new URL("../../../src/cli/heap-growth.ts", import.meta.url).href;

/** A process that makes many objects, some of which it keeps for a while, as a command over many resources does. */
const program = (begin: string) => `
  import { getHeapSpaceStatistics } from "node:v8";
  import { setTimeout as sleep } from "node:timers/promises";
  ${begin}
  const kept = [];
  for (let turn = 0; turn < 150; turn++) {
    for (let n = 0; n < 20_000; n++) kept.push({ n, text: String(n) + "-" + turn });
    if (kept.length > 600_000) kept.splice(0, 300_000);
    await sleep(0);
  }
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size / 1024 / 1024);
`;

const newSpaceMiB = (begin = "") => {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return Number(
    execFileSync(process.execPath, ["--input-type=module", "-e", program(begin)], { env, encoding: "utf8" }),
  );
};

it("limits what V8 takes for new objects to a quarter of what it would take", () => {
  const limited = newSpaceMiB(`const { limitHeapGrowth } = await import(${JSON.stringify(file)}); limitHeapGrowth();`);
  expect(limited).toBeLessThanOrEqual(32);
  expect(newSpaceMiB()).toBeGreaterThan(32);
});

it("has V8 complain of no flag, which it would on the stderr of every command", () => {
  const begin = `(await import(${JSON.stringify(file)})).limitHeapGrowth();`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program(begin)], {
    encoding: "utf8",
  });
  expect(Number(stdout), stderr).toBeGreaterThan(0);
  expect(stderr).not.toMatch(/flag/);
});
