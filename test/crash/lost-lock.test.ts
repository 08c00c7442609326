import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { expect, it, onTestFinished } from "vitest";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

/** In the middle of the backup: the SDK tries again when nothing has come for a while. */
const write = { service: "s3", operation: "PutObject", when: "before", error: "stall", skip: 2 };

const wanting = (domain: string) => {
  const { exports, ...rest } = spec({ domain });
  const table = { ...exports.catalog.table, onRemoval: "backUpAndDrop" };
  return { ...rest, syncs: {}, exports: { catalog: { ...exports.catalog, table } } };
};

/** What somebody does who believes that the run is over. */
async function breakLock(world: TestWorld) {
  const folder = path.join(world.folder, ".pulumi/locks/organization/sluice/dev");
  expect(await readdir(folder)).toHaveLength(1);
  await rm(folder, { recursive: true });
}

async function isStalled(world: TestWorld) {
  for (;;) {
    const rules = (await (await fetch(`${world.endpoint}/_emulator/faults`)).json()) as unknown[];
    if (rules.length === 0) return;
    await sleep(50);
  }
}

// Most of their time is waiting for the backup to be tried again: they wait at once.
it.concurrent.each([
  ["up", "dzd_beta", []],
  ["destroy", "dzd_alpha", []],
  ["destroy", "dzd_alpha", ["--isolated"]],
] as const)(
  "a run whose lock was broken changes nothing more in AWS, and drops no table: %s to %s %j",
  async (verb, domain, way) => {
    const world = await testWorld({ seed, account: audit });
    onTestFinished(() => world.close());
    await world.writeSpec(wanting("dzd_alpha"));
    const made = await world.run("up", "--yes");
    expect(made.code, made.stderr).toBe(0);
    await world.advance(2);
    await world.writeSpec(wanting(domain));
    await world.fault(write);
    await world.forgetCalls();
    const running = world.run(verb, "--yes", ...way);
    await isStalled(world);
    await breakLock(world);
    const before = (await world.calls()).length;
    const ran = await running;
    expect(ran.code, ran.stderr).toBe(1);
    expect(ran.stdout + ran.stderr).toMatch(/lock of this run on the state is gone .*So this one changes nothing more/);
    const changes = (await world.calls())
      .slice(before)
      .filter(({ operation, status }) => /^(Put|Delete|Create|Upload|Complete)/.test(operation) && status < 400);
    expect(changes).toEqual([]);
    const asked = new GetTableCommand({
      tableBucketARN: `arn:aws:s3tables:us-east-1:${catalog}:bucket/aws-sagemaker-catalog`,
      namespace: "asset_metadata",
      name: "asset",
    });
    expect((await new S3TablesClient(world.clientOf(catalog)).send(asked)).tableARN).toBeDefined();
    const again = await world.run(verb, "--yes");
    expect(again.code, again.stdout + again.stderr).toBe(0);
  },
  240_000,
);
