import { rm } from "node:fs/promises";
import path from "node:path";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { TestWorld } from "../support/world.ts";
import { typedWorld } from "../support/typed.ts";

const audit = "111122223333";
const workloads = "222233334444";
const region = "us-east-1";
const everythingBut = (...actions: string[]) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "*", Resource: "*" },
    ...(actions.length > 0 ? [{ Effect: "Deny", Action: actions, Resource: "*" }] : []),
  ],
});
const roles = {
  Sluice: { policy: everythingBut() },
  NoCreate: { policy: everythingBut("ssm:CreateResourceDataSync") },
  NoDelete: { policy: everythingBut("ssm:DeleteResourceDataSync") },
  NoLock: { policy: everythingBut("s3:GetBucketObjectLockConfiguration") },
  NoQuestion: { policy: everythingBut("iam:SimulatePrincipalPolicy") },
};

let world: TestWorld;
beforeAll(async () => {
  const bucket = { region, account: audit, policy: "ssm-delivery" };
  world = await typedWorld({
    account: audit,
    seed: {
      organization: { id: "o-acme123456", management: audit },
      accounts: { [audit]: { roles }, [workloads]: { roles } },
      buckets: {
        "acme-inventory": bucket,
        "acme-new": bucket,
        "acme-foreign": { ...bucket, account: "333344445555" },
        "acme-closed": { region, account: audit },
        "acme-locked": { ...bucket, locked: { days: 1 } },
        "acme-own": { ...bucket, account: workloads },
        "acme-own-locked": { ...bucket, account: workloads, locked: { days: 1 } },
      },
    },
  });
});
afterEach(async () => {
  await world.reset();
  await rm(path.join(world.folder, ".pulumi"), { recursive: true });
});
afterAll(() => world.close());

interface Changes {
  bucket: string;
  role: string;
  key: string;
  name: string;
  prefix: string;
  /** Also the account that owns the buckets. */
  withOwner: boolean;
}

/** The sync of the account that does not own the bucket. */
const specOf = ({
  bucket = "acme-inventory",
  role = "Sluice",
  key = "inventory",
  name,
  prefix,
  withOwner,
}: Partial<Changes> = {}) => ({
  version: 1,
  role: `arn:aws:iam::\${account.id}:role/${role}`,
  accounts: { audit, workloads },
  syncs: {
    [key]: {
      targets: { accounts: ["workloads", ...(withOwner ? ["audit"] : [])], regions: [region] },
      name,
      destination: { bucket, region, prefix },
    },
  },
});

const up = async (changes: Partial<Changes> = {}) => {
  await world.writeSpec(specOf(changes));
  const { code, stdout, stderr } = await world.run("up", "--yes");
  return { code, all: (stdout + stderr).replaceAll(/\s+/g, " ") };
};

async function running(): Promise<string[]> {
  const ssm = new SSMClient(world.clientOf(workloads));
  const { ResourceDataSyncItems = [] } = await ssm.send(
    new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
  );
  return ResourceDataSyncItems.map(
    ({ SyncName, S3Destination }) => `${SyncName} ${S3Destination?.BucketName}`,
  ).toSorted();
}

const changing = async () =>
  (await world.calls()).map(({ operation }) => operation).filter((name) => /^(Create|Delete)Resource/.test(name));

it.each<[string, Partial<Changes>, Partial<Changes>, RegExp]>([
  [
    "by a role that may not create it",
    {},
    { bucket: "acme-own", role: "NoCreate" },
    /takes: ssm:CreateResourceDataSync\./,
  ],
  [
    "by a role that may not delete",
    { role: "NoDelete" },
    { bucket: "acme-own", role: "NoDelete" },
    /takes: ssm:DeleteResource/,
  ],
  [
    "to a bucket whose policy may not be read",
    {},
    { bucket: "acme-foreign" },
    /Allow s3:GetBucketPolicy.*under another key/,
  ],
  ["to a bucket with Object Lock", {}, { bucket: "acme-own-locked" }, /Remove the bucket's default retention/],
  [
    "to a bucket of which may not be known whether it retains objects",
    { role: "NoLock" },
    { bucket: "acme-own-locked", role: "NoLock" },
    /Whether the bucket acme-own-locked retains objects.*Allow s3:GetBucketPolicy and s3:GetBucketObjectLock/,
  ],
])("a sync that would be replaced %s is left as it runs", async (_, before, after, told) => {
  expect(await up(before)).toMatchObject({ code: 0 });
  await world.forgetCalls();
  expect(await up(after)).toMatchObject({ code: 5, all: expect.stringMatching(told) });
  expect(await changing()).toEqual([]);
  expect(await running()).toEqual(["inventory acme-inventory"]);
});

it.each<[string, Partial<Changes>, string]>([
  ["whose bucket stays, which the running one shows to be in order", { name: "other" }, "other acme-inventory"],
  ["by a role that may not ask IAM about itself", { bucket: "acme-own", role: "NoQuestion" }, "inventory acme-own"],
])("a sync %s is replaced", async (_, after, then) => {
  expect(await up()).toMatchObject({ code: 0 });
  expect(await up(after)).toMatchObject({ code: 0 });
  expect(await running()).toEqual([then]);
});

it("another prefix in the bucket to which the running sync delivers is a warning where its policy may not be read", async () => {
  await up();
  const { code, all } = await up({ prefix: "elsewhere" });
  expect({ code, all }).toEqual({ code: 0, all: expect.stringMatching(/warning.*acme-inventory is not known/) });
  expect(await running()).toEqual(["inventory acme-inventory"]);
});

it("a bucket that the role of its own account may look at is looked at by that one", async () => {
  expect(await up({ withOwner: true })).toMatchObject({ code: 0 });
  expect(await up({ withOwner: true, bucket: "acme-locked" })).toMatchObject({ code: 5 });
  expect(await running()).toEqual(["inventory acme-inventory"]);
  expect(await up({ withOwner: true, bucket: "acme-new" })).toMatchObject({ code: 0 });
  expect(await running()).toEqual(["inventory acme-new"]);
});

it("where a run that failed halfway has deleted the old sync, nothing is left that what is not known could take away", async () => {
  expect(await up()).toMatchObject({ code: 0 });
  await world.fault({ service: "ssm", operation: "CreateResourceDataSync", error: "AccessDeniedException", times: 1 });
  expect(await up({ bucket: "acme-own" })).toMatchObject({ code: 1 });
  expect(await running()).toEqual([]);
  expect(await up({ bucket: "acme-new" })).toMatchObject({ code: 0 });
  expect(await running()).toEqual(["inventory acme-new"]);
});

it("the new sync is had under another key first, and the old one runs on until its entry is taken out", async () => {
  expect(await up()).toMatchObject({ code: 0 });
  const { syncs: old, ...rest } = specOf();
  const { syncs: wanted } = specOf({ key: "inventory-new", bucket: "acme-new" });
  await world.writeSpec({ ...rest, syncs: { ...old, ...wanted } });
  await world.fault({ service: "ssm", operation: "CreateResourceDataSync", error: "AccessDeniedException", times: 1 });
  expect(await world.run("up", "--yes")).toMatchObject({ code: 1 });
  expect(await running()).toEqual(["inventory acme-inventory"]);
  expect(await world.run("up", "--yes")).toMatchObject({ code: 0 });
  expect(await running()).toEqual(["inventory acme-inventory", "inventory-new acme-new"]);
  expect(await up({ key: "inventory-new", bucket: "acme-new" })).toMatchObject({ code: 0 });
  expect(await running()).toEqual(["inventory-new acme-new"]);
});
