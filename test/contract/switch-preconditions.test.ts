import {
  DeleteDataExportConfigurationCommand,
  DeleteDomainCommand,
  GetDataExportConfigurationCommand,
  ListDomainsCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { stub } from "../../providers/stub.ts";
import { catalog, closedKey, disabledKey, seed } from "../support/acme.ts";
import { catalogHost } from "../support/catalog-host.ts";
import { startHostInProcess } from "../support/host-in-process.ts";
import { startProviderHost } from "../support/provider-host.ts";
import type { ProviderProperties } from "../support/provider-properties.ts";

const target = { account: catalog, region: "us-east-1" };
const claimInputs = {
  __provider: stub.assetTable,
  ...target,
  domain: "dzd_alpha",
  backup: "s3://acme-backups/catalog",
};
const exportInputs = {
  __provider: stub.dataExportConfiguration,
  ...target,
  domain: "dzd_alpha",
  assetTable: `${catalog}/us-east-1/dzd_alpha`,
};

const { world, host, datazone, s3, tableInAws } = await catalogHost(seed, startHostInProcess);

/** The recorded claim and configuration of a domain that has exported for two days. */
let recorded: Awaited<ReturnType<typeof deployed>>;

beforeEach(async () => {
  await world.reset();
  await host.nextRun();
  recorded = await deployed();
  await host.nextRun();
});

async function deployed(changes: object = {}) {
  const claimed = (await host.check({ ...claimInputs, ...changes })).inputs;
  const claim = await host.create(claimed);
  const configured = (await host.check(exportInputs)).inputs;
  const configuration = await host.create(configured);
  await world.advance(2, 5);
  return { claimed, claim, configuration };
}

/** What a switch to these settings says, in `check`, and then in the first deletion, as if the engine went on all the same. */
async function switched(changes: object) {
  const { claimed, configuration } = recorded;
  const { failures } = await host.check({ ...claimInputs, ...changes }, claimed);
  const deletion = await host.delete(configuration.id, configuration.outputs).then(
    () => "deleted",
    (error: Error) => error.message,
  );
  return { failures, deletion };
}

const alpha = () => datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));

