import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { root } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await typedWorld({ seed, account: audit });
});
afterAll(() => world.close());

const good = spec();
const twoExports = { ...good, exports: { ...good.exports, again: { ...good.exports.catalog, domain: "dzd_beta" } } };
const cases: Array<[string, string, RegExp]> = [
  ["an unknown key", JSON.stringify({ ...good, sincs: {} }), /sincs/],
  ["a bad domain id", JSON.stringify(spec({ domain: "domain-1" })), /domain-1/],
  ["two exports on one account and Region", JSON.stringify(twoExports), /us-east-1/],
  ["an unquoted account id with a leading zero", "version: 1\naccounts:\n  catalog: 012345678901\n", /012345678901/],
];

it.each(cases)("%s is a located problem, exit code 2, and not one AWS call", async (_, text, message) => {
  await writeFile(path.join(world.folder, "sluice.yaml"), text);
  const checked = await world.run("check", "-o", "json");
  expect(checked.code).toBe(2);
  const { problems } = JSON.parse(checked.stdout);
  expect(problems[0]).toMatchObject({ severity: "error", file: expect.stringContaining("sluice.yaml") });
  expect(problems[0].line).toBeGreaterThan(0);
  expect(problems[0].column).toBeGreaterThan(0);
  expect(`${problems[0].message} ${problems[0].fix}`).toMatch(message);
  for (const verb of ["preview", "up"]) {
    const ran = await world.run(verb, ...(verb === "up" ? ["--yes"] : []));
    expect(ran.code, ran.stderr).toBe(2);
    expect(ran.stderr).toMatch(/sluice\.yaml:\d+/);
  }
  expect(await world.calls()).toEqual([]);
});

it("whoever reads only the beginning of what is printed gets no stack trace", async () => {
  const child = spawn(process.execPath, [path.join(root, "dist/src/cli/main.js"), "schema"]);
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  expect([code, stderr]).toEqual([0, ""]);
});
