import {
  CreateResourceDataSyncCommand,
  DeleteResourceDataSyncCommand,
  ListResourceDataSyncCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stub } from "../../providers/stub.ts";
import { audit, seed, workloads } from "../support/acme.ts";
import { startProviderHost } from "../support/provider-host.ts";
import type { HostError, ProviderHost } from "../support/provider-host.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

let world: EmulatorWorld;
let host: ProviderHost;
let ssm: SSMClient;

const role = (account: string) => `arn:aws:iam::${account}:role/Sluice`;
const inventory = {
  __provider: stub.resourceDataSync,
  account: workloads,
  region: "us-east-1",
  role: role(workloads),
  syncName: "inventory",
  s3Destination: { bucketName: "acme-inventory", region: "us-east-1", prefix: "ssm" },
};
const explorer = {
  __provider: stub.resourceDataSync,
  account: audit,
  region: "us-east-1",
  syncName: "explorer",
  syncType: "SyncFromSource",
  syncSource: {
    sourceType: "AwsOrganizations",
    sourceRegions: ["us-east-1", "eu-west-1"],
    awsOrganizationsSource: { organizationSourceType: "EntireOrganization" },
  },
};

beforeAll(async () => {
  world = await emulatorWorld(seed);
  host = await startProviderHost(world.endpoint, audit);
});

afterAll(async () => {
  await host.close();
  await world.close();
});

beforeEach(async () => {
  await world.reset();
  ssm = new SSMClient(world.clientOf(workloads));
});

async function listed(type = "SyncToDestination", client = ssm) {
  return (await client.send(new ListResourceDataSyncCommand({ SyncType: type }))).ResourceDataSyncItems!;
}

async function created(inputs: Record<string, unknown>) {
  const { inputs: checked, failures } = await host.check(inputs);
  expect(failures).toEqual([]);
  return { checked, ...(await host.create(checked)) };
}