describe("a switch that could not be finished touches nothing, and says so before and at its first deletion", () => {
  const beta = { domain: "dzd_beta" };
  it.each([
    [
      "a domain that does not exist",
      { domain: "dzd_nosuch" },
      "domain",
      /dzd_nosuch is not in 012345678901\/us-east-1/,
    ],
    [
      "a disabled key",
      { ...beta, encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: disabledKey } },
      "encryption.kmsKeyArn",
      /is Disabled.*enable-key/s,
    ],
    [
      "a key that does not exist",
      { ...beta, encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: disabledKey.replace(/1111/, "2222") } },
      "encryption.kmsKeyArn",
      /does not exist/,
    ],
    [
      "a key of another Region",
      { ...beta, encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: disabledKey.replace("us-east-1", "eu-west-1") } },
      "encryption.kmsKeyArn",
      /is not in us-east-1/,
    ],
    [
      "a key that the catalog's service may not use",
      { ...beta, encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: closedKey } },
      "encryption.kmsKeyArn",
      /does not let systemtables\.sagemaker-catalog\.amazonaws\.com use it.*kms:GenerateDataKey.*AllowCatalogExport/s,
    ],
    ["a disabled key for the backups", { ...beta, backupKey: disabledKey }, "backupKey", /is Disabled.*enable-key/s],
    [
      "a bucket that does not exist",
      { ...beta, backup: "s3://no-such-bucket/x" },
      "backup",
      /no-such-bucket does not exist/,
    ],
    [
      "a bucket of another account",
      { ...beta, backup: "s3://acme-inventory/x" },
      "backup",
      /the bucket acme-inventory, .* does not belong to 012345678901/,
    ],
    [
      "a bucket that everybody may read",
      { ...beta, backup: "s3://acme-open/x" },
      "backup",
      /acme-open is open to everybody by its policy.*whole account does is not known.*put-public-access-block/s,
    ],
    ["no place for backups", { ...beta, backup: "none" }, "backup", /gone for good.*of: "arn:aws:s3tables:/s],
    [
      "no place for backups, and leftover that speaks of other tables",
      { ...beta, backup: "none", leftover: "drop" },
      "backup",
      /gone for good/,
    ],
  ])("%s", async (_, changes, property, words) => {
    const { failures, deletion } = await switched(changes);
    expect(failures).toEqual([{ property, reason: expect.stringMatching(words) }]);
    expect(deletion).toMatch(/Nothing was touched/);
    expect(deletion).toMatch(words);
    expect((await alpha()).isExportEnabled).toBe(true);
    expect(await tableInAws()).toBeDefined();
  });

  it("a run that has the export for its target and not the claim, or the claim and not the export", async () => {
    const { claimed, configuration } = recorded;
    const of = (domain: string) => ({ ...exportInputs, domain, assetTable: `${catalog}/us-east-1/${domain}` });
    await host.check(of("dzd_beta"), of("dzd_alpha"));
    await expect(host.delete(configuration.id, configuration.outputs)).rejects.toThrow(
      /was not deleted: this run does one half of the switch to dzd_beta alone.*without `--target`/,
    );
    expect((await alpha()).isExportEnabled).toBe(true);
    await host.nextRun();
    await host.check({ ...claimInputs, domain: "dzd_beta" }, claimed);
    await expect(host.create((await host.check(of("dzd_alpha"))).inputs)).rejects.toThrow(
      /was not put: this run does one half of the switch to dzd_beta alone/,
    );
  });

  it("another domain that took the slot behind the stack's back", async () => {
    await world.quirk({ "datazone-foreign-table": "reuse" });
    await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
    const wanted = await host.check({ ...claimInputs, domain: "dzd_beta" }, recorded.claimed);
    expect(wanted.failures.map(({ reason }) => reason).join()).toMatch(/dzd_beta exists.*adopt: true/s);
    const encryption = { sseAlgorithm: "aws:kms", kmsKeyArn: disabledKey };
    const { failures } = await host.check({ ...claimInputs, encryption }, recorded.claimed);
    expect(failures.map(({ property }) => property)).toContain("domain");
    expect(failures.map(({ reason }) => reason).join()).toMatch(/dzd_beta exports its metadata there/);
  });

  it("a role that comes with the switch, by which the copy is made while the old export still runs", async () => {
    await world.fault({ service: "sts", operation: "AssumeRole", error: "AccessDenied", times: 1000 });
    const { failures, deletion } = await switched({ ...beta, role: `arn:aws:iam::${catalog}:role/New` });
    expect(failures.map(({ reason }) => reason).join()).toMatch(/could not assume .*role\/New/);
    expect(deletion).toMatch(/could not assume .*role\/New/);
    expect((await alpha()).isExportEnabled).toBe(true);
  });

  it("a table with a part missing, which is no table that has moved on", async () => {
    await world.fault({ service: "s3", operation: "HeadObject", when: "before", error: "NotFound", times: 1000 });
    await world.fault({
      service: "s3",
      operation: "GetObject",
      when: "before",
      error: "NoSuchKey",
      skip: 9,
      times: 1000,
    });
    const { deletion } = await switched(beta);
    expect(deletion).not.toBe("deleted");
    expect((await alpha()).isExportEnabled).toBe(true);
  });

  it("a backup that cannot be written, which only writing tells", async () => {
    await world.fault({ service: "s3", operation: "PutObject", when: "before", error: "AccessDenied", times: 1000 });
    const { failures, deletion } = await switched(beta);
    expect(failures).toEqual([]);
    expect(deletion).toMatch(/AccessDenied/);
    expect((await alpha()).isExportEnabled).toBe(true);
    expect(await tableInAws()).toBeDefined();
  });
});

/** What is told for good, not as a passing status, of the resources of one run. */
const told = () => host.log.filter(({ ephemeral }) => !ephemeral).map(({ message, urn }) => `${urn}: ${message}`);

