import { writeFileSync } from "node:fs";
import path from "node:path";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ seed, account: audit });
  await world.writeSpec(spec());
  await deploy();
}, 120_000);
afterAll(() => world.close());

async function deploy(): Promise<void> {
  const { code, all } = await typed(world, world.argvOf("up", ["--yes"]));
  expect(code, all).toBe(0);
}

/** Answers yes to what `verb` shows first, after something else has happened meanwhile, and `then` to what it shows next. */
async function approved(verb: string, meanwhile: () => Promise<unknown>, then: string, ...more: string[]) {
  let asked = 0;
  const ask = async () => (asked++ > 0 ? then : (await meanwhile(), "yes"));
  const ran = await typed(world, world.argvOf(verb, more), { interactive: true, ask });
  return { ...ran, asked };
}

const prefixes = async () => {
  const { ResourceDataSyncItems = [] } = await new SSMClient(world.clientOf(audit)).send(
    new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
  );
  return ResourceDataSyncItems.map(({ S3Destination }) => S3Destination?.Prefix);
};

it("a spec that is edited between approval and deployment is not applied by a program that reads it anew: the fresh plan is asked for", async () => {
  await world.writeSpec(spec({ sourceRegions: ["us-east-1"] }));
  await world.forgetCalls();
  const edit = () => world.writeSpec(spec({ prefix: "moved" }));
  const { code, out, err, asked } = await approved("up", edit, "no", "--isolated");
  expect([code, asked], err).toEqual([8, 2]);
  expect(out).toContain("1 update, 8 unchanged");
  expect(err).toContain("is not in the plan that was shown");
  expect(err.indexOf("The fresh plan:")).toBeGreaterThan(0);
  expect(await prefixes()).toEqual([`ssm/${audit}`]);
  expect((await world.calls()).filter(({ operation }) => /^(Delete|Create)/.test(operation))).toEqual([]);
}, 120_000);

it("what changed between is applied once it was approved too", async () => {
  await world.writeSpec(spec({ sourceRegions: ["us-east-1"] }));
  const edit = () => world.writeSpec(spec({ prefix: "moved" }));
  const { code, err, asked } = await approved("up", edit, "y", "--isolated");
  expect([code, asked], err).toEqual([0, 2]);
  expect(await prefixes()).toEqual(["moved"]);
  await world.writeSpec(spec());
  await deploy();
}, 120_000);

it("what was approved is applied, whatever becomes of the spec meanwhile", async () => {
  await world.writeSpec(spec({ sourceRegions: ["us-east-1"] }));
  const { code, out, err } = await approved("up", () => world.writeSpec(spec({ prefix: "moved" })), "no");
  expect(code, err).toBe(0);
  expect(out).toContain("1 update, 8 unchanged");
  expect(await prefixes()).toEqual([`ssm/${audit}`]);
  const sources = new ListResourceDataSyncCommand({ SyncType: "SyncFromSource" });
  const { ResourceDataSyncItems = [] } = await new SSMClient(world.clientOf(audit)).send(sources);
  expect(ResourceDataSyncItems.map(({ SyncSource }) => SyncSource?.SourceRegions)).toContainEqual(["us-east-1"]);
  await world.writeSpec(spec());
  await deploy();
}, 120_000);

it("what somebody else has deployed between approval and deletion is not destroyed unseen", async () => {
  const moved = path.join(world.folder, "sluice.yaml");
  const { code, err } = await approved(
    "destroy",
    async () => {
      writeFileSync(moved, JSON.stringify(spec({ prefix: "moved" })));
      await deploy();
    },
    "no",
  );
  expect(code, err).toBe(5);
  expect(err).toMatch(/s3Destination\.prefix was "ssm\/\d+", and now it is "moved"/);
  expect(await prefixes()).toEqual(["moved"]);
}, 120_000);
