import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  DataZoneClient,
  GetDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { CreateResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stub } from "../../providers/stub.ts";
import { catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import { startHostInProcess } from "../support/host-in-process.ts";
import { startProviderHost } from "../support/provider-host.ts";
import type { HostError, ProviderHost } from "../support/provider-host.ts";
import type { ProviderProperties } from "../support/provider-properties.ts";

const world = await emulatorWorld(seed);
const datazone = new DataZoneClient(world.clientOf(catalog));
const ssm = new SSMClient(world.clientOf(catalog));

const region = "us-east-1";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:${type}::${name}`;

const destination = { BucketName: "acme-inventory", Region: region, SyncFormat: "JsonSerDe" } as const;
const source = { SourceType: "SingleAccountMultiRegions", SourceRegions: [region], IncludeFutureRegions: false };

/** The two kinds of object, each as a resource and as somebody else makes and sees it. */
const kinds = {
  "a sync": {
    inputs: (name: string): ProviderProperties => ({
      __provider: stub.resourceDataSync,
      __urn: urnOf("ResourceDataSync", name),
      account: catalog,
      region,
      syncName: "inventory",
      s3Destination: { bucketName: "acme-inventory", region },
    }),
    other: { s3Destination: { bucketName: "acme-inventory", region, prefix: "other" } },
    make: () => ssm.send(new CreateResourceDataSyncCommand({ SyncName: "inventory", S3Destination: destination })),
    making: { service: "ssm", operation: "CreateResourceDataSync" },
    isThere: async () => (await listed("SyncToDestination")).includes("inventory"),
  },
  "an export": {
    inputs: (name: string): ProviderProperties => ({
      __provider: stub.dataExportConfiguration,
      __urn: urnOf("DataExportConfiguration", name),
      account: catalog,
      region,
      domain: "dzd_alpha",
      assetTable: `${catalog}/${region}/dzd_alpha`,
    }),
    other: {
      encryption: {
        sseAlgorithm: "aws:kms",
        kmsKeyArn: `arn:aws:kms:${region}:${catalog}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      },
    },
    make: () =>
      datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true })),
    making: { service: "datazone", operation: "PutDataExportConfiguration" },
    isThere: async () => {
      const get = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" });
      return (await datazone.send(get).catch(() => undefined))?.createdAt !== undefined;
    },
  },
};

let host: ProviderHost;
let folder: string;

beforeEach(async () => {
  await world.reset();
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  host = await startHostInProcess(world.endpoint, catalog);
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});
afterAll(() => world.close());

/** The next run, to which nothing is left of what this one has in memory. */
async function nextRun(environment?: NodeJS.ProcessEnv) {
  await host.close();
  host = await startHostInProcess(world.endpoint, catalog, environment);
}

/** The next run in a process of its own, as the Pulumi CLI has it. */
async function nextRunByPulumi(environment: NodeJS.ProcessEnv) {
  await host.close();
  host = await startProviderHost(world.endpoint, catalog, environment);
}

async function created(inputs: ProviderProperties) {
  const { inputs: checked, failures } = await host.check(inputs);
  expect(failures).toEqual([]);
  return { checked, ...(await host.create(checked)) };
}

async function listed(SyncType: string): Promise<(string | undefined)[]> {
  const { ResourceDataSyncItems = [] } = await ssm.send(new ListResourceDataSyncCommand({ SyncType }));
  return ResourceDataSyncItems.map(({ SyncName }) => SyncName);
}

/** Waits until a provider has said it for good; it reaches the engine beside the answer. */
const says = (text: RegExp) =>
  vi.waitFor(() => {
    const messages = host.log.filter(({ ephemeral }) => !ephemeral).map(({ message }) => message);
    expect(messages.join("\n")).toMatch(text);
  });

