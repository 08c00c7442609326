import { IAMClient, CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateResourceDataSyncCommand,
  DeleteResourceDataSyncCommand,
  ListResourceDataSyncCommand,
  SSMClient,
  UpdateResourceDataSyncCommand,
} from "@aws-sdk/client-ssm";
import type { CreateResourceDataSyncRequest, ResourceDataSyncSource } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const management = "111122223333";
const member = "222233334444";
const key = `arn:aws:kms:us-east-1:${management}:key/inventory`;

let world: EmulatorWorld;
let ssm: SSMClient;

const policyFor = (resource: string, conditions: Record<string, string>) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "ssm.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${resource}`,
      Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control", ...conditions } },
    },
  ],
});

beforeAll(async () => {
  world = await emulatorWorld({
    organization: {
      id: "o-acme123456",
      management,
      units: { "ou-ab12-cdefgh34": { name: "Workloads", accounts: [member] } },
    },
    accounts: { [management]: {}, [member]: {}, "999900001111": { standalone: true } },
    buckets: {
      inventory: { region: "us-east-1", account: management, policy: "ssm-delivery" },
      closed: { region: "us-east-1", account: management },
      others: {
        region: "us-east-1",
        account: management,
        policy: policyFor("others/*", { "aws:SourceAccount": member }),
      },
      organization: {
        region: "us-east-1",
        account: management,
        policy: policyFor("organization/*/accountid=*/*", { "aws:SourceOrgID": "o-acme123456" }),
      },
    },
    keys: { [key]: {} },
  });
});

afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  ssm = clientOf(management);
});

function clientOf(account: string, region?: string): SSMClient {
  return new SSMClient({ ...world.clientOf(account, region), maxAttempts: 1 });
}

const toBucket = (name: string, destination: object = {}): CreateResourceDataSyncRequest => ({
  SyncName: name,
  S3Destination: { BucketName: "inventory", SyncFormat: "JsonSerDe", Region: "us-east-1", ...destination },
});
const single: ResourceDataSyncSource = { SourceType: "singleAccountMultiRegions", SourceRegions: ["us-east-1"] };
const entire: ResourceDataSyncSource = {
  SourceType: "AwsOrganizations",
  SourceRegions: ["us-east-1"],
  AwsOrganizationsSource: { OrganizationSourceType: "EntireOrganization" },
};
const fromSource = (name: string, source = single): CreateResourceDataSyncRequest => ({
  SyncName: name,
  SyncType: "SyncFromSource",
  SyncSource: source,
});
const create = (input: CreateResourceDataSyncRequest, client = ssm) =>
  client.send(new CreateResourceDataSyncCommand(input));
const list = async (input: object = {}, client = ssm) =>
  (await client.send(new ListResourceDataSyncCommand(input))).ResourceDataSyncItems!;
const invalid = (message: string) => ({
  name: "ResourceDataSyncInvalidConfigurationException",
  message: expect.stringContaining(message),
});

describe("a sync to a bucket", () => {
  it("comes back with every field but the sharing", async () => {
    const destination = {
      Prefix: "ssm",
      AWSKMSKeyARN: key,
      DestinationDataSharing: { DestinationDataSharingType: "Organization" },
    };
    await create(toBucket("inventory", destination));
    const [item] = await list();
    expect(item).toMatchObject({ SyncName: "inventory", SyncType: "SyncToDestination", LastStatus: "InProgress" });
    expect(item!.S3Destination).toEqual({
      BucketName: "inventory",
      Prefix: "ssm",
      SyncFormat: "JsonSerDe",
      Region: "us-east-1",
      AWSKMSKeyARN: key,
    });
  });

  it("has succeeded a day later, unless it is one of those that stay InProgress", async () => {
    await create(toBucket("inventory"));
    await world.advance(1);
    expect((await list())[0]).toMatchObject({
      LastStatus: "Successful",
      LastSyncStatusMessage: "The sync was successfully completed",
    });
    await world.quirk({ "ssm-status": "stuck" });
    expect((await list())[0]!.LastStatus).toBe("InProgress");
  });

  it.each([
    ["closed", {}],
    ["others", {}],
    ["nowhere", {}],
    ["inventory", { Region: "eu-west-1" }],
    ["inventory", { AWSKMSKeyARN: `arn:aws:kms:us-east-1:${management}:key/unknown` }],
    ["organization", { Prefix: "ssm", AWSKMSKeyARN: "arn:aws:kms:eu-west-1:111122223333:key/elsewhere" }],
  ])("to %s %o fails on the write", async (BucketName, destination) => {
    await expect(create(toBucket("inventory", { BucketName, ...destination }))).rejects.toMatchObject(
      invalid(`S3 write failed for bucket ${BucketName}`),
    );
  });

  it("is delivered to an organization's bucket from its members only", async () => {
    const request = toBucket("inventory", { BucketName: "organization", Prefix: "ssm" });
    await create(request, clientOf(member));
    await expect(create(request, clientOf("999900001111"))).rejects.toMatchObject(invalid("S3 write failed"));
  });

  it("exists once, and the error has no message", async () => {
    await create(toBucket("inventory"));
    await expect(create(toBucket("inventory"))).rejects.toMatchObject({
      name: "ResourceDataSyncAlreadyExistsException",
      SyncName: "inventory",
      message: "UnknownError",
    });
    await create(toBucket("inventory"), clientOf(management, "eu-west-1"));
  });

  it("is one of five in its account and Region", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await create(toBucket(name));
    await expect(create(toBucket("f"))).rejects.toMatchObject({ name: "ResourceDataSyncCountExceededException" });
    await create(fromSource("explorer"));
    await world.quirk({ "ssm-quota": "shared" });
    await expect(create(fromSource("second"))).rejects.toMatchObject({
      name: "ResourceDataSyncCountExceededException",
    });
  });

  it("is shared with the organization once", async () => {
    const shared = { DestinationDataSharing: { DestinationDataSharingType: "Organization" } };
    await create(toBucket("a", { Prefix: "ssm", ...shared }));
    await create(toBucket("b"));
    await expect(create(toBucket("c", { Prefix: "ssm", ...shared }))).rejects.toMatchObject({
      name: "ResourceDataSyncCountExceededException",
    });
    await expect(create(toBucket("d", shared), clientOf("999900001111"))).rejects.toMatchObject(
      invalid("not a member"),
    );
  });

  it("is never updated", async () => {
    await create(toBucket("inventory"));
    const update = new UpdateResourceDataSyncCommand({
      SyncName: "inventory",
      SyncType: "SyncToDestination",
      SyncSource: single,
    });
    await expect(ssm.send(update)).rejects.toMatchObject(invalid("SyncFromSource"));
  });
});

