import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Finding } from "../../src/preview/index.ts";
import { audit, seed, workloads } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const unit = "ou-ab12-cdefgh34";
let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ seed, account: audit });
  const targets = { organizationalUnits: [unit], regions: ["us-east-1"] };
  const destination = { bucket: "acme-inventory", region: "us-east-1" };
  const role = "arn:aws:iam::${account.id}:role/Sluice";
  await world.writeSpec({ version: 1, role, syncs: { inventory: { targets, destination } } });
});
afterAll(() => world.close());

async function findings(): Promise<Finding[]> {
  const state = `file://${world.folder}`;
  const { code, out, all } = await typed(world, ["preview", "--engine", "embedded", "--state", state, "-o", "json"]);
  expect(code, all).toBe(0);
  const { counts, preflight } = JSON.parse(out);
  expect(counts.create).toBe(1);
  return (preflight.findings as Finding[]).filter(({ code }) => code === "organization-differs");
}

it("a preview tells what of the organization is otherwise than its record, and goes by the organization", async () => {
  expect((await typed(world, ["organization", "record"])).code).toBe(0);
  expect(await findings()).toEqual([]);
  const file = path.join(world.folder, "sluice.organization.json");
  const record = JSON.parse(await readFile(file, "utf8"));
  const before = [{ id: "333344445555", name: "leaver", unit }];
  await writeFile(file, JSON.stringify({ ...record, accounts: before }));
  const [finding, ...others] = await findings();
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ severity: "warning", cure: expect.stringContaining("sluice organization record") });
  expect(finding!.message).toContain(
    `has workloads (${workloads}), who joined, and lacks leaver (333344445555), who left`,
  );
  expect((await typed(world, ["expand"])).out).toContain("333344445555/us-east-1/inventory");
}, 60_000);