describe("a sync to S3", () => {
  it("is created, read as it was recorded, and deleted", async () => {
    const { id, outputs, checked } = await created(inventory);
    expect(id).toBe(`${workloads}/us-east-1/SyncToDestination/inventory`);
    expect(outputs).toMatchObject({ ...checked, __provider: stub.resourceDataSync });
    expect((await listed())[0]).toMatchObject({
      SyncName: "inventory",
      S3Destination: { BucketName: "acme-inventory", Prefix: "ssm" },
    });
    expect((await host.read(id, outputs))?.inputs).toEqual(checked);
    expect(await host.diff(id, outputs, checked)).toMatchObject({ changes: false, replaces: [] });
    await host.delete(id, outputs);
    expect(await listed()).toEqual([]);
    await host.delete(id, outputs);
  });

  it("of another stack is read by its id with every output, and one that is not there is an error", async () => {
    const { id, outputs } = await created(inventory);
    const provider = { __provider: stub.resourceDataSync, role: inventory.role };
    const told = await host.read(id, provider);
    expect(told?.outputs).toEqual(outputs);
    const elsewhere = id.replace("inventory", "other");
    await expect(host.read(elsewhere, provider)).rejects.toThrow('There is no resource data sync "other"');
    await expect(host.read(`${workloads}/inventory`, provider)).rejects.toThrow(
      "Its form is account/region/SyncToDestination/name or account/region/SyncFromSource/name.",
    );
    expect(host.printed()).toBe("");
  });

  it("is not to be replaced by one of which is not known whether it will come: a check of plain Pulumi refuses", async () => {
    const { checked } = await created(inventory);
    const bucket = { ...inventory.s3Destination, bucketName: "acme-backups" };
    const { failures } = await host.check({ ...inventory, s3Destination: bucket }, checked);
    expect(failures).toEqual([
      {
        property: "s3Destination.bucketName",
        reason: expect.stringMatching(
          /may write to the bucket acme-backups is not known.*\n.*add the new one under another key/s,
        ),
      },
    ]);
    expect(await listed()).toHaveLength(1);
  });

  it("that is gone is read as gone", async () => {
    const { id, outputs } = await created(inventory);
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }));
    await host.close();
    host = await startProviderHost(world.endpoint, audit);
    expect(await host.read(id, outputs)).toBeUndefined();
  });

  it("is replaced, delete first, when its bucket changes", async () => {
    const { id, outputs } = await created(inventory);
    const news = (await host.check({ ...inventory, s3Destination: { ...inventory.s3Destination, prefix: "other" } }))
      .inputs;
    expect(await host.diff(id, outputs, news)).toEqual({
      changes: true,
      replaces: ["s3Destination.prefix"],
      deleteFirst: true,
      paths: [["s3Destination.prefix", "UPDATE_REPLACE"]],
    });
  });

  it("keeps its sharing with the organization, which AWS does not tell", async () => {
    const shared = { destinationDataSharing: { destinationDataSharingType: "Organization" } };
    const { id, outputs, checked } = await created({
      ...inventory,
      s3Destination: { ...inventory.s3Destination, ...shared },
    });
    expect((await host.read(id, outputs))?.inputs).toEqual(checked);
  });

  it.each([1, 8])("is ours although %i answers to its creation were lost", async (times) => {
    await world.fault({ service: "ssm", operation: "CreateResourceDataSync", when: "after", error: "reset", times });
    await created(inventory);
    expect(await listed()).toHaveLength(1);
  });

  it("is ours although its creation was carried out and nothing was ever heard of it", async () => {
    const create = { service: "ssm", operation: "CreateResourceDataSync", error: "reset" };
    // The first attempt has its effect; no later one reaches AWS.
    await world.fault({ ...create, when: "after", times: 1 }, { ...create, when: "before", times: 1_000 });
    await created(inventory);
    expect(await listed()).toHaveLength(1);
  });

  it("is ours although AWS refused its creation after it had made it; one that is otherwise is left alone", async () => {
    const fault = { service: "ssm", operation: "CreateResourceDataSync", error: "AccessDeniedException" };
    await world.fault({ ...fault, when: "after" });
    const { outputs } = await created(inventory);
    expect(outputs).toMatchObject({ syncName: "inventory", createdAt: expect.any(String) });

    const other = { S3Destination: { BucketName: "acme-inventory", Region: "us-east-1", SyncFormat: "JsonSerDe" } };
    await ssm.send(new CreateResourceDataSyncCommand({ SyncName: "other", ...other } as never));
    await world.fault({ ...fault, when: "before" });
    await expect(created({ ...inventory, syncName: "other" })).rejects.toThrow(/AccessDeniedException/);
  });

  it("of the same name with other settings is left alone", async () => {
    const S3Destination = {
      BucketName: "acme-inventory",
      Region: "us-east-1",
      Prefix: "theirs",
      SyncFormat: "JsonSerDe" as const,
    };
    await ssm.send(new CreateResourceDataSyncCommand({ SyncName: "inventory", S3Destination }));
    await expect(created(inventory)).rejects.toThrow(/prefix is "theirs", not "ssm".*take it over/s);
    expect(await listed()).toMatchObject([{ S3Destination: { Prefix: "theirs" } }]);
  });

  it("changes its role without a call to AWS", async () => {
    const { id, outputs, checked } = await created(inventory);
    await world.forgetCalls();
    const news = { ...checked, role: `${role(workloads)}Other` };
    expect(await host.diff(id, outputs, news)).toMatchObject({ changes: true, replaces: [] });
    expect(await host.update(id, outputs, news)).toEqual({ ...outputs, role: `${role(workloads)}Other` });
    expect((await world.calls()).filter(({ service }) => service === "ssm")).toEqual([]);
  });

  it("is in the state although it failed, and is finished by the next update", async () => {
    await world.fault({
      service: "ssm",
      operation: "ListResourceDataSync",
      when: "before",
      error: "AccessDeniedException",
    });
    const { inputs } = await host.check(inventory);
    const failure = (await host.create(inputs).catch((error: unknown) => error)) as HostError;
    expect(failure.id).toBe(`${workloads}/us-east-1/SyncToDestination/inventory`);
    expect(failure.properties).toMatchObject({ ...inputs, __provider: stub.resourceDataSync });
    const outputs = await host.update(failure.id!, failure.properties!, inputs);
    expect(outputs).not.toHaveProperty("__unfinished");
    expect(outputs["status"]).toMatch(/Successful|InProgress/);
  });
});