describe("a sync from a source", () => {
  it("has no status, and its omitted switches have a value", async () => {
    await create(fromSource("explorer"));
    const [item] = await list({ SyncType: "SyncFromSource" });
    expect(item!.LastStatus).toBeUndefined();
    expect(item!.SyncSource).toEqual({ ...single, IncludeFutureRegions: false, EnableAllOpsDataSources: false });
  });

  it("of the organization says NoPermissions until the service-linked role exists", async () => {
    await create(fromSource("explorer", entire));
    expect((await list())[0]!.SyncSource!.State).toBe("NoPermissions");
    const iam = new IAMClient(world.clientOf(management));
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "accountdiscovery.ssm.amazonaws.com" }));
    expect((await list())[0]!.SyncSource!.State).toBeUndefined();
  });

  it("of a unit that does not exist says so", async () => {
    const source = {
      ...entire,
      AwsOrganizationsSource: {
        OrganizationSourceType: "OrganizationalUnits",
        OrganizationalUnits: [{ OrganizationalUnitId: "ou-ab12-00000000" }],
      },
    };
    await create(fromSource("explorer", source));
    await new IAMClient(world.clientOf(management)).send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: "accountdiscovery.ssm.amazonaws.com" }),
    );
    expect((await list())[0]!.SyncSource!.State).toBe("InvalidOrganizationalUnit");
  });

  it("of the organization is refused to members and strangers", async () => {
    await expect(create(fromSource("explorer", entire), clientOf(member))).rejects.toMatchObject(
      invalid("management account"),
    );
    await expect(create(fromSource("explorer", entire), clientOf("999900001111"))).rejects.toMatchObject(
      invalid("not a member"),
    );
  });

  it("is updated as a whole, but not between an account and the organization", async () => {
    await create(fromSource("explorer"));
    const update = (SyncSource: ResourceDataSyncSource) =>
      ssm.send(new UpdateResourceDataSyncCommand({ SyncName: "explorer", SyncType: "SyncFromSource", SyncSource }));
    await update({ ...single, SourceRegions: ["eu-west-1"], IncludeFutureRegions: true });
    expect((await list())[0]!.SyncSource).toMatchObject({ SourceRegions: ["eu-west-1"], IncludeFutureRegions: true });
    await expect(update(entire)).rejects.toMatchObject(invalid("cannot be changed"));
  });
});

describe("listing and deleting", () => {
  it("goes by pages, and a change between two loses nothing", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await create(toBucket(name));
    const first = await ssm.send(new ListResourceDataSyncCommand({ MaxResults: 2 }));
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "b" }));
    const rest = await list({ NextToken: first.NextToken });
    expect([...first.ResourceDataSyncItems!, ...rest].map((item) => item.SyncName)).toEqual(["a", "b", "c", "d", "e"]);
    for (const NextToken of ["mine", `${first.NextToken}=`])
      await expect(list({ NextToken })).rejects.toMatchObject({ name: "InvalidNextToken" });
  });

  it("lags a second where the listing is eventually consistent", async () => {
    await world.quirk({ "ssm-consistency": "eventual" });
    await create(toBucket("inventory"));
    expect(await list()).toEqual([]);
    await world.advance(1);
    expect(await list()).toHaveLength(1);
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory" }));
    expect(await list()).toHaveLength(1);
    await world.advance(1);
    expect(await list()).toEqual([]);
  });

  it("says which sync was not found, with the model's status or 400", async () => {
    const remove = () => ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "gone", SyncType: "SyncFromSource" }));
    const error = { name: "ResourceDataSyncNotFoundException", SyncName: "gone", SyncType: "SyncFromSource" };
    await expect(remove()).rejects.toMatchObject({ ...error, $metadata: { httpStatusCode: 404 } });
    await world.quirk({ "ssm-error-status": "400" });
    await expect(remove()).rejects.toMatchObject({ ...error, $metadata: { httpStatusCode: 400 } });
  });
});
