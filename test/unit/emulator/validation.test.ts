import { DataZoneClient, ListDomainsCommand, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeAccountCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetTableBucketCommand, ListTableBucketsCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { CreateResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";

let world: EmulatorWorld;

beforeAll(async () => {
  world = await emulatorWorld({ accounts: { [account]: {} } });
});

afterAll(() => world.close());

const settings = () => ({ ...world.clientOf(account), maxAttempts: 1 });
const long = "x".repeat(65);
const destination = { BucketName: "b", SyncFormat: "JsonSerDe", Region: "us-east-1" } as const;

it("SSM names each violated limit in one ValidationException", async () => {
  const input = { SyncName: long, S3Destination: { ...destination, SyncFormat: "Parquet", Region: undefined } };
  await expect(new SSMClient(settings()).send(new CreateResourceDataSyncCommand(input as never))).rejects.toMatchObject(
    {
      name: "ValidationException",
      $metadata: { httpStatusCode: 400 },
      message:
        `3 validation errors detected: Value '${long}' at 'syncName' failed to satisfy constraint: Member must have length less than or equal to 64; ` +
        "Value 'Parquet' at 's3Destination.syncFormat' failed to satisfy constraint: Member must satisfy enum value set: [JsonSerDe]; " +
        "Value null at 's3Destination.region' failed to satisfy constraint: Member must not be null",
    },
  );
});

it.each<[string, object]>([
  ["a length", { SyncName: "" }],
  ["a pattern", { SyncName: "s", S3Destination: { ...destination, AWSKMSKeyARN: "key" } }],
  ["an element's length", { SyncName: "s", SyncSource: { SourceType: "x", SourceRegions: [""] } }],
  ["a list's size", organizational([])],
  ["a pattern in a list's structure", organizational([{ OrganizationalUnitId: "ou-12345" }])],
  [
    "a list that is too long",
    organizational(Array.from({ length: 1001 }, () => ({ OrganizationalUnitId: "ou-ab12-cdefgh34" }))),
  ],
])("SSM checks %s", async (_what, input) => {
  await expect(new SSMClient(settings()).send(new CreateResourceDataSyncCommand(input as never))).rejects.toMatchObject(
    {
      name: "ValidationException",
      message: expect.stringContaining("1 validation error detected"),
    },
  );
});

it("each service refuses in the class that it declares", async () => {
  const refusal = async (sent: Promise<unknown>) => (await sent.catch((error: unknown) => error)) as Error;
  const named = async (sent: Promise<unknown>) => (await refusal(sent)).name;
  const { send: ssm } = bound(new SSMClient(settings()));
  const { send: datazone } = bound(new DataZoneClient(settings()));
  const { send: s3tables } = bound(new S3TablesClient(settings()));
  expect(await named(ssm(new ListResourceDataSyncCommand({ MaxResults: 51 })))).toBe("ValidationException");
  expect(await named(datazone(new ListDomainsCommand({ maxResults: 26 })))).toBe("ValidationException");
  expect(
    await named(
      datazone(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_a", enableExport: "yes" } as never)),
    ),
  ).toBe("ValidationException");
  expect(await named(s3tables(new ListTableBucketsCommand({ maxBuckets: 0 })))).toBe("BadRequestException");
  expect(await named(s3tables(new GetTableBucketCommand({ tableBucketARN: "arn" })))).toBe("BadRequestException");
  const kms = new KMSClient(settings()).send(new DescribeKeyCommand({ KeyId: "" }));
  expect(await named(kms)).toBe("ValidationException");
  const organizations = new OrganizationsClient(settings()).send(new DescribeAccountCommand({ AccountId: "1" }));
  expect(await named(organizations)).toBe("InvalidInputException");
  const iam = new IAMClient(settings()).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "a b" }));
  expect(await named(iam)).toBe("ValidationError");
  const sts = new STSClient(settings()).send(new AssumeRoleCommand({ RoleArn: "short", RoleSessionName: "s" }));
  expect(await named(sts)).toBe("ValidationError");
});

describe("a malformed request", () => {
  const send = (service: string, path: string, init: RequestInit & { target?: string }) =>
    fetch(world.endpoint + path, {
      ...init,
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/${service}/aws4_request`,
        ...(init.target && { "x-amz-target": init.target }),
      },
    });
  const target = "AmazonSSM.CreateResourceDataSync";
  const nullRegion = '{"SyncName":"s","SyncSource":{"SourceType":"x","SourceRegions":[null]}}';
  const exported = "/v2/domains/dzd_a/data-export-configuration";

  it.each<[string, string, string, RequestInit & { target?: string }, number, string]>([
    ["JSON that ends early", "ssm", "/", { method: "POST", target, body: "{" }, 400, "SerializationException"],
    ["JSON null", "ssm", "/", { method: "POST", target, body: "null" }, 400, "SerializationException"],
    ["a list for a document", "ssm", "/", { method: "POST", target, body: "[]" }, 400, "SerializationException"],
    [
      "a number for text",
      "ssm",
      "/",
      { method: "POST", target, body: '{"SyncName":1}' },
      400,
      "SerializationException",
    ],
    [
      "null in a list",
      "ssm",
      "/",
      { method: "POST", target, body: nullRegion },
      400,
      "syncSource.sourceRegions.1.member",
    ],
    [
      "an unknown operation",
      "ssm",
      "/",
      { method: "POST", target: "AmazonSSM.Nope" },
      400,
      "UnknownOperationException",
    ],
    [
      "one not implemented",
      "ssm",
      "/",
      { method: "POST", target: "AmazonSSM.ListNodes" },
      400,
      "does not implement ssm ListNodes",
    ],
    ["an unknown path", "datazone", "/v3", { method: "GET" }, 404, "UnknownOperationException"],
    ["a stray percent sign", "datazone", "/v2/domains/%zz", { method: "GET" }, 400, "percent-encoded"],
    [
      "an empty path segment",
      "datazone",
      "/v2/domains//data-export-configuration",
      { method: "GET" },
      400,
      "ValidationException",
    ],
    ["bytes for JSON", "datazone", exported, { method: "PUT", body: "\u{0}" }, 400, "SerializationException"],
    ["text for a number", "s3tables", "/buckets?maxBuckets=many", { method: "GET" }, 400, "BadRequestException"],
    ["an unknown action", "sts", "/", { method: "POST", body: "Action=Nope" }, 400, "InvalidAction"],
  ])("with %s is a client error of its protocol", async (_what, service, path, init, status, text) => {
    const response = await send(service, path, init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
  });

  it("may have members that AWS does not know: they are ignored", async () => {
    const response = await send("ssm", "/", {
      method: "POST",
      target: "AmazonSSM.ListResourceDataSync",
      body: '{"Color":"red"}',
    });
    expect(response.status).toBe(200);
  });
});

function organizational(OrganizationalUnits: object[]): object {
  const AwsOrganizationsSource = { OrganizationSourceType: "OrganizationalUnits", OrganizationalUnits };
  return { SyncName: "s", SyncSource: { SourceType: "AwsOrganizations", SourceRegions: [], AwsOrganizationsSource } };
}

/** `send` by itself, so that a row of calls reads as one. */
function bound<Client extends { send(command: never): Promise<unknown> }>(client: Client): { send: Client["send"] } {
  return { send: client.send.bind(client) };
}