describe.each(Object.entries(kinds))("%s that exists", (_kind, { inputs, other, make, making, isThere }) => {
  const urn = inputs("one")["__urn"] as string;
  const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
  const begun = (time: string, last = time) => ({ since: time, last, inputs: {} });
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  it("is nobody's to take over, though its settings are the wanted ones", async () => {
    await make();
    await expect(created(inputs("one"))).rejects.toThrow(/nothing says that this stack made it.*adopt: true.*aliases/s);
    expect(await isThere()).toBe(true);
  });

  it("is taken over when that is asked for, with a warning, and that is not recorded", async () => {
    await make();
    const { id, outputs } = await created({ ...inputs("one"), adopt: true });
    await says(/existed, and was taken over as asked/);
    expect(outputs).not.toHaveProperty("adopt");
    expect((await host.diff(id, outputs, (await host.check(inputs("one"))).inputs)).changes).toBe(false);
  });

  it("is left as it is when AWS cannot change what is wanted otherwise, also when taking over is asked for", async () => {
    await make();
    await expect(created({ ...inputs("one"), ...other, adopt: true })).rejects.toThrow(/cannot be taken over/);
    expect(await isThere()).toBe(true);
  });

  it("is taken over when an interrupted run can have made it, and only then", async () => {
    await make();
    await nextRun({ SLUICE_INTERRUPTED: JSON.stringify({ [urn]: begun(inAnHour()) }) });
    await expect(created(inputs("one"))).rejects.toThrow(/nothing says that this stack made it/);
    await nextRun({ SLUICE_INTERRUPTED: JSON.stringify({ [`${urn}-other`]: begun(anHourAgo()) }) });
    await expect(created(inputs("one"))).rejects.toThrow(/nothing says that this stack made it/);
    const threeHoursAgo = new Date(Date.now() - 3 * 3_600_000).toISOString();
    await nextRun({ SLUICE_INTERRUPTED: JSON.stringify({ [urn]: begun(threeHoursAgo) }) });
    await expect(created(inputs("one"))).rejects.toThrow(/nothing says that this stack made it/);
    await nextRun({ SLUICE_INTERRUPTED: JSON.stringify({ [urn]: begun(threeHoursAgo, anHourAgo()) }) });
    await created(inputs("one"));
    await says(/an earlier run that was interrupted has made it/);
  });

  it("is taken over where the Pulumi CLI has an interrupted create beside the present one", async () => {
    await make();
    const operation = { type: "creating", resource: { urn } };
    const foreign = { type: "creating", resource: { urn: `${urn}-other` } };
    for (const pending_operations of [
      [operation, foreign],
      [operation, { ...operation, type: "updating" }],
    ]) {
      await nextRunByPulumi(fakePulumi(JSON.stringify({ version: 3, deployment: { pending_operations } })));
      await expect(created(inputs("one"))).rejects.toThrow(/nothing says that this stack made it/);
    }
    await nextRunByPulumi(fakePulumi("error: no stack named 'dev' found", 6));
    await expect(created(inputs("one"))).rejects.toThrow(/nothing says that this stack made it/);
    const pending_operations = [operation, foreign, operation];
    await nextRunByPulumi(fakePulumi(JSON.stringify({ version: 3, deployment: { pending_operations } })));
    await created(inputs("one"));
  });

  it("is on record where the run is told to end before AWS has answered its create, and the next run goes on", async () => {
    const { inputs: checked } = await host.check(inputs("one"));
    await world.fault({ ...making, when: "after", error: "stall" });
    const creating = host.create(checked).catch((error: unknown) => error as HostError);
    await vi.waitFor(async () => expect(await isThere()).toBe(true));
    await host.close();
    const { id, properties } = (await creating) as HostError;
    expect(properties).toMatchObject({ createdAt: expect.any(String), __unfinished: expect.anything() });
    await nextRun();
    expect(await host.update(id!, properties!, checked)).not.toHaveProperty("__unfinished");
  });

  it("is not on record where the run is told to end and AWS has not made it", async () => {
    const { inputs: checked } = await host.check(inputs("one"));
    await world.fault({ ...making, when: "before", error: "stall" });
    const creating = host.create(checked).catch((error: unknown) => error as HostError);
    await vi.waitFor(async () =>
      expect((await world.calls()).map(({ operation }) => operation)).toContain(making.operation),
    );
    await host.close();
    expect(await creating).toMatchObject({ id: undefined, properties: undefined });
  });

  it("stays when it is declared under another name and the old one is deleted, also in the next run", async () => {
    const one = await created(inputs("one"));
    await nextRunByPulumi({});
    const two = await created({ ...inputs("two"), adopt: true });
    // As an older version recorded it before `pulumi stack rename`: the messages are in the row of the new name all the same.
    const before = urn.replace(":dev::", ":before::");
    await host.delete(one.id, { ...one.outputs, __urn: before }, urn);
    expect(await isThere()).toBe(true);
    await says(/stays: urn:pulumi:.*::two has it now/);
    expect(host.log.map((line) => line.urn)).toContain(urn);
    expect(host.log.map((line) => line.urn)).not.toContain(before);
    await nextRun();
    await host.check(inputs("two"), two.checked);
    await host.delete(one.id, one.outputs, urn);
    expect(await isThere()).toBe(true);
  });

  it("stays when another name is declared for it that could not be made", async () => {
    const one = await created(inputs("one"));
    await nextRun();
    await expect(created(inputs("two"))).rejects.toThrow(/nothing says/);
    await expect(host.delete(one.id, one.outputs, urn)).rejects.toThrow(/was not deleted.*declared as .*::two/);
    expect(await isThere()).toBe(true);
  });

  it("goes when it is replaced under its name, whatever was recorded as the name before", async () => {
    const one = await created(inputs("one"));
    let recorded = { ...one.outputs, __urn: "urn:pulumi:before::acme::acme:index:Platform$old::name" };
    for (const olds of [one.checked, undefined]) {
      await nextRun();
      if (olds) await host.check(inputs("one"), olds);
      await host.check(inputs("one"));
      await host.delete(one.id, recorded, urn);
      expect(await isThere()).toBe(false);
      recorded = { ...recorded, ...(await created(inputs("one"))).outputs };
      recorded["__urn"] = "urn:pulumi:before::acme::acme:index:Platform$old::name";
    }
  });

  it("stays when the old half of an earlier replacement is deleted", async () => {
    const one = await created(inputs("one"));
    await nextRun();
    await host.check(inputs("one"), one.checked);
    await host.delete(one.id, one.outputs, urn);
    expect(await isThere()).toBe(true);
  });

  it("stays when it was made anew by somebody else, which a refresh tells", async () => {
    const one = await created(inputs("one"));
    const before = urn.replace(":dev::", ":before::");
    const recorded = { ...one.outputs, createdAt: "2026-01-02T03:04:05.678Z", __urn: before };
    // Also by the request for which the host loads the package.
    await nextRunByPulumi({});
    await host.delete(one.id, recorded, urn);
    expect(await isThere()).toBe(true);
    await says(/created at 2026-01-02T03:04:05.678Z, the one that is there at .*made it anew/);
    expect(new Set(host.log.map((line) => line.urn))).toEqual(new Set([urn]));
    const read = await host.read(one.id, recorded);
    await says(/made anew at .* by somebody else/);
    expect(new Set(host.log.map((line) => line.urn))).toEqual(new Set([urn]));
    expect(read!.outputs).not.toHaveProperty("__urn");
    // To be looked at makes nothing this stack's.
    await nextRun();
    await host.delete(one.id, read!.outputs, urn);
    expect(await isThere()).toBe(true);
  });
});

