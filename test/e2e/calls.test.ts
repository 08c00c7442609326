import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { forgetEnvironment } from "../../src/aws/index.ts";
import { typedWorld } from "../support/typed.ts";
import type { Call, TestWorld } from "../support/world.ts";

const account = "111122223333";
const region = "us-east-1";
/** As many as AWS allows of each type. */
const names = ["one", "two", "three", "four", "five"];
const targets = { accounts: ["audit"], regions: [region] };
const destination = { bucket: "inventory", region };
const source = { regions: [region], includeFutureRegions: false, enableAllOpsDataSources: false };

let world: TestWorld;
beforeAll(async () => {
  world = await typedWorld({
    account,
    seed: {
      accounts: { [account]: { name: "audit" } },
      buckets: { inventory: { region, account, policy: "ssm-delivery" } },
    },
    quirks: { "ssm-quota": "separate", "ssm-name-scope": "region", "ssm-quick-setup-sync": "absent" },
  });
  const syncs = names.flatMap((name) => [
    [`to-${name}`, { targets, destination: { ...destination, prefix: name } }],
    [`from-${name}`, { targets, source }],
  ]);
  await world.writeSpec({ version: 1, accounts: { audit: account }, syncs: Object.fromEntries(syncs) });
  const ran = await world.run("up", "--yes");
  expect(ran.code, ran.stderr).toBe(0);
});
afterAll(() => world.close());

/** The calls of a command that knows nothing yet of AWS, as one has that begins. */
async function callsOf(...args: [string, ...string[]]): Promise<Call[]> {
  forgetEnvironment();
  await world.forgetCalls();
  const ran = await world.run(...args);
  expect(ran.code, ran.stderr).toBe(0);
  return world.calls();
}

it("a refresh of all the syncs of an account and Region lists each type once", async () => {
  const calls = await callsOf("refresh", "--yes");
  expect(calls.map(({ operation }) => operation)).toEqual([
    "GetCallerIdentity",
    "ListResourceDataSync",
    "ListResourceDataSync",
  ]);
});

it("an unchanged up makes no call", async () => {
  expect(await callsOf("up", "--yes", "--expect-no-changes")).toEqual([]);
});

it("a refresh of 120 syncs costs three pages of 50", async () => {
  // AWS has raised this account's quota: the syncs are there from the start.
  const many = Array.from({ length: 120 }, (_, index) => `sync-${index}`);
  const S3Destination = { BucketName: "inventory", Region: region, SyncFormat: "JsonSerDe" };
  const syncs = many.map((SyncName) => ({ SyncName, SyncType: "SyncToDestination", S3Destination }));
  const large = await typedWorld({
    account,
    seed: {
      accounts: { [account]: { name: "audit", regions: { [region]: { syncs } } } },
      buckets: { inventory: { region, account, policy: "ssm-delivery" } },
    },
  });
  onTestFinished(() => large.close());
  const wanted = Object.fromEntries(many.map((name) => [name, { targets, destination, adopt: true }]));
  await large.writeSpec({ version: 1, accounts: { audit: account }, syncs: wanted });
  const adopted = await large.run("up", "--yes");
  expect(adopted.code, adopted.stderr).toBe(0);
  await large.forgetCalls();
  expect((await large.run("refresh", "--yes")).code).toBe(0);
  const listings = (await large.calls()).filter(({ operation }) => operation === "ListResourceDataSync");
  expect(listings).toHaveLength(3);
});
