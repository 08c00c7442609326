import {
  DataZoneClient,
  DeleteDomainCommand,
  DeleteDataExportConfigurationCommand,
  GetDataExportConfigurationCommand,
  GetDomainCommand,
  ListDomainsCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { DeleteTableCommand, GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
const key = `arn:aws:kms:us-east-1:${account}:key/export`;
const table = {
  tableBucketARN: `arn:aws:s3tables:us-east-1:${account}:bucket/aws-sagemaker-catalog`,
  namespace: "asset_metadata",
  name: "asset",
};

let world: EmulatorWorld;
let datazone: DataZoneClient;
let s3tables: S3TablesClient;

beforeAll(async () => {
  const domains = [
    { id: "dzd_alpha", name: "Alpha" },
    { id: "dzd_beta", name: "Beta" },
    { id: "dzd_old", name: "Old", version: "V1" },
    { id: "dzd_shared", name: "Shared", sharedFrom: "222233334444" },
    { id: "dzd_young", name: "Young", state: "CREATING" },
    { id: "dzd_stuck", name: "Stuck", state: "DELETION_FAILED" },
    { id: "dzd_gone", name: "Gone", state: "DELETED" },
  ];
  world = await emulatorWorld({
    accounts: { [account]: { regions: { "us-east-1": { domains } } } },
    keys: { [key]: {} },
  });
  const settings = { ...world.clientOf(account), maxAttempts: 1 };
  datazone = new DataZoneClient(settings);
  s3tables = new S3TablesClient(settings);
});

afterAll(() => world.close());
beforeEach(() => world.reset());

const put = (domainIdentifier = "dzd_alpha", input: object = {}) =>
  datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier, enableExport: true, ...input }));
const get = (domainIdentifier = "dzd_alpha") =>
  datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier }));
const remove = (domainIdentifier = "dzd_alpha") =>
  datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier }));
const tableNow = () => s3tables.send(new GetTableCommand(table));
const dropTable = () => s3tables.send(new DeleteTableCommand(table));
const kms = { encryptionConfiguration: { sseAlgorithm: "aws:kms", kmsKeyArn: key } };

describe("the domain switch", () => {
  it("is delete, drop, put", async () => {
    await put("dzd_alpha");
    await remove("dzd_alpha");
    await tableNow();
    await dropTable();
    await put("dzd_beta");
    expect((await get("dzd_beta")).isExportEnabled).toBe(true);
    await tableNow();
  });

  it.each([
    ["conflict", { name: "ConflictException" }, undefined],
    ["reuse", undefined, "COMPLETED"],
    ["failed", undefined, "FAILED"],
  ])("without the drop ends as the quirk says: %s", async (value, error, status) => {
    await world.quirk({ "datazone-foreign-table": value });
    await put("dzd_alpha");
    await remove("dzd_alpha");
    if (error) await expect(put("dzd_beta")).rejects.toMatchObject(error);
    else {
      await put("dzd_beta");
      expect((await get("dzd_beta")).status).toBe(status);
    }
  });

  it("back to the same domain reuses its table, or conflicts", async () => {
    await put();
    await remove();
    await put();
    await remove();
    await world.quirk({ "datazone-own-table": "conflict" });
    await expect(put()).rejects.toMatchObject({ name: "ConflictException" });
  });
});

