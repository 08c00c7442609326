import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { makeBuilder } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GetDataCatalogExportConfigurationCommand } from "../../../src/aws/glue-export-command.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
const other = "222233334444";
const key = `arn:aws:kms:us-east-1:${account}:key/catalog`;
const shutKey = `arn:aws:kms:us-east-1:${account}:key/shut`;

const apiNamespace = "com.amazonaws.glue";
const encryption = [3, apiNamespace, "ExportEncryptionConfiguration", 0, ["SseAlgorithm", "KmsKeyArn"], [0, 0]];
const tables = [3, apiNamespace, "S3TablesConfiguration", 0, ["EncryptionConfiguration"], [() => encryption]];
const assets = [3, apiNamespace, "AssetsExport", 0, ["S3TablesExport"], [0]];
const members = ["ClientToken", "S3TablesConfiguration", "Assets", "ExportSetting"];
const shapeOf = (name: string) => [3, apiNamespace, name, 0, members, [[0, 4], () => tables, () => assets, 0]];
const name = "PutDataCatalogExportConfiguration";
const schema = [9, apiNamespace, name, 0, () => shapeOf(`${name}Input`), () => shapeOf(`${name}Output`)];
/** The SDK's own has the first model's members, and drops these. */
const PutDataCatalogExportConfigurationCommand = makeBuilder(
  GetTableCommand.getEndpointParameterInstructions(),
  "AWSGlue",
  "GlueClient",
  getEndpointPlugin,
)({}, () => [], name, schema as never);

let world: EmulatorWorld;
let glue: GlueClient;

