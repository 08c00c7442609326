import { GetDataExportConfigurationCommand, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import {
  GetTableRecordExpirationConfigurationCommand,
  PutTableRecordExpirationConfigurationCommand,
} from "@aws-sdk/client-s3tables";
import { beforeEach, describe, expect, it } from "vitest";
import { stub } from "../../providers/stub.ts";
import { catalog } from "../support/acme.ts";
import { catalogHost, tableBucketARN } from "../support/catalog-host.ts";
import { unknown } from "../support/provider-host.ts";
import type { HostError } from "../support/provider-host.ts";

const inputs = {
  __provider: stub.dataExportConfiguration,
  account: catalog,
  region: "us-east-1",
  domain: "dzd_alpha",
  assetTable: `${catalog}/us-east-1/dzd_alpha`,
};

const { world, host, datazone, s3tables, tableInAws } = await catalogHost();

beforeEach(() => world.reset());

const configurationOf = (domainIdentifier: string) =>
  datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier }));

async function created(changes: object = {}) {
  const checked = (await host.check({ ...inputs, ...changes })).inputs;
  return { checked, ...(await host.create(checked)) };
}

async function expirationInAws() {
  const { tableARN } = await tableInAws();
  const command = new GetTableRecordExpirationConfigurationCommand({ tableArn: tableARN! });
  return (await s3tables.send(command)).configuration;
}