describe("a configuration", () => {
  it("is switched off and on without losing its table or its birthday", async () => {
    await put();
    const { createdAt } = await get();
    const { tableARN } = await tableNow();
    await world.advance(1);
    await put("dzd_alpha", { enableExport: false });
    await put();
    expect((await get()).createdAt).toEqual(createdAt);
    expect((await get()).updatedAt!.getTime()).toBeGreaterThan(createdAt!.getTime());
    expect((await tableNow()).tableARN).toBe(tableARN);
  });

  it("makes no table while it is disabled", async () => {
    await put("dzd_alpha", { enableExport: false });
    await expect(tableNow()).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("may answer before its table is there", async () => {
    await world.quirk({ "datazone-put-completes": "later" });
    await put();
    await expect(tableNow()).rejects.toMatchObject({ name: "NotFoundException" });
    await world.advance(1);
    await tableNow();
  });

  it.each([
    ["reject", { name: "ValidationException" }],
    ["conflict", { name: "ConflictException" }],
    ["ignore", undefined],
  ])("never changes the table's encryption: %s", async (value, error) => {
    await world.quirk({ "datazone-changed-encryption": value });
    await put();
    if (error) await expect(put("dzd_alpha", kms)).rejects.toMatchObject(error);
    else await put("dzd_alpha", kms);
  });

  it("that never was is not found, or is nothing to delete", async () => {
    await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(remove()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await world.quirk({ "datazone-get-unconfigured": "disabled", "datazone-delete-unconfigured": "success" });
    expect((await get()).isExportEnabled).toBe(false);
    await remove();
  });

  it("takes the same request with the same token twice, unless tokens are spent", async () => {
    await put("dzd_alpha", { clientToken: "same" });
    await put("dzd_alpha", { clientToken: "same" });
    await world.quirk({ "datazone-token-reuse": "conflict" });
    await expect(put("dzd_alpha", { clientToken: "same" })).rejects.toMatchObject({ name: "ConflictException" });
  });

  it("that failed stays failed, or heals by the next day", async () => {
    await world.quirk({ "datazone-foreign-table": "failed" });
    await put("dzd_alpha");
    await remove("dzd_alpha");
    await put("dzd_beta");
    await world.advance(1);
    expect((await get("dzd_beta")).status).toBe("FAILED");
    await world.quirk({ "datazone-failed-export": "heals" });
    await world.advance(1);
    expect((await get("dzd_beta")).status).toBe("COMPLETED");
  });
});

describe("a domain", () => {
  it.each([
    ["dzd_old", "datazone-v1-domain"],
    ["dzd_shared", "datazone-shared-domain"],
    ["dzd_young", "datazone-creating-domain"],
  ])("like %s is accepted or rejected by %s", async (domain, quirk) => {
    await world.quirk({ [quirk]: "reject" });
    await expect(put(domain)).rejects.toMatchObject({ name: "ValidationException" });
    await world.quirk({ [quirk]: "accept" });
    await put(domain);
  });

  it.each(["dzd_gone", "dzd_nobody"])("that was deleted or never was is denied, or not found: %s", async (domain) => {
    const look = (identifier: string) => datazone.send(new GetDomainCommand({ identifier }));
    const operations = {
      GetDomain: look,
      GetDataExportConfiguration: get,
      PutDataExportConfiguration: put,
      DeleteDataExportConfiguration: remove,
    };
    for (const [name, operation] of Object.entries(operations)) {
      await world.quirk({ "datazone-deleted-domain": "denied" });
      await expect(operation(domain)).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: `User is not permitted to perform operation: ${name}`,
        $metadata: { httpStatusCode: 403 },
      });
      await world.quirk({ "datazone-deleted-domain": "not-found" });
      await expect(operation(domain)).rejects.toMatchObject({
        name: "ResourceNotFoundException",
        $metadata: { httpStatusCode: 404 },
      });
    }
  });

  it("of another account may not let its export be read or deleted", async () => {
    await put("dzd_shared");
    await get("dzd_shared");
    await world.quirk({ "datazone-shared-get": "denied" });
    for (const operation of [get, remove]) {
      await expect(operation("dzd_shared")).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: expect.stringMatching(/^User is not permitted to perform operation: \w+DataExportConfiguration$/),
      });
    }
  });

  it("is deleted within a second, with its export and without the table", async () => {
    await put();
    await world.advance(1);
    const deletion = () => datazone.send(new DeleteDomainCommand({ identifier: "dzd_alpha" }));
    const states = async () =>
      (await datazone.send(new ListDomainsCommand({}))).items!.find(({ id }) => id === "dzd_alpha")?.status;
    expect((await deletion()).status).toBe("DELETING");
    expect((await deletion()).status).toBe("DELETING");
    expect(await states()).toBe("DELETING");
    await expect(put()).rejects.toMatchObject({ name: "ValidationException" });
    const { metadataLocation } = await tableNow();
    await world.advance(1);
    expect(await states()).toBeUndefined();
    await expect(get()).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect((await tableNow()).metadataLocation).toBe(metadataLocation);
    await dropTable();
    await put("dzd_beta");
  });

  it("is listed by pages and told apart by its owner", async () => {
    const first = await datazone.send(new ListDomainsCommand({ maxResults: 3 }));
    const rest = await datazone.send(new ListDomainsCommand({ nextToken: first.nextToken }));
    const domains = [...first.items!, ...rest.items!];
    expect(domains.map(({ id }) => id)).toEqual([
      "dzd_alpha",
      "dzd_beta",
      "dzd_old",
      "dzd_shared",
      "dzd_stuck",
      "dzd_young",
    ]);
    expect(domains[3]!.managedAccountId).toBe("222233334444");
    expect((await datazone.send(new ListDomainsCommand({ status: "CREATING" }))).items).toHaveLength(1);
    expect(await datazone.send(new GetDomainCommand({ identifier: "dzd_old" }))).toMatchObject({ domainVersion: "V1" });
  });
});