beforeAll(async () => {
  const policy = { Statement: [{ Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*" }] };
  const catalog = `arn:aws:glue:us-east-1:${account}:catalog`;
  const reads = { Statement: [{ Effect: "Allow", Action: "glue:Get*", Resource: catalog }] };
  world = await emulatorWorld({
    accounts: {
      [account]: { roles: { Reader: { policy: reads } } },
      [other]: { regions: { "us-east-1": { glueCatalogExport: { failed: true, kmsKey: key } } } },
    },
    keys: { [key]: {}, [shutKey]: { policy } },
  });
  glue = new GlueClient({ ...world.clientOf(account), maxAttempts: 1 });
});

afterAll(() => world.close());
beforeEach(() => world.reset());

const put = (input: object) => glue.send(new PutDataCatalogExportConfigurationCommand(input as never));
const get = (client = glue) => client.send(new GetDataCatalogExportConfigurationCommand({}));
const setting = (S3TablesExport: string) => ({ Assets: { S3TablesExport } });
const encrypted = (EncryptionConfiguration: object) => ({ S3TablesConfiguration: { EncryptionConfiguration } });
const kms = (KmsKeyArn: string) => encrypted({ SseAlgorithm: "aws:kms", KmsKeyArn });
const stateNow = async () => (await get()).Assets?.S3TablesExportState?.Status;

it("Glue reads what its model's pattern for text allows, beyond 16 bits too", async () => {
  await expect(put({ ...setting("ENABLED"), ClientToken: "\u{1F5C4}\t" })).resolves.toMatchObject(setting("ENABLED"));
  await expect(put({ ...setting("ENABLED"), ClientToken: "a\n" })).rejects.toMatchObject({
    name: "ValidationException",
  });
  const table = new GetTableCommand({ CatalogId: account, DatabaseName: "sales", Name: "orders" });
  await expect(glue.send(table)).rejects.toMatchObject({ name: "EntityNotFoundException" });
});

describe("the export of the Data Catalog", () => {
  it("is unknown before the first Put", async () => {
    await expect(get()).rejects.toMatchObject({ name: "EntityNotFoundException" });
  });

  it("is enabled and disabled by and by, and stays configured, with its table bucket", async () => {
    expect(await put(setting("ENABLED"))).toMatchObject(setting("ENABLED"));
    expect(await stateNow()).toBe("ENABLING");
    await expect(put(setting("DISABLED"))).rejects.toMatchObject({ name: "ConflictException" });
    await world.advance(1);
    expect(await get()).toMatchObject({
      S3TablesConfiguration: {
        TableBucketArn: `arn:aws:s3tables:us-east-1:${account}:bucket/aws-catalog`,
        EncryptionConfiguration: { SseAlgorithm: "AES256" },
      },
      Assets: { S3TablesExport: "ENABLED", S3TablesExportState: { Status: "ENABLED" } },
    });
    await put(setting("DISABLED"));
    expect(await stateNow()).toBe("DISABLING");
    await world.advance(1);
    const { CreatedAt, UpdatedAt, S3TablesConfiguration } = await get();
    expect(await stateNow()).toBe("DISABLED");
    expect(S3TablesConfiguration?.TableBucketArn).toMatch(/bucket\/aws-catalog$/);
    expect(UpdatedAt!.getTime() - CreatedAt!.getTime()).toBeGreaterThanOrEqual(86_400_000);
  });

  it("keeps the encryption with which its table bucket was made", async () => {
    await put({ ...setting("ENABLED"), ...kms(key) });
    await world.advance(1);
    await put({ ...setting("ENABLED"), ...encrypted({ SseAlgorithm: "AES256" }) });
    expect((await get()).S3TablesConfiguration?.EncryptionConfiguration).toEqual({
      SseAlgorithm: "aws:kms",
      KmsKeyArn: key,
    });
  });

  it("fails by and by with a key that AWS's service may not use", async () => {
    await put({ ...setting("ENABLED"), ...kms(shutKey) });
    await world.advance(1);
    expect(await stateNow()).toBe("FAILED");
  });

  it("is there from the start as the seed has it, in its own account", async () => {
    const elsewhere = new GlueClient({ ...world.clientOf(other), maxAttempts: 1 });
    expect(await get(elsewhere)).toMatchObject({
      S3TablesConfiguration: { EncryptionConfiguration: { SseAlgorithm: "aws:kms", KmsKeyArn: key } },
      Assets: { S3TablesExport: "ENABLED", S3TablesExportState: { Status: "FAILED" } },
    });
  });

  it("is put once by a client token, which is good for nothing else", async () => {
    const ClientToken = "once";
    await put({ ...setting("ENABLED"), ClientToken });
    expect(await put({ ...setting("ENABLED"), ClientToken })).toMatchObject(setting("ENABLED"));
    await world.advance(1);
    await expect(put({ ...setting("DISABLED"), ClientToken })).rejects.toMatchObject({ name: "ConflictException" });
    expect(await stateNow()).toBe("ENABLED");
  });

  it("is put by nobody whose role may only read", async () => {
    const sts = new STSClient(world.clientOf(account));
    const role = { RoleArn: `arn:aws:iam::${account}:role/Reader`, RoleSessionName: "run" };
    const { Credentials } = await sts.send(new AssumeRoleCommand(role));
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials!;
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const reader = new GlueClient({ ...world.clientOf(account), credentials, maxAttempts: 1 });
    await expect(
      reader.send(new PutDataCatalogExportConfigurationCommand(setting("ENABLED") as never)),
    ).rejects.toThrow(
      "is not authorized to perform: glue:PutDataCatalogExportConfiguration on resource: arn:aws:glue:",
    );
    await expect(get(reader)).rejects.toMatchObject({ name: "EntityNotFoundException" });
  });

  it.each([
    ["no setting", {}, "InvalidInputException"],
    ["the first model's setting", { ExportSetting: "ENABLED" }, "InvalidInputException"],
    ["a setting that is none", setting("ON"), "ValidationException"],
    ["an empty token", { ...setting("ENABLED"), ClientToken: "" }, "ValidationException"],
    ["a key that is none", { ...setting("ENABLED"), ...kms("alias/catalog") }, "ValidationException"],
    ["no key", { ...setting("ENABLED"), ...encrypted({ SseAlgorithm: "aws:kms" }) }, "InvalidInputException"],
    ["another algorithm", { ...setting("ENABLED"), ...encrypted({ SseAlgorithm: "DES" }) }, "InvalidInputException"],
  ])("is refused with %s", async (_what, input, error) => {
    await expect(put(input)).rejects.toMatchObject({ name: error });
    await expect(get()).rejects.toMatchObject({ name: "EntityNotFoundException" });
  });
});
