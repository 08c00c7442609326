import { rm } from "node:fs/promises";
import path from "node:path";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterEach, beforeEach, expect, it } from "vitest";
import { audit, catalog, seed } from "../support/acme.ts";
import { tableBucketARN } from "../support/catalog-host.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const externalId = "correct-horse-battery";
const guarded = { id: catalog, role: `arn:aws:iam::${catalog}:role/Guarded`, externalId };
const targets = { accounts: ["catalog"], regions: ["us-east-1"] };
const table = { backup: "s3://acme-backups/catalog", onRemoval: "backUpAndDrop" };

let world: TestWorld;
beforeEach(async () => {
  const account = { ...seed.accounts[catalog], roles: { Guarded: { externalId } } };
  world = await typedWorld({ seed: { ...seed, accounts: { ...seed.accounts, [catalog]: account } }, account: audit });
  const accounts = { catalog: guarded };
  await world.writeSpec({ version: 1, accounts, exports: { catalog: { targets, domain: "dzd_alpha", table } } });
  await run(0, "up", "--yes");
  await world.advance(1);
});
afterEach(() => world.close());

async function run(code: number, verb: string, ...args: string[]) {
  const { stdout, stderr, ...ran } = await world.run(verb, ...args);
  expect(ran.code, stdout + stderr).toBe(code);
  expect(stdout + stderr).not.toContain(externalId);
  return (stdout + stderr).replaceAll(/\s+/g, " ");
}

it.each([
  ["by its account in the spec", { catalog: guarded }],
  ["by the state, which alone has it", { audit }],
])("the removal of a claim whose role has an external id is looked at %s, and made", async (_how, accounts) => {
  await world.writeSpec({ version: 1, accounts });
  const preview = await run(0, "preview");
  expect(preview).toMatch(/20 rows in 1 snapshot/);
  expect(preview).not.toContain("unknown");
  await run(0, "up", "--yes");
  const s3tables = new S3TablesClient(world.clientOf(catalog));
  const place = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  await expect(s3tables.send(new GetTableCommand(place))).rejects.toMatchObject({ name: "NotFoundException" });
});

it("what a destroy takes is looked at by the external id that the state has, without a spec", async () => {
  await rm(path.join(world.folder, "sluice.yaml"));
  expect(await run(0, "destroy", "--yes")).toMatch(/20 rows in 1 snapshot/);
});