describe("an export", () => {
  it("is created with its expiration, read as recorded, and deleted, twice", async () => {
    const { id, outputs, checked } = await created({ recordExpirationDays: 365 });
    expect(id).toBe(`${catalog}/us-east-1/dzd_alpha`);
    expect(outputs).toMatchObject({ ...checked, status: "COMPLETED", tableBucketArn: tableBucketARN });
    expect(await configurationOf("dzd_alpha")).toMatchObject({ isExportEnabled: true });
    expect(await expirationInAws()).toMatchObject({ status: "enabled", settings: { days: 365 } });
    expect((await host.read(id, outputs))?.inputs).toEqual(checked);
    await host.delete(id, outputs);
    expect((await configurationOf("dzd_alpha").catch(() => undefined))?.createdAt).toBeUndefined();
    await host.delete(id, outputs);
    expect(await host.read(id, outputs)).toBeUndefined();
  });

  it("of another stack is read by its id with every output, and one that is not there is an error", async () => {
    const { id, outputs } = await created();
    const provider = { __provider: stub.dataExportConfiguration };
    expect((await host.read(id, provider))?.outputs).toEqual(outputs);
    expect(outputs).toMatchObject({ tableArn: (await tableInAws()).tableARN, recordExpirationDays: null, role: null });
    await expect(host.read(id.replace("dzd_alpha", "dzd_beta"), provider)).rejects.toThrow("There is no data export");
  });

  it("is switched off and on in place, and its expiration follows", async () => {
    const { id, outputs } = await created({ recordExpirationDays: 365 });
    const off = (await host.check({ ...inputs, enabled: false })).inputs;
    expect(await host.diff(id, outputs, off)).toMatchObject({ changes: true, replaces: [] });
    const disabled = await host.update(id, outputs, off);
    expect(await configurationOf("dzd_alpha")).toMatchObject({ isExportEnabled: false });
    expect(await expirationInAws()).toMatchObject({ status: "disabled" });
    const on = (await host.check(inputs)).inputs;
    expect(await host.update(id, disabled, on)).toMatchObject({ enabled: true });
    expect(await configurationOf("dzd_alpha")).toMatchObject({ isExportEnabled: true });
  });

  it("shows what was changed behind our back", async () => {
    const { id, outputs, checked } = await created();
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: false }));
    const read = await host.read(id, outputs);
    expect(read?.inputs).toEqual({ ...checked, enabled: false });
    expect((await host.diff(id, read!.outputs, checked)).changes).toBe(true);
  });

  it.each([
    ["disabled with its days left in place", { status: "disabled" as const, settings: { days: 365 } }],
    ["disabled", { status: "disabled" as const }],
  ])("shows an expiration that somebody has %s as none, and the next update is judged by that", async (_how, value) => {
    await host.nextRun();
    const allowLoss = [{ of: "dzd_alpha", reason: "Nobody needs them" }];
    const { id, outputs, checked } = await created({ recordExpirationDays: 365, allowLoss });
    const { tableARN } = await tableInAws();
    await s3tables.send(new PutTableRecordExpirationConfigurationCommand({ tableArn: tableARN!, value }));
    const read = await host.read(id, outputs);
    const { recordExpirationDays: _, ...others } = checked;
    expect(read?.inputs).toEqual(others);
    expect(read?.outputs["recordExpirationDays"]).toBeNull();
    expect(await host.diff(id, read!.outputs, checked)).toMatchObject({ changes: true, replaces: [] });
    const { allowLoss: __, ...unallowed } = checked;
    await expect(host.update(id, read!.outputs, unallowed)).rejects.toThrow(/today they are kept for good/);
    expect(await expirationInAws()).toEqual(value);
    expect(await host.update(id, read!.outputs, checked)).toMatchObject({ recordExpirationDays: 365 });
    expect(await expirationInAws()).toMatchObject({ status: "enabled", settings: { days: 365 } });
  });

  it("is replaced with its claim, whose id is not known before", async () => {
    const { id, outputs, checked } = await created();
    expect(await host.diff(id, outputs, { ...checked, assetTable: unknown })).toEqual({
      changes: true,
      replaces: ["assetTable"],
      deleteFirst: true,
      paths: [["assetTable", "UPDATE_REPLACE"]],
    });
  });

  it("asks for no export while another domain has one, whatever the claim did not look at", async () => {
    await host.nextRun();
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
    await world.forgetCalls();
    await expect(created()).rejects.toThrow(/dzd_alpha cannot export in .*: the domain dzd_beta exports its metadata/);
    expect((await world.calls()).filter(({ operation }) => /^(Put|Delete)/.test(operation))).toEqual([]);
  });

  it("names the domain that got the export in between, and leaves it alone", async () => {
    await created();
    await world.reset();
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
    await expect(created()).rejects.toThrow(/exports the metadata of dzd_beta/);
    expect(await configurationOf("dzd_beta")).toMatchObject({ isExportEnabled: true });
  });

  it("of our domain with other settings is left alone", async () => {
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: false }));
    await expect(created()).rejects.toThrow(/nothing says that this stack made it.*enabled false.*take it over/s);
    expect(await configurationOf("dzd_alpha")).toMatchObject({ isExportEnabled: false });
  });

  it.each(["ValidationException", "500"])("that is there although AWS answered %s is ours", async (error) => {
    const put = { service: "datazone", operation: "PutDataExportConfiguration" };
    await world.fault({ ...put, when: "after", error, times: 8 });
    expect((await created()).outputs).toMatchObject({ status: "COMPLETED" });
  });

  it.each(["idempotent", "conflict"])("survives a lost answer where a used token means %s", async (choice) => {
    await world.quirk({ "datazone-token-reuse": choice });
    const put = { service: "datazone", operation: "PutDataExportConfiguration" };
    await world.fault({ ...put, when: "after", error: "reset" });
    expect((await created()).outputs).toMatchObject({ enabled: true });
  });

  it.each([
    [
      "that nothing exports now",
      "Put",
      /ValidationException.*No domain exports in .*us-east-1.* since 2\S+ \S+ UTC, when dzd_alpha's configuration was deleted\. Run it again/s,
    ],
    [
      "that this is not known",
      "List",
      /ValidationException.*Whether any domain exports in .* is not known: AWS does not/s,
    ],
  ])(
    "says, where it cannot be put for the one that was deleted for it, %s, and the ways on and back",
    async (_, of, said) => {
      const former = await created();
      await host.nextRun();
      await host.delete(former.id, former.outputs);
      const fault = { service: "datazone", when: "before", error: "ValidationException" } as const;
      await world.fault({ ...fault, operation: "PutDataExportConfiguration" });
      if (of === "List") await world.fault({ ...fault, operation: "ListDomains", skip: 1 });
      const beta = created({ domain: "dzd_beta", assetTable: `${catalog}/us-east-1/dzd_beta` });
      await expect(beta).rejects.toThrow(said);
      await expect(beta).rejects.toThrow(/ to go on, or set the domain back and run it to return to what was\./);
      await host.nextRun();
    },
  );

  it("can be created, deleted and created again at once, where AWS remembers tokens", async () => {
    await world.quirk({ "datazone-own-table": "reuse" });
    const first = await created();
    await host.delete(first.id, first.outputs);
    await created();
    expect(await configurationOf("dzd_alpha")).toMatchObject({ isExportEnabled: true });
  });

  it("says how to go on where AWS refuses to take its own earlier table over", async () => {
    await world.quirk({ "datazone-own-table": "conflict" });
    const first = await created();
    await host.delete(first.id, first.outputs);
    await expect(created()).rejects.toThrow(/ConflictException.*table of an earlier export.*onRemoval: backUpAndDrop/s);
  });

  it("that exists but lacks its expiration is recorded, and finished by the next update", async () => {
    const refused = { service: "s3tables", operation: "PutTableRecordExpirationConfiguration" };
    await world.fault({ ...refused, when: "before", error: "ForbiddenException" });
    const { inputs: checked } = await host.check({ ...inputs, recordExpirationDays: 30 });
    const failure = (await host.create(checked).catch((error: unknown) => error)) as HostError;
    expect(failure.message).toMatch(/ForbiddenException/);
    expect(failure.id).toBe(`${catalog}/us-east-1/dzd_alpha`);
    expect(failure.properties).toMatchObject({ __provider: stub.dataExportConfiguration, domain: "dzd_alpha" });
    await host.update(failure.id!, failure.properties!, checked);
    expect(await expirationInAws()).toMatchObject({ status: "enabled", settings: { days: 30 } });
  });

  it("waits for a table that appears later", async () => {
    await world.quirk({ "datazone-put-completes": "later", "datazone-get-unconfigured": "disabled" });
    await created({ recordExpirationDays: 7 });
    expect(await expirationInAws()).toMatchObject({ settings: { days: 7 } });
    expect(host.log.map(({ message }) => message).join()).toMatch(/waiting for the table/);
  });

  it("is never written with the credentials of another account", async () => {
    const elsewhere = { ...inputs, account: "222233334444", assetTable: "222233334444/us-east-1/dzd_alpha" };
    await world.forgetCalls();
    const { inputs: checked } = await host.check(elsewhere);
    await expect(host.create(checked)).rejects.toThrow(
      /ambient credentials are those of .*012345678901.*lives in account 222233334444/s,
    );
    expect((await world.calls()).filter(({ service }) => service === "datazone")).toEqual([]);
  });
});