describe("a switch tells on the row of its claim", () => {
  // Sluice's own verbs tell it themselves; in a process of its own, as on the Pulumi CLI, the provider does.
  beforeEach(() => host.nextRun(startProviderHost));

  const urn = "urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:AssetTable::claim";
  const check = (changes: object) => host.check({ ...claimInputs, __urn: urn, ...changes }, recorded.claimed);

  it("what becomes of the rows, before, and where the receipt lies, after", async () => {
    const { inputs } = await check({ domain: "dzd_beta" });
    const place = `s3://acme-backups/catalog/${catalog}/us-east-1/`;
    await vi.waitFor(() => expect(told()).toHaveLength(2));
    const [before, warning] = told();
    expect(before).toMatch(
      / The table of dzd_alpha \(10 rows in 2 snapshots, \d+ files of [\d.]+ kB\) is backed up to /,
    );
    expect(before).toContain(` to ${place} while its export still runs`);
    expect(before).toMatch(/dropped to make room for that of dzd_beta\.$/);
    expect(warning).toContain("put-bucket-versioning");
    await host.delete(recorded.configuration.id, recorded.configuration.outputs);
    await host.delete(recorded.claim.id, recorded.claim.outputs);
    const { receipt } = (await host.create(inputs)).outputs as { receipt: { destination: { location: string } } };
    await vi.waitFor(() => expect(told()).toHaveLength(3));
    const after = told().at(-1);
    expect(after).toMatch(
      / The table arn:\S+ \(10 rows in 2 snapshots, [\d.]+ kB\) was dropped after a backup that was /,
    );
    expect(after).toContain(` Its receipt is ${receipt.destination.location}/receipt.json.`);
    expect(told().every((line) => line.startsWith(`${urn}: `))).toBe(true);
  });

  it("a loss in capitals, and findings as errors alone", async () => {
    const allowLoss = [{ of: "dzd_alpha", reason: "sandbox" }];
    await check({ domain: "dzd_beta", backup: "none", allowLoss });
    await vi.waitFor(() => expect(told()).toEqual([expect.stringMatching(/10 rows .* DROPPED WITHOUT A BACKUP/)]));
    const { failures } = await check({ domain: "dzd_beta", backup: "none" });
    expect(failures).toHaveLength(1);
    expect(told()).toHaveLength(1);
  });

  it("what warns of it", async () => {
    // The first object that is read is the record beside the backups, the others are the table's.
    const denied = { service: "s3", operation: "GetObject", when: "before", error: "AccessDenied" };
    await world.fault({ ...denied, skip: 1, times: 1000 });
    expect((await check({ domain: "dzd_beta" })).failures).toEqual([]);
    await vi.waitFor(() => expect(told().join("\n")).toMatch(new RegExp(`${urn}: .*is not known: .*AccessDenied`)));
  });
});

it("an export that is made writes down beside the backups whose table it has", async () => {
  const Key = `catalog/${catalog}/us-east-1/released.json`;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "acme-backups", Key }));
  expect(await Body!.transformToString()).toContain("dzd_alpha");
});

it("what is written beside the backups is encrypted with their own key", async () => {
  await world.reset();
  await host.nextRun();
  await deployed({ backupKey: closedKey });
  const Key = `catalog/${catalog}/us-east-1/released.json`;
  const { SSEKMSKeyId } = await s3.send(new GetObjectCommand({ Bucket: "acme-backups", Key }));
  expect(SSEKMSKeyId).toBe(closedKey);
});

