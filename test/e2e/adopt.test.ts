import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { audit, catalog, seed, workloads } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const role = "arn:aws:iam::${account.id}:role/Sluice";
const regions = ["us-east-1", "eu-west-1"];
const places = [audit, catalog, workloads].flatMap((account) => regions.map((region) => ({ account, region })));

/** Numbers from 0 to 1 that look random and are the same each time. */
function halves(seedOf: number): () => number {
  let state = seedOf;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Makes syncs by hand in some places, and an export with its table, as somebody did long ago. */
async function makeByHand(world: TestWorld, random: () => number): Promise<number> {
  let made = 0;
  for (const { account, region } of places) {
    for (const name of ["inventory", "old one", "x-ray"]) {
      if (random() < 0.5) continue;
      const Prefix = random() < 0.5 ? `ssm/${account}` : "shared";
      const S3Destination = {
        BucketName: "acme-inventory",
        Region: "us-east-1",
        SyncFormat: "JsonSerDe",
        Prefix,
      } as const;
      const create = { SyncName: name.replace(" ", "-"), SyncType: "SyncToDestination", S3Destination };
      await new SSMClient(world.clientOf(account, region)).send(new CreateResourceDataSyncCommand(create));
      made++;
    }
  }
  const datazone = new DataZoneClient(world.clientOf(catalog));
  await datazone.send(
    new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: random() < 0.7 }),
  );
  await world.advance(1);
  return made;
}

it("what exists becomes a spec whose first up changes nothing, and whose next preview is empty", async () => {
  const world = await testWorld({ seed, account: audit });
  const made = await makeByHand(world, halves(7));
  const found = await typed(world, [
    "adopt",
    "--organization",
    ...regions.flatMap((region) => ["--region", region]),
    "--role",
    role,
  ]);
  expect(found.code, found.err).toBe(0);
  const { syncs = {}, exports: exported } = parse(found.out);
  expect(Object.keys(syncs).length).toBeLessThanOrEqual(made);
  expect(exported).toMatchObject({
    dzd_beta: { targets: { accounts: [catalog], regions: ["us-east-1"] }, adopt: true },
  });
  await writeFile(path.join(world.folder, "sluice.yaml"), found.out);
  await world.forgetCalls();
  const state = ["--engine", "embedded", "--state", `file://${world.folder}`];
  const up = await typed(world, ["up", "--yes", ...state]);
  expect(up.code, up.all).toBe(0);
  const changing = (await world.calls()).filter(
    ({ operation, error }) => /^(Create|Update|Delete)/.test(operation) && !error,
  );
  expect(changing.map(({ operation }) => operation)).toEqual([]);
  const preview = await typed(world, ["preview", "--expect-no-changes", "--refresh", ...state]);
  expect(preview.code, preview.all).toBe(0);
  await world.close();
}, 60_000);