it("a sync that is taken over is brought in line where AWS can change it", async () => {
  await ssm.send(
    new CreateResourceDataSyncCommand({ SyncName: "explorer", SyncType: "SyncFromSource", SyncSource: source }),
  );
  const { outputs } = await created({
    __provider: stub.resourceDataSync,
    account: catalog,
    region,
    syncName: "explorer",
    syncType: "SyncFromSource",
    syncSource: { sourceType: source.SourceType, sourceRegions: ["eu-west-1"] },
    adopt: true,
  });
  expect(outputs).toMatchObject({ syncSource: { sourceRegions: ["eu-west-1"] } });
  const { ResourceDataSyncItems: items = [] } = await ssm.send(
    new ListResourceDataSyncCommand({ SyncType: "SyncFromSource" }),
  );
  const item = items.find(({ SyncName }) => SyncName === "explorer");
  expect(item?.SyncSource?.SourceRegions).toEqual(["eu-west-1"]);
});

it("an export that somebody else has made anew stays theirs when a setting is changed, unless taking over is asked for", async () => {
  const { inputs, isThere } = kinds["an export"];
  const one = await created(inputs("one"));
  const recorded = { ...one.outputs, createdAt: "2026-01-02T03:04:05.678Z" };
  const { inputs: off } = await host.check({ ...inputs("one"), enabled: false });
  const changed = await host.update(one.id, recorded, off);
  await says(/made anew at .* by somebody else/);
  expect(changed).toMatchObject({ enabled: false, createdAt: recorded.createdAt });
  await nextRun();
  await host.delete(one.id, changed, inputs("one")["__urn"] as string);
  expect(await isThere()).toBe(true);
  const asked = await host.update(one.id, recorded, { ...off, adopt: true });
  expect(asked["createdAt"]).toBe(one.outputs["createdAt"]);
});