describe("a switch", () => {
  it("backs the table up while the old export still runs, and drops it after its deletion", async () => {
    await world.forgetCalls();
    const { failures, deletion } = await switched({ domain: "dzd_beta" });
    expect({ failures, deletion }).toEqual({ failures: [], deletion: "deleted" });
    const { claim } = recorded;
    await host.delete(claim.id, claim.outputs);
    const { outputs } = await host.create((await host.check({ ...claimInputs, domain: "dzd_beta" })).inputs);
    expect(outputs["receipt"]).toMatchObject({ rows: 10 });
    const order = (await world.calls()).map(({ operation }) => operation);
    const deleted = order.indexOf("DeleteDataExportConfiguration");
    expect(order.slice(0, deleted).filter((name) => name === "PutObject").length).toBeGreaterThan(5);
    expect(order.indexOf("DeleteTable")).toBeGreaterThan(deleted);
  });

  it("moves the backups' place and the domain at once, and still knows whose table it is, in another run too", async () => {
    const moved = { domain: "dzd_beta", backup: "s3://acme-backups/elsewhere" };
    expect(await switched(moved)).toEqual({ failures: [], deletion: "deleted" });
    await host.nextRun();
    const { inputs } = await host.check({ ...claimInputs, ...moved });
    await host.delete(recorded.claim.id, recorded.claim.outputs);
    await host.nextRun();
    expect((await host.create(inputs)).outputs["receipt"]).toMatchObject({ rows: 10 });
    const copies = new ListObjectsV2Command({ Bucket: "acme-backups", Prefix: `elsewhere/${catalog}/us-east-1/` });
    expect((await s3.send(copies)).KeyCount).toBeGreaterThan(5);
  });

  it("away from a domain that was deleted knows whose table it is", async () => {
    await datazone.send(new DeleteDomainCommand({ identifier: "dzd_alpha" }));
    // It is being deleted for a while, and gone then.
    const listed = async () => (await datazone.send(new ListDomainsCommand({}))).items!.map(({ id }) => id);
    while ((await listed()).includes("dzd_alpha")) await new Promise((resolve) => setTimeout(resolve, 100));
    const { failures, deletion } = await switched({ domain: "dzd_beta" });
    expect({ failures, deletion }).toEqual({ failures: [], deletion: "deleted" });
    await host.delete(recorded.claim.id, recorded.claim.outputs);
    const { outputs } = await host.create((await host.check({ ...claimInputs, domain: "dzd_beta" })).inputs);
    expect(outputs["receipt"]).toMatchObject({ rows: 10 });
  });

  it("tells while planning of a receipt that was planted where the copy would go, and leaves it as it is", async () => {
    const { tableARN, versionToken, metadataLocation } = await tableInAws();
    const folder = `catalog/${catalog}/us-east-1/${tableARN!.split("/").at(-1)}/${versionToken}`;
    const location = `s3://acme-backups/${folder}`;
    const planted = {
      version: 1,
      source: { account: catalog, region: "us-east-1", tableArn: tableARN, metadataLocation, versionToken },
      destination: { location },
      snapshots: 0,
      rows: 0,
      files: 0,
      bytes: 0,
      verifiedAt: new Date().toISOString(),
      digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    };
    const put = (name: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: "acme-backups", Key: `${folder}/${name}`, Body }));
    await put("objects.jsonl", "");
    await put("receipt.json", JSON.stringify(planted));

    const { failures } = await host.check({ ...claimInputs, domain: "dzd_beta" }, recorded.claimed);
    expect(failures).toEqual([]);
    const said = () =>
      expect(host.log.map(({ message }) => message).join()).toContain(`What lies at ${location} is no backup`);
    await vi.waitFor(said, { timeout: 10_000 });

    await host.delete(recorded.configuration.id, recorded.configuration.outputs);
    await host.delete(recorded.claim.id, recorded.claim.outputs);
    const { outputs } = await host.create((await host.check({ ...claimInputs, domain: "dzd_beta" })).inputs);
    expect(outputs["receipt"]).toMatchObject({ rows: 10, destination: { location: `${location}-again-2` } });
  });

  it("may shorten the expiration too: the new table holds no old rows", async () => {
    const before = (await host.check(exportInputs)).inputs;
    const shorter = { ...exportInputs, domain: "dzd_beta", recordExpirationDays: 1 };
    expect((await host.check(shorter, before)).failures).toEqual([]);
  });

  it("that the engine was told to make looks first as well", async () => {
    await host.check({ ...claimInputs, domain: "dzd_alpha" });
    await datazone.send(new DeleteDomainCommand({ identifier: "dzd_beta" }));
    await world.forgetCalls();
    await host.delete(recorded.configuration.id, recorded.configuration.outputs);
    const order = (await world.calls()).map(({ operation }) => operation);
    expect(order.indexOf("GetDomain")).toBeLessThan(order.indexOf("DeleteDataExportConfiguration"));
    expect(order).toContain("GetDomain");
  });

  it("without a place for backups goes on where the loss of that very domain's rows is allowed", async () => {
    const allowLoss = [{ of: "dzd_alpha", reason: "sandbox" }];
    const word = { domain: "dzd_beta", backup: "none", allowLoss };
    expect(await switched(word)).toEqual({ failures: [], deletion: "deleted" });
    await host.delete(recorded.claim.id, recorded.claim.outputs);
    await host.create((await host.check({ ...claimInputs, ...word })).inputs);
    await expect(tableInAws()).rejects.toThrow(expect.objectContaining({ name: "NotFoundException" }));
  });

  it("asks for nothing where nothing is taken away", async () => {
    await world.forgetCalls();
    expect((await host.check({ ...claimInputs, history: "current" }, recorded.claimed)).failures).toEqual([]);
    expect(await world.calls()).toEqual([]);
  });
});

