import {
  DataZoneClient,
  GetDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

/** Requests, responses and messages as AWS's API reference prints them. */

const account = "651393378886";
const region = "us-east-2";
const domain = "dzd-440699i00ezy21";
const key = (id: string) => `arn:aws:kms:us-east-2:651673343886:key/${id}`;
const [usable, disabled, closed] = ["292fedfe-c9h6-40fa-961b-87393584195c", "disabled", "closed"].map(key);

let world: EmulatorWorld;
let datazone: DataZoneClient;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: {
      [account]: { regions: { [region]: { domains: [domain, "dzd-cslg7hs0m6k4fd"].map((id) => ({ id, name: id })) } } },
    },
    buckets: {
      "amzn-s3-demo-bucket": { region, account: "000000000000", policy: "ssm-delivery" },
    },
    keys: {
      [usable!]: {},
      [disabled!]: { enabled: false },
      [closed!]: { policy: { Version: "2012-10-17", Statement: [] } },
    },
  });
  datazone = new DataZoneClient({ ...world.clientOf(account, region), maxAttempts: 1 });
});

afterAll(() => world.close());
beforeEach(() => world.reset());

const put = (input: Partial<PutDataExportConfigurationCommand["input"]>) =>
  datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: domain, enableExport: true, ...input }));
const get = () => datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: domain }));
const encryption = (kmsKeyArn: string | undefined, sseAlgorithm?: string) => ({
  encryptionConfiguration: { kmsKeyArn, sseAlgorithm },
});

describe("CreateResourceDataSync", () => {
  it("takes the documented request and answers an empty document", async () => {
    const response = await fetch(world.endpoint, {
      method: "POST",
      headers: {
        "X-Amz-Target": "AmazonSSM.CreateResourceDataSync",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Date": "20240327T173437Z",
        Authorization:
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20240327/us-east-2/ssm/aws4_request, " +
          "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=39c3b3042cd2aEXAMPLE",
      },
      body: `{
"SyncName": "Example",
"S3Destination": {
"BucketName": "amzn-s3-demo-bucket",
"Prefix": "amzn-s3-demo-bucket-prefix",
"SyncFormat": "JsonSerDe",
"Region": "us-east-2"
},
"SyncType": "SyncToDestination"
}`,
    });
    expect([response.status, await response.text()]).toEqual([200, "{}"]);
  });
});

describe("PutDataExportConfiguration", () => {
  it("answers with an empty body", async () => {
    const response = await fetch(`${world.endpoint}/v2/domains/${domain}/data-export-configuration`, {
      method: "PUT",
      headers: { Authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/datazone/aws4_request` },
      body: JSON.stringify({ enableExport: true }),
    });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  it("enables with default encryption, which Get leaves out", async () => {
    await put({});
    const { $metadata: _metadata, ...configuration } = await get();
    expect(configuration).toEqual({
      isExportEnabled: true,
      status: "COMPLETED",
      s3TableBucketArn: `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
  });

  it("disables, and Get leaves out the bucket", async () => {
    await put({});
    await put({ enableExport: false });
    const { $metadata: _metadata, ...configuration } = await get();
    expect(configuration).toEqual({
      isExportEnabled: false,
      status: "COMPLETED",
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
  });

  it("keeps a KMS key, and Get tells it", async () => {
    await put(encryption(usable, "aws:kms"));
    expect((await get()).encryptionConfiguration).toEqual({ sseAlgorithm: "aws:kms", kmsKeyArn: usable });
  });

  it("refuses a disabled key", async () => {
    await expect(put(encryption(disabled, "aws:kms"))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(
        /^The specified KMS key ARN is disabled\. \(Service: S3Tables, Status Code: 400, Request ID: [-0-9a-f]{36}\) \(SDK Attempt Count: 1\)$/,
      ),
    });
  });

  it("refuses a key whose policy lacks the service principal", async () => {
    await expect(put(encryption(closed, "aws:kms"))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(
        new RegExp(
          `^User: arn:aws:sts::750784792897:assumed-role/SageMakerCatalogDataSetPublisherRole/AWSSageMakerCatalog-S3TablesRole-${account} ` +
            "is not authorized to perform: kms:DescribeKey on this resource because the resource does not exist in this Region, " +
            "no resource-based policies allow access, or a resource-based policy explicitly denies access " +
            String.raw`\(Service: S3Tables, Status Code: 403, Request ID: [-0-9a-f]{36}\) \(SDK Attempt Count: 1\)$`,
        ),
      ),
    });
  });

  it("refuses a key without an algorithm", async () => {
    await expect(put(encryption(usable))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(
        /^The specified SSE algorithm is invalid\. \(Service: S3Tables, Status Code: 400, Request ID: [-0-9a-f]{36}\) \(SDK Attempt Count: 1\)$/,
      ),
    });
  });

  it("refuses a client token that came with another request", async () => {
    await put({ clientToken: "once" });
    await expect(put({ clientToken: "once", enableExport: false })).rejects.toMatchObject({
      name: "ConflictException",
      message: `Conflict exception occurred while putting data export configuration for domain:${domain}`,
    });
  });

  it("refuses a second domain and names the first", async () => {
    await put({ domainIdentifier: "dzd-cslg7hs0m6k4fd" });
    await expect(put({})).rejects.toMatchObject({
      name: "ConflictException",
      message: "Data Export Configuration exists for another domain with id: dzd-cslg7hs0m6k4fd",
    });
  });
});
