import {
  DataZoneClient,
  GetDomainCommand,
  ListDomainsCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetTableBucketCommand, ListTableBucketsCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { DeleteResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
const opted = "222233334444";
const session = `arn:aws:sts::${account}:assumed-role/Sluice/run`;

let world: EmulatorWorld;
let settings: ReturnType<EmulatorWorld["clientOf"]> & { maxAttempts: number };

beforeAll(async () => {
  const statement = (Effect: string, Action: string | string[], Resource = "*", Condition?: object) => ({
    Effect,
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const exporting = (making: string[]) => [
    statement("Allow", "datazone:PutDataExportConfiguration"),
    ...making.map((operation) =>
      statement("Allow", `s3tables:${operation}`, "arn:aws:s3tables:*:*:bucket/aws-sagemaker-catalog"),
    ),
  ];
  world = await emulatorWorld({
    accounts: {
      [account]: {
        regions: { "us-east-1": { domains: [{ id: "dzd_alpha", name: "Alpha" }] } },
        roles: {
          Sluice: {
            policy: {
              Version: "2012-10-17",
              Statement: [
                statement("Allow", "ssm:*ResourceDataSync"),
                statement("Deny", "ssm:DeleteResourceDataSync", "arn:aws:ssm:*:*:resource-data-sync/kept-*"),
                statement("Allow", "datazone:Get*", `arn:aws:datazone:us-east-1:${account}:domain/dzd_alpha`),
                statement("Allow", "s3tables:ListTableBuckets", "*", {
                  StringEquals: { "aws:RequestedRegion": "eu-west-1" },
                }),
              ],
            },
          },
          Other: {},
          ...Object.fromEntries(
            [[], ["CreateTableBucket"], ["CreateTableBucket", "PutTableBucketPolicy"]].map((making) => [
              `Exporter${making.length}`,
              { policy: { Statement: exporting(making) } },
            ]),
          ),
        },
      },
      [opted]: { disabledRegions: ["ap-east-1", "eu-south-2"] },
    },
  });
  settings = await sessionOf("Sluice");
});

async function sessionOf(role: string): Promise<typeof settings> {
  const sts = new STSClient(world.clientOf(account));
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "run" }));
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = Credentials!;
  return {
    ...world.clientOf(account),
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    maxAttempts: 1,
  } as typeof settings;
}

afterAll(() => world.close());

const refusal = (action: string, resource: string, name = "AccessDeniedException", status = 403) => ({
  name,
  $metadata: { httpStatusCode: status },
  message: `User: ${session} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
});

describe("a role with a policy", () => {
  it("does what its policy allows, on what it allows it", async () => {
    const ssm = new SSMClient(settings);
    expect((await ssm.send(new ListResourceDataSyncCommand({}))).ResourceDataSyncItems).toEqual([]);
    const datazone = new DataZoneClient(settings);
    expect((await datazone.send(new GetDomainCommand({ identifier: "dzd_alpha" }))).name).toBe("Alpha");
    await expect(datazone.send(new GetDomainCommand({ identifier: "dzd_beta" }))).rejects.toMatchObject(
      refusal("datazone:GetDomain", `arn:aws:datazone:us-east-1:${account}:domain/dzd_beta`),
    );
  });

  it("is refused everything else in each service's words", async () => {
    await expect(new DataZoneClient(settings).send(new ListDomainsCommand({}))).rejects.toMatchObject(
      refusal("datazone:ListDomains", "*"),
    );
    await expect(new IAMClient(settings).send(new GetRoleCommand({ RoleName: "Sluice" }))).rejects.toMatchObject(
      refusal("iam:GetRole", `arn:aws:iam::${account}:role/Sluice`, "AccessDenied"),
    );
    await expect(new S3Client(settings).send(new ListBucketsCommand({}))).rejects.toMatchObject(
      refusal("s3:ListAllMyBuckets", "*", "AccessDenied"),
    );
    const RoleArn = `arn:aws:iam::${account}:role/Other`;
    await expect(
      new STSClient(settings).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "run" })),
    ).rejects.toMatchObject(refusal("sts:AssumeRole", RoleArn, "AccessDenied"));
    const tables = new S3TablesClient(settings);
    await expect(
      tables.send(
        new GetTableBucketCommand({
          tableBucketARN: `arn:aws:s3tables:us-east-1:${account}:bucket/aws-sagemaker-catalog`,
        }),
      ),
    ).rejects.toMatchObject(
      refusal("s3tables:GetTableBucket", `arn:aws:s3tables:us-east-1:${account}:bucket/aws-sagemaker-catalog`),
    );
  });

  it("is refused what it is denied, whatever else allows it", async () => {
    const deletion = new SSMClient(settings).send(new DeleteResourceDataSyncCommand({ SyncName: "kept-one" }));
    await expect(deletion).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 400 },
      message: expect.stringMatching(/resource-data-sync\/kept-one with an explicit deny in an identity-based policy$/),
    });
  });

  it("is held by the conditions on its statements", async () => {
    const list = (region: string) => new S3TablesClient({ ...settings, region }).send(new ListTableBucketsCommand({}));
    expect((await list("eu-west-1")).tableBuckets).toEqual([]);
    await expect(list("us-east-1")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("puts a first export only where it may make the table bucket, and a later one without that", async () => {
    const put = async (role: string, enableExport = true) =>
      new DataZoneClient(await sessionOf(role)).send(
        new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport }),
      );
    const refused = (index: number, operation: string) => ({
      name: "AccessDeniedException",
      message: expect.stringMatching(
        `Exporter${index}/run is not authorized to perform: s3tables:${operation} on resource: arn:aws:s3tables:us-east-1:${account}:bucket/aws-sagemaker-catalog `,
      ),
    });
    await put("Exporter0", false);
    await expect(put("Exporter0")).rejects.toMatchObject(refused(0, "CreateTableBucket"));
    await expect(put("Exporter1")).rejects.toMatchObject(refused(1, "PutTableBucketPolicy"));
    await put("Exporter2");
    await put("Exporter0");
  });

  it("always learns who it is", async () => {
    expect((await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Arn).toBe(session);
  });
});

describe("a Region that the account has not enabled", () => {
  const at = (region: string) => ({ ...world.clientOf(opted, region), maxAttempts: 1 });
  const unknown = (name: string, httpStatusCode: number) => ({
    name,
    message: "The security token included in the request is invalid.",
    $metadata: { httpStatusCode },
  });

  it("does not know the account's keys", async () => {
    const { calls, forgetCalls } = world;
    await forgetCalls();
    await expect(new SSMClient(at("ap-east-1")).send(new ListResourceDataSyncCommand({}))).rejects.toMatchObject(
      unknown("UnrecognizedClientException", 400),
    );
    await expect(new DataZoneClient(at("ap-east-1")).send(new ListDomainsCommand({}))).rejects.toMatchObject(
      unknown("UnrecognizedClientException", 403),
    );
    await expect(new STSClient(at("eu-south-2")).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(
      unknown("InvalidClientTokenId", 403),
    );
    await expect(new S3Client(at("eu-south-2")).send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: "InvalidAccessKeyId",
    });
    expect((await calls()).map(({ operation }) => operation)).toEqual([
      "ListResourceDataSync",
      "ListDomains",
      "GetCallerIdentity",
      "ListBuckets",
    ]);
    await new SSMClient({ ...world.clientOf(account, "ap-east-1") }).send(new ListResourceDataSyncCommand({}));
  });

  it("is told as such by ListRegions", async () => {
    const list = async (body: object) => {
      const response = await fetch(`${world.endpoint}/listRegions`, {
        method: "POST",
        headers: { Authorization: `AWS4-HMAC-SHA256 Credential=${opted}/20260101/us-east-1/account/aws4_request` },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { Regions: object[]; NextToken?: string };
    };
    expect(await list({ RegionOptStatusContains: ["DISABLED"] })).toEqual({
      Regions: [
        { RegionName: "ap-east-1", RegionOptStatus: "DISABLED" },
        { RegionName: "eu-south-2", RegionOptStatus: "DISABLED" },
      ],
    });
    const first = await list({ MaxResults: 2 });
    expect(first.Regions).toEqual([
      { RegionName: "af-south-1", RegionOptStatus: "ENABLED" },
      { RegionName: "ap-east-1", RegionOptStatus: "DISABLED" },
    ]);
    const { Regions } = await list({ MaxResults: 50, NextToken: first.NextToken });
    expect(Regions).toContainEqual({ RegionName: "us-east-1", RegionOptStatus: "ENABLED_BY_DEFAULT" });
    expect(await list({ MaxResults: 51 })).toMatchObject({ message: expect.stringContaining("51") });
  });
});