it("an export that is taken over is switched as wanted", async () => {
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: false }));
  await created({ ...kinds["an export"].inputs("one"), adopt: true });
  const get = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" });
  expect(await datazone.send(get)).toMatchObject({ isExportEnabled: true });
});

it("two syncs may change their names with each other", async () => {
  const { inputs } = kinds["a sync"];
  const before = { left: "inventory", right: "archive" };
  const olds = await Promise.all(
    Object.entries(before).map(async ([name, syncName]) => ({
      name,
      ...(await created({ ...inputs(name), syncName })),
    })),
  );
  await nextRun();
  const news = olds.map(({ name, checked }, index) => ({
    ...inputs(name),
    ...checked,
    syncName: ["archive", "inventory"][index],
  }));
  for (const [index, { checked }] of olds.entries()) {
    await host.check(news[index]!, checked);
    await host.check(news[index]!);
  }
  for (const { id, outputs, name } of olds) await host.delete(id, outputs, urnOf("ResourceDataSync", name));
  expect(await listed("SyncToDestination")).toEqual([]);
  for (const inputs of news) await created(inputs);
  expect((await listed("SyncToDestination")).toSorted()).toEqual(["archive", "inventory"]);
});

it("many syncs of one place that are deleted are looked at in one listing", async () => {
  const { inputs } = kinds["a sync"];
  const names = ["one", "two", "three", "four"];
  const syncs = await Promise.all(names.map((syncName) => created({ ...inputs(syncName), syncName })));
  await nextRun();
  await world.quirk({ "ssm-consistency": "immediate" });
  await world.forgetCalls();
  await Promise.all(syncs.map(({ id, outputs, checked }) => host.delete(id, outputs, checked["__urn"] as string)));
  expect(await listed("SyncToDestination")).toEqual([]);
  const calls = (await world.calls()).map(({ operation }) => operation);
  // One before, one until they are gone, and the test's own.
  expect(calls.filter((operation) => operation === "ListResourceDataSync").length).toBeLessThanOrEqual(3);
  expect(calls.filter((operation) => operation === "DeleteResourceDataSync")).toHaveLength(4);
});

/** A program of that name on the PATH, which prints a text and ends. */
function fakePulumi(text: string, code = 0): NodeJS.ProcessEnv {
  writeFileSync(path.join(folder, "answer"), text);
  writeFileSync(path.join(folder, "pulumi"), `#!/bin/sh\ncat "${path.join(folder, "answer")}"\nexit ${code}\n`);
  chmodSync(path.join(folder, "pulumi"), 0o755);
  return { SLUICE_INTERRUPTED: undefined, PATH: `${folder}${path.delimiter}${process.env["PATH"]}` };
}
