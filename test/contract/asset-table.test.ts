import { DeleteDataExportConfigurationCommand, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { stub } from "../../providers/stub.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { catalog, disabledKey, seed } from "../support/acme.ts";
import { catalogHost } from "../support/catalog-host.ts";
import { startHostInProcess } from "../support/host-in-process.ts";

const urn = "urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:AssetTable::claim";
const inputs = {
  __provider: stub.assetTable,
  __urn: urn,
  account: catalog,
  region: "us-east-1",
  domain: "dzd_alpha",
  backup: "s3://acme-backups/catalog",
};

const { world, host, datazone, s3, tableInAws } = await catalogHost(seed, startHostInProcess);

beforeEach(() => world.reset());

const record = `s3://acme-backups/catalog/${catalog}/us-east-1/released.json`;

const inputsOf = (domain: string) => ({ ...inputs, domain });

async function created(changes: object = {}) {
  const checked = (await host.check({ ...inputs, ...changes })).inputs;
  return { checked, ...(await host.create(checked)) };
}

async function exported(domainIdentifier: string, days = 2) {
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier, enableExport: true }));
  await world.advance(days, 5);
}

const stopped = (domainIdentifier: string) =>
  datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier }));

async function objectAt(uri: string) {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri)!;
  return JSON.parse(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString());
}

/** A record of a table that is gone, as an earlier release left it. */
async function releasedAs(domain: string, more: object) {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(record)!;
  const encryption = { sseAlgorithm: "AES256" };
  const release = { version: 1, domain, encryption, tableArn: "arn:gone", time: "2026-01-01T00:00:00.000Z", ...more };
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(release) }));
}