describe("an expiration", () => {
  const shorter = { ...exportInputs, recordExpirationDays: 1 };
  it("that would lose rows is refused, before and at the change", async () => {
    const { configuration } = recorded;
    const before = (await host.check(exportInputs)).inputs;
    const { failures, inputs } = await host.check(shorter, before);
    expect(failures).toEqual([{ property: "recordExpirationDays", reason: expect.stringMatching(/do not come back/) }]);
    await expect(host.update(configuration.id, configuration.outputs, inputs)).rejects.toThrow(/do not come back/);
    await expect(host.create((await host.check(shorter)).inputs)).rejects.toThrow(/do not come back/);
  });

  it("that is shorter than what is kept today is a loss, however young the table is, and an allowance counts for one", async () => {
    const { configuration } = recorded;
    const before = (await host.check(exportInputs)).inputs;
    const year = { ...shorter, recordExpirationDays: 365 };
    expect((await host.check(year, before)).failures).toHaveLength(1);
    const allowLoss = [{ of: "dzd_alpha", reason: "r" }];
    const allowed = await host.check({ ...year, allowLoss }, before);
    expect(allowed.failures).toEqual([]);
    const set = await host.update(configuration.id, configuration.outputs, allowed.inputs);
    expect(set["recordExpirationDays"]).toBe(365);
    const month = { ...year, recordExpirationDays: 30, allowLoss };
    const again = (await host.check(month, allowed.inputs)).inputs;
    await expect(host.update(configuration.id, set, again)).rejects.toThrow(/counts once/);
    const kept = (await host.check({ ...year, recordExpirationDays: 730 }, allowed.inputs)).inputs;
    expect((await host.update(configuration.id, set, kept))["recordExpirationDays"]).toBe(730);
  });

  it("that was set by a run that ended before its record has used its allowance", async () => {
    const { configuration } = recorded;
    const before = (await host.check(exportInputs)).inputs;
    const allowLoss = [{ of: "dzd_alpha", reason: "set before" }];
    const { inputs } = await host.check({ ...shorter, recordExpirationDays: 365, allowLoss }, before);
    await host.update(configuration.id, configuration.outputs, inputs);
    await host.nextRun();
    const again = await host.update(configuration.id, configuration.outputs, inputs);
    const month = (await host.check({ ...shorter, recordExpirationDays: 30, allowLoss }, inputs)).inputs;
    await host.nextRun();
    await expect(host.update(configuration.id, again, month)).rejects.toThrow(/counts once/);
  });

  it("whose change was not finished has its allowance used all the same once it is set", async () => {
    const { configuration } = recorded;
    const before = (await host.check(exportInputs)).inputs;
    const allowLoss = [{ of: "dzd_alpha", reason: "not at once" }];
    const { inputs } = await host.check({ ...shorter, recordExpirationDays: 365, allowLoss }, before);
    const denied = {
      operation: "PutTableRecordExpirationConfiguration",
      when: "before",
      error: "AccessDeniedException",
    };
    await world.fault({ service: "s3tables", ...denied, times: 1 });
    const half = await host.update(configuration.id, configuration.outputs, inputs).catch((error: unknown) => error);
    const { properties } = half as { properties: ProviderProperties };
    await host.nextRun();
    const set = await host.update(configuration.id, properties, inputs);
    expect(set).toMatchObject({ recordExpirationDays: 365, __allowancesSpent: expect.arrayContaining(allowLoss) });
  });
});