describe("a sync from sources", () => {
  it("is updated in place where AWS can", async () => {
    const { id, outputs } = await created(explorer);
    const source = { ...explorer.syncSource, sourceRegions: ["us-west-2"], includeFutureRegions: true };
    const news = (await host.check({ ...explorer, syncSource: source })).inputs;
    const { paths, ...difference } = await host.diff(id, outputs, news);
    expect(difference).toMatchObject({ changes: true, replaces: [] });
    expect(new Map(paths)).toEqual(
      new Map([
        ["syncSource.includeFutureRegions", "UPDATE"],
        ["syncSource.sourceRegions[0]", "UPDATE"],
        ["syncSource.sourceRegions[1]", "DELETE"],
      ]),
    );
    await host.update(id, outputs, news);
    const items = await listed("SyncFromSource", new SSMClient(world.clientOf(audit)));
    // Quick Setup may have left one, too.
    const item = items.find(({ SyncName }) => SyncName === explorer.syncName);
    expect(item?.SyncSource).toMatchObject({ SourceRegions: ["us-west-2"], IncludeFutureRegions: true });
  });

  it("is replaced when the kind of its source changes", async () => {
    const { id, outputs } = await created(explorer);
    const source = { sourceType: "singleaccountmultiregions", sourceRegions: ["us-east-1", "eu-west-1"] };
    const news = (await host.check({ ...explorer, syncSource: source })).inputs;
    expect((await host.diff(id, outputs, news)).replaces).toContain("syncSource.sourceType");
  });

  it("has no difference when only the order of its Regions has changed", async () => {
    const { id, outputs } = await created(explorer);
    const source = {
      ...explorer.syncSource,
      sourceType: "awsOrganizations",
      sourceRegions: ["eu-west-1", "us-east-1"],
    };
    const news = (await host.check({ ...explorer, syncSource: source })).inputs;
    expect((await host.diff(id, outputs, news)).changes).toBe(false);
  });
});

describe("many syncs in one host", () => {
  it("answer concurrent first calls", async () => {
    const names = ["one", "two", "three", "four"];
    await Promise.all(names.map((syncName) => created({ ...inventory, syncName })));
    expect((await listed()).map(({ SyncName }) => SyncName).toSorted()).toEqual(names.toSorted());
  });

  it("share the listing that follows when they are created side by side, be one of them late", async () => {
    // Otherwise each waits until it is seen.
    await world.quirk({ "ssm-consistency": "immediate" });
    await created({ ...inventory, syncName: "first" });
    await world.forgetCalls();
    const late = { service: "ssm", operation: "CreateResourceDataSync", account: workloads };
    await world.fault({ ...late, error: "ThrottlingException", when: "before" });
    await Promise.all(["one", "two", "three", "four"].map((syncName) => created({ ...inventory, syncName })));
    const calls = (await world.calls()).map(({ operation }) => operation);
    expect(calls.filter((operation) => operation === "CreateResourceDataSync")).toHaveLength(5);
    expect(calls.filter((operation) => operation === "ListResourceDataSync")).toHaveLength(1);
  });

  it("share one listing when they are refreshed", async () => {
    const names = ["one", "two", "three", "four", "five"];
    const syncs = await Promise.all(names.map((syncName) => created({ ...inventory, syncName })));
    await host.close();
    host = await startProviderHost(world.endpoint, audit);
    await world.forgetCalls();
    for (const { id, outputs } of syncs) await host.read(id, outputs);
    expect((await world.calls()).filter(({ operation }) => operation === "ListResourceDataSync")).toHaveLength(1);
  });

  it("a listing that is denied in one account is an error there, and never an absence", async () => {
    const there = await created(inventory);
    await host.close();
    host = await startProviderHost(world.endpoint, audit);
    const denied = {
      service: "ssm",
      operation: "ListResourceDataSync",
      account: workloads,
      error: "AccessDeniedException",
    };
    await world.fault({ ...denied, when: "before", times: 20 });
    await expect(host.read(there.id, there.outputs)).rejects.toThrow(`AccessDeniedException`);
  });
});