describe("a claim", () => {
  it("on an empty place is free, changes in place without a call, and goes without a trace", async () => {
    const { id, outputs, checked } = await created();
    expect(id).toBe(`${catalog}/us-east-1/dzd_alpha`);
    const absent = { role: null, externalId: null, backupOwner: null, backupKey: null, allowLoss: null };
    const { __urn: _urn, ...recorded } = checked;
    expect(outputs).toEqual({ ...absent, ...recorded, tableArn: null, receipt: null });
    expect(await host.read(id, outputs)).toEqual({ inputs: checked, outputs });
    await world.forgetCalls();
    const moved = { ...checked, history: "current" };
    expect(await host.update(id, outputs, moved)).toEqual({ ...outputs, history: "current" });
    expect((await world.calls()).filter(({ service }) => service !== "sts")).toEqual([]);
    await host.delete(id, outputs);
    await host.delete(id, outputs);
  });

  it("of another stack is read by its id where its domain has a table, and nowhere else", async () => {
    const read = (domain: string) => host.read(`${catalog}/us-east-1/${domain}`, { __provider: stub.assetTable });
    await exported("dzd_beta");
    const { tableARN } = await tableInAws();
    const outputs = (await read("dzd_beta"))?.outputs;
    expect(outputs).toMatchObject({
      tableArn: tableARN,
      encryption: { sseAlgorithm: "AES256" },
      receipt: null,
      role: null,
    });
    await expect(read("dzd_alpha")).rejects.toThrow("There is no claim of dzd_alpha");
    await expect(host.read("dzd_beta", { __provider: stub.assetTable })).rejects.toThrow(
      '"dzd_beta" is not the id of such a resource. Its form is account/region/domain.',
    );
  });

  it("is refused while another domain exports here, and nothing is touched", async () => {
    await exported("dzd_beta");
    const { tableARN } = await tableInAws();
    await expect(created({ leftover: "drop" })).rejects.toThrow(/the domain dzd_beta exports its metadata there/);
    expect((await tableInAws()).tableARN).toBe(tableARN);
  });

  it("is refused when it cannot be known who exports here", async () => {
    await exported("dzd_beta");
    await stopped("dzd_beta");
    const denied = { service: "datazone", operation: "GetDataExportConfiguration", when: "before", times: 10 };
    await world.fault({ ...denied, error: "AccessDeniedException" });
    await expect(created({ leftover: "drop" })).rejects.toThrow(/AccessDeniedException/);
    expect(await tableInAws()).toBeDefined();
  });

  it("adopts the table of an export that exists only when asked", async () => {
    await exported("dzd_alpha");
    const { tableARN } = await tableInAws();
    await expect(created()).rejects.toThrow(/exists.*nothing says that this stack made it.*adopt: true/s);
    expect((await created({ adopt: true })).outputs["tableArn"]).toBe(tableARN);
  });

  it("stops at a record that is none", async () => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(record)!;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{"version":' }));
    await expect(created()).rejects.toThrow(/is no record of a released table/);
    const { inputs } = await host.check(inputsOf("dzd_alpha"));
    const { failures } = await host.check(inputsOf("dzd_beta"), inputs);
    expect(failures).toEqual([{ property: "backup", reason: expect.stringMatching(/is no record/) }]);
  });

  it("writes down whose table it leaves, and adopts it later", async () => {
    const { id, outputs } = await created();
    await exported("dzd_alpha");
    const seen = (await host.read(id, outputs))!.outputs;
    await stopped("dzd_alpha");
    await host.nextRun();
    await host.delete(id, seen);
    const { tableARN } = await tableInAws();
    expect(await objectAt(record)).toMatchObject({
      version: 1,
      domain: "dzd_alpha",
      tableArn: tableARN,
      encryption: { sseAlgorithm: "AES256" },
    });
    expect((await created()).outputs["tableArn"]).toBe(tableARN);
  });

  it("asks about a table of unknown origin", async () => {
    await host.nextRun();
    await exported("dzd_beta");
    await stopped("dzd_beta");
    await expect(created()).rejects.toThrow(/unknown origin.*adopt.*backUpAndDrop.*drop/s);
    expect(await tableInAws()).toBeDefined();
    expect((await created({ leftover: "adopt" })).outputs["tableArn"]).toBeDefined();
  });

  it("leaves a table as one of unknown origin where the record speaks of another one", async () => {
    const { id, outputs } = await created();
    const receipt = "s3://acme-backups/catalog/earlier/receipt.json";
    await releasedAs("dzd_alpha", { receipt });
    await exported("dzd_alpha");
    await stopped("dzd_alpha");
    await host.nextRun();
    await host.delete(id, outputs);
    const written = await objectAt(record);
    expect(written).not.toHaveProperty("domain");
    expect(written.history).toMatchObject([{ domain: "dzd_alpha", receipt }]);
    await host.nextRun();
    await expect(created()).rejects.toThrow(/unknown origin/);
  });

  it("says so where nothing but the record beside the backups tells whose table it takes", async () => {
    await exported("dzd_beta");
    await stopped("dzd_beta");
    const { tableARN: tableArn } = await tableInAws();
    await releasedAs("dzd_alpha", { tableArn });
    await host.nextRun();
    expect((await created()).outputs).toMatchObject({ tableArn });
    const said = () =>
      expect(host.log.map(({ message }) => message).join()).toMatch(
        /taken for dzd_alpha's on the word of s3:\S+ alone/,
      );
    await vi.waitFor(said, { timeout: 10_000 });
  });

  it("goes on past a receipt that was cleared away", async () => {
    await releasedAs("dzd_beta", { receipt: "s3://acme-backups/catalog/gone/receipt.json" });
    expect((await created()).outputs).toMatchObject({ receipt: null });
  });

  it("writes no record over a table that another domain's export holds, or is on record as another's", async () => {
    const { id, outputs } = await created();
    await exported("dzd_beta");
    await host.nextRun();
    await host.delete(id, outputs);
    await expect(objectAt(record)).rejects.toThrow(expect.objectContaining({ name: "NoSuchKey" }));
    const beta = await created({ domain: "dzd_beta", adopt: true });
    await stopped("dzd_beta");
    await host.nextRun();
    await host.delete(beta.id, beta.outputs);
    const written = await objectAt(record);
    expect(written).toMatchObject({ domain: "dzd_beta" });
    await host.delete(id, outputs);
    expect(await objectAt(record)).toEqual(written);
    // What a host logs arrives beside its answer.
    const said = () => expect(host.log.map(({ message }) => message).join()).toMatch(/on record as dzd_beta's/);
    await vi.waitFor(said, { timeout: 10_000 });
  });

  it("drops a table of unknown origin without a backup only by a word for this very table", async () => {
    await exported("dzd_beta");
    await stopped("dzd_beta");
    const { tableARN } = await tableInAws();
    const word = { leftover: "drop", backup: "none" };
    await expect(created(word)).rejects.toThrow(/gone for good.*allow this very loss/s);
    const other = [{ of: `${tableARN}0`, reason: "sandbox" }];
    await expect(created({ ...word, allowLoss: other })).rejects.toThrow(/gone for good/);
    const { outputs } = await created({ ...word, allowLoss: [{ of: tableARN, reason: "sandbox" }] });
    expect(outputs).toMatchObject({ receipt: null });
    await expect(tableInAws()).rejects.toThrow(expect.objectContaining({ name: "NotFoundException" }));
  });

  it("backs a table of unknown origin up before it drops it, wherever there is a place for backups", async () => {
    await exported("dzd_beta");
    await stopped("dzd_beta");
    expect((await created({ leftover: "drop" })).outputs["receipt"]).toMatchObject({ rows: 10 });
  });

  it("keeps the table when the new domain could not export: it is not there, or its key is disabled", async () => {
    await exported("dzd_beta");
    await stopped("dzd_beta");
    const word = { leftover: "backUpAndDrop" };
    await expect(created({ ...word, domain: "dzd_nosuch" })).rejects.toThrow(/was kept.*dzd_nosuch is not in/s);
    const encryption = { sseAlgorithm: "aws:kms", kmsKeyArn: disabledKey };
    await expect(created({ ...word, encryption })).rejects.toThrow(/was kept.*is Disabled.*enable-key/s);
    expect(await tableInAws()).toBeDefined();
  });
});

describe("making room", () => {
  async function releasedBy(domain: string) {
    const claim = await created({ domain });
    await exported(domain);
    const seen = (await host.read(claim.id, claim.outputs))!.outputs;
    await stopped(domain);
    await host.nextRun();
    await host.delete(claim.id, seen);
    return tableInAws();
  }

  it("backs the other domain's table up, verifies, drops, and keeps the receipt as an output", async () => {
    const { tableARN, versionToken, metadataLocation } = await releasedBy("dzd_beta");
    const { outputs } = await created();
    const receipt = outputs["receipt"] as Receipt;
    expect(receipt).toMatchObject({
      version: 1,
      source: { tableArn: tableARN, versionToken, metadataLocation },
      rows: 10,
    });
    expect(await objectAt(`${receipt.destination.location}/receipt.json`)).toEqual(receipt);
    await expect(tableInAws()).rejects.toThrow(expect.objectContaining({ name: "NotFoundException" }));
    const told = host.log.filter((line) => line.urn === urn && line.ephemeral).map(({ message }) => message);
    expect(told.join()).toMatch(/backup, copying: \d+ of \d+ files/);
  });

  it("finds the receipt again when the run ended after the drop", async () => {
    await releasedBy("dzd_beta");
    const refusal = { service: "s3tables", error: "ForbiddenException" };
    await world.fault({ ...refusal, operation: "DeleteTable", when: "after" });
    await world.fault({ ...refusal, operation: "GetTable", when: "before", skip: 2 });
    await expect(created()).rejects.toThrow(/ForbiddenException.*Whether it is still there is not known/s);
    expect((await created()).outputs["receipt"]).toMatchObject({ rows: 10 });
  });

  it.each([
    ["ForbiddenException", 1],
    ["reset", 100],
    ["InternalServerErrorException", 100],
  ])("goes on where the table is gone although its drop was answered with %s", async (error, times) => {
    await releasedBy("dzd_beta");
    await world.fault({ service: "s3tables", operation: "DeleteTable", when: "after", error, times });
    expect((await created()).outputs["receipt"]).toMatchObject({ rows: 10 });
  });

  it.each([
    ["ForbiddenException", /It is still there\./],
    ["InternalServerErrorException", /was still there when AWS was asked afterwards; the call may take effect yet/],
  ])(
    "says what became of the table whose drop failed with %s, where its copy is, and both ways on",
    async (error, fate) => {
      const { tableARN } = await releasedBy("dzd_beta");
      await world.fault({ service: "s3tables", operation: "DeleteTable", when: "before", error, times: 100 });
      const said = await created().then(
        () => "",
        ({ message }: Error) => message,
      );
      const { receipt } = await objectAt(record);
      const [first] = said.split("\n");
      expect(first).toContain(tableARN);
      expect(first).toMatch(fate);
      expect(first).toContain(
        `Its copy, which was verified against it in this run, is ${receipt.replace("/receipt.json", "")}.`,
      );
      expect(first).toContain(
        `No domain exports in ${catalog}/us-east-1 now. Run it again to go on, or set the domain back`,
      );
      expect((await tableInAws()).tableARN).toBe(tableARN);
    },
  );

  it("leaves a copy as it is that was damaged since it was made, makes another beside it, and says so", async () => {
    await releasedBy("dzd_beta");
    const failure = { service: "s3tables", operation: "DeleteTable", when: "before", error: "ForbiddenException" };
    await world.fault(failure);
    await expect(created()).rejects.toThrow(/ForbiddenException/);
    const damaged = (await objectAt((await objectAt(record)).receipt)).destination.location as string;
    const [, Bucket, Prefix] = /^s3:\/\/([^/]+)\/(.+)$/.exec(`${damaged}/data/`)!;
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    for (const { Key, Size } of Contents!) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(Size!) }));
    }
    const { outputs } = await created();
    expect(outputs["receipt"]).toMatchObject({ rows: 10, destination: { location: `${damaged}-again-2` } });
    expect((await objectAt(record)).receipt).toBe(`${damaged}-again-2/receipt.json`);
    expect(await objectAt(`${damaged}/receipt.json`)).toMatchObject({ rows: 10 });
    const said = () => expect(host.log.map(({ message }) => message).join()).toContain(`What lies at ${damaged} is no`);
    await vi.waitFor(said, { timeout: 10_000 });
  });

  it("backs up again when the table has changed meanwhile", async () => {
    await releasedBy("dzd_beta");
    await world.fault({ service: "s3tables", operation: "DeleteTable", when: "before", error: "ConflictException" });
    expect((await created()).outputs["receipt"]).toMatchObject({ rows: 10 });
  });

  it("keeps the table when the backup cannot be written", async () => {
    await releasedBy("dzd_beta");
    await world.fault({ service: "s3", operation: "PutObject", when: "before", error: "AccessDenied", times: 100 });
    await expect(created()).rejects.toThrow(/AccessDenied/);
    expect(await tableInAws()).toBeDefined();
  });

  it("keeps the table when a configuration appears during the backup", async () => {
    await releasedBy("dzd_beta");
    const second = { service: "datazone", operation: "ListDomains", when: "before", error: "AccessDeniedException" };
    await world.fault({ ...second, skip: 1 });
    await expect(created()).rejects.toThrow(/AccessDeniedException/);
    expect(await tableInAws()).toBeDefined();
  });

  it("on removal backs up and drops when asked to, unless an export of its domain needs the table that is not this stack's", async () => {
    const { id, outputs } = await created({ onRemoval: "backUpAndDrop" });
    await exported("dzd_alpha");
    await host.nextRun();
    // This stack's own export would be gone by now: the one that is there is somebody else's, and needs its table.
    await host.delete(id, outputs);
    expect(await tableInAws()).toBeDefined();
    const said = () =>
      expect(host.log.map(({ message }) => message).join()).toMatch(/stays, though .* does not delete/);
    await vi.waitFor(said, { timeout: 10_000 });
    await stopped("dzd_alpha");
    await host.delete(id, outputs);
    await expect(tableInAws()).rejects.toThrow(expect.objectContaining({ name: "NotFoundException" }));
    expect(await objectAt((await objectAt(record)).receipt)).toMatchObject({ rows: 10 });
    await host.delete(id, outputs);
  });
});
