import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

/** Buckets in which a backup must not lie, or only under conditions, and what S3 says about each. */

const account = "111122223333";
const other = "444455556666";
const stranger = "777788889999";
const key = (id: string) => `arn:aws:kms:us-east-1:${account}:key/${id}`;

let world: EmulatorWorld;
let s3: S3Client;

beforeAll(async () => {
  const own = { region: "us-east-1", account };
  const allow = (Action: string[], Condition?: object) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*", ...(Condition && { Condition }) }],
  });
  world = await emulatorWorld({
    organization: { id: "o-acme123456", management: account },
    accounts: {
      [account]: {
        roles: {
          Writer: {
            policy: {
              Statement: [
                { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: "arn:aws:s3:::plain/in/*" },
              ],
            },
          },
        },
      },
      [other]: {},
      [stranger]: { standalone: true },
    },
    buckets: {
      plain: own,
      versioned: { ...own, versioning: true },
      suspended: { ...own, versioning: "Suspended" },
      expiring: { ...own, lifecycle: 30 },
      scratch: { ...own, versioning: true, lifecycle: [{ prefix: "tmp/", days: 1, noncurrentDays: 2 }] },
      open: { ...own, public: true },
      locked: { ...own, locked: { days: 10 } },
      governed: { ...own, locked: { account: other, days: 10 }, policy: allow(["s3:*"]) },
      encrypted: { ...own, encryptionRequired: true },
      keyed: { ...own, encryptionRequired: key("backup") },
      organization: {
        ...own,
        policy: allow(["s3:PutObject"], { StringEquals: { "aws:PrincipalOrgID": "o-acme123456" } }),
      },
      sealed: {
        ...own,
        policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: "*",
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
            { Effect: "Deny", NotPrincipal: { AWS: other }, Action: "s3:DeleteObject*", Resource: "*" },
          ],
        },
      },
    },
    keys: { [key("backup")]: {}, [key("off")]: { enabled: false }, [key("doomed")]: { deletionInDays: 7 } },
  });
  s3 = clientOf(account);
});

afterAll(() => world.close());
beforeEach(() => world.reset());

const clientOf = (id: string) => new S3Client({ ...world.clientOf(id), forcePathStyle: true, maxAttempts: 1 });
const put = (Bucket: string, input: Partial<PutObjectCommandInput> = {}, client = s3) =>
  client.send(new PutObjectCommand({ Bucket, Key: "copy", Body: "rows", ...input }));
const get = (Bucket: string, input: object = {}, client = s3) =>
  client.send(new GetObjectCommand({ Bucket, Key: "copy", ...input }));
const remove = (Bucket: string, input: object = {}, client = s3) =>
  client.send(new DeleteObjectCommand({ Bucket, Key: "copy", ...input }));
const versions = async (Bucket: string) => {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return { versions: Versions.map(({ VersionId }) => VersionId), markers: DeleteMarkers.length };
};
const days = (count: number) => new Date(Date.now() + count * 24 * 60 * 60 * 1000);

describe("a bucket's settings", () => {
  const Bucket = "plain";

  it("are S3's own where the seed gives none", async () => {
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(PublicAccessBlockConfiguration!)).toEqual([true, true, true, true]);
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration!.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
    ]);
    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(OwnershipControls!.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
  });

  it.each([
    [new GetBucketLifecycleConfigurationCommand({ Bucket }), "NoSuchLifecycleConfiguration"],
    [new GetBucketPolicyStatusCommand({ Bucket }), "NoSuchBucketPolicy"],
    [new GetObjectLockConfigurationCommand({ Bucket }), "ObjectLockConfigurationNotFoundError"],
    [new GetPublicAccessBlockCommand({ Bucket: "open" }), "NoSuchPublicAccessBlockConfiguration"],
    [new GetBucketVersioningCommand({ Bucket: "nowhere" }), "NoSuchBucket"],
  ])("that are not there are told as such: %o", async (command, name) => {
    await expect(s3.send(command as GetBucketVersioningCommand)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 404 },
    });
  });

  it("are those of the seed", async () => {
    const status = async (name: string) => (await s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;
    expect(await Promise.all(["versioned", "suspended", "locked"].map(status))).toEqual([
      "Enabled",
      "Suspended",
      "Enabled",
    ]);
    const rules = async (name: string) =>
      (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name }))).Rules!;
    expect(await rules("expiring")).toMatchObject([
      { Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 30 } },
    ]);
    expect(await rules("scratch")).toMatchObject([
      { Filter: { Prefix: "tmp/" }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } },
    ]);
    const isPublic = async (name: string) =>
      (await s3.send(new GetBucketPolicyStatusCommand({ Bucket: name }))).PolicyStatus!.IsPublic;
    expect(await Promise.all(["open", "encrypted", "organization"].map(isPublic))).toEqual([true, false, false]);
    const lock = async (name: string) =>
      (await s3.send(new GetObjectLockConfigurationCommand({ Bucket: name }))).ObjectLockConfiguration;
    const retention = (Mode: string) => ({
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Mode, Days: 10 } },
    });
    expect(await lock("locked")).toEqual(retention("COMPLIANCE"));
    expect(await lock("governed")).toEqual(retention("GOVERNANCE"));
  });
});

describe("the expected owner", () => {
  const operations = {
    HeadBucket: (owner: object) => s3.send(new HeadBucketCommand({ Bucket: "plain", ...owner })),
    PutObject: (owner: object) => put("plain", owner),
    GetObject: (owner: object) => get("plain", owner),
    HeadObject: (owner: object) => s3.send(new HeadObjectCommand({ Bucket: "plain", Key: "copy", ...owner })),
    ListObjectsV2: (owner: object) => s3.send(new ListObjectsV2Command({ Bucket: "plain", ...owner })),
    CreateMultipartUpload: (owner: object) =>
      s3.send(new CreateMultipartUploadCommand({ Bucket: "plain", Key: "x", ...owner })),
    GetBucketVersioning: (owner: object) => s3.send(new GetBucketVersioningCommand({ Bucket: "plain", ...owner })),
    DeleteObject: (owner: object) => remove("plain", owner),
  };

  it.each(Object.entries(operations))("is held by %s", async (_name, send) => {
    await put("plain");
    const status = { $metadata: { httpStatusCode: 403 } };
    await expect(send({ ExpectedBucketOwner: other })).rejects.toMatchObject(status);
    await expect(send({ ExpectedBucketOwner: "me" })).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await send({ ExpectedBucketOwner: account });
  });
});

describe("who may write", () => {
  it("is said by a Deny to everybody, and across accounts by an Allow", async () => {
    await put("sealed");
    await expect(remove("sealed")).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:iam::${account}:user/emulator is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::sealed/copy" with an explicit deny in a resource-based policy`,
    });
    await put("organization", {}, clientOf(other));
    await expect(put("organization", {}, clientOf(stranger))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(get("organization", {}, clientOf(other))).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("is a role as far as its policy says, which may leave open whether a key is there", async () => {
    const sts = new STSClient(world.clientOf(account));
    const RoleArn = `arn:aws:iam::${account}:role/Writer`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "run" }));
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = Credentials!;
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken! };
    const role = new S3Client({ ...world.clientOf(account), credentials, forcePathStyle: true, maxAttempts: 1 });
    await put("plain", { Key: "in/copy" }, role);
    const refused = (action: string, resource: string) => ({
      name: "AccessDenied",
      message: `User: arn:aws:sts::${account}:assumed-role/Writer/run is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`,
    });
    await expect(put("plain", {}, role)).rejects.toMatchObject(refused("s3:PutObject", "arn:aws:s3:::plain/copy"));
    await expect(get("plain", { Key: "in/none" }, role)).rejects.toMatchObject(
      refused("s3:ListBucket", "arn:aws:s3:::plain"),
    );
    await expect(get("plain", { Key: "in/none" })).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(get("nowhere", {}, role)).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

describe("encryption", () => {
  const kms = (SSEKMSKeyId?: string) => ({ ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId });

  it("that a policy demands is demanded of each write, and not of the parts of an upload that has it", async () => {
    for (const input of [{}, { ServerSideEncryption: "AES256" as const }]) {
      await expect(put("encrypted", input)).rejects.toMatchObject({ name: "AccessDenied" });
    }
    await put("encrypted", kms());
    await expect(put("keyed", kms())).rejects.toMatchObject({ name: "AccessDenied" });
    await put("keyed", kms(key("backup")));
    const at = { Bucket: "encrypted", Key: "large" };
    await expect(s3.send(new CreateMultipartUploadCommand(at))).rejects.toMatchObject({ name: "AccessDenied" });
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ...kms() }));
    await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }));
    await s3.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
  });

  it("is told by every answer", async () => {
    const told = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key("backup"), BucketKeyEnabled: true };
    expect(await put("plain", { ...kms("backup"), BucketKeyEnabled: true })).toMatchObject(told);
    expect(await get("plain")).toMatchObject(told);
    expect(await s3.send(new HeadObjectCommand({ Bucket: "plain", Key: "copy" }))).toMatchObject(told);
    const managed = await put("plain", { Key: "managed", ...kms() });
    expect(managed.SSEKMSKeyId).toMatch(new RegExp(`^arn:aws:kms:us-east-1:${account}:key/[-0-9a-f]{36}$`));
  });

  it.each([
    ["off", "KMS.DisabledException", "Disabled"],
    ["doomed", "KMS.KMSInvalidStateException", "PendingDeletion"],
  ])("by the key %s is refused, as KMS tells: %s", async (id, name, KeyState) => {
    await expect(put("plain", kms(key(id)))).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    const client = new KMSClient({ ...world.clientOf(account), maxAttempts: 1 });
    const look = () => client.send(new DescribeKeyCommand({ KeyId: key(id) }));
    const { KeyMetadata } = await look();
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState });
    await world.advance(8);
    if (KeyMetadata!.DeletionDate) await expect(look()).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("by a key that is not there is refused", async () => {
    await expect(put("plain", kms(key("none")))).rejects.toMatchObject({ name: "KMS.NotFoundException" });
  });
});

describe("versions", () => {
  it("keep what was overwritten or deleted, until they are deleted themselves", async () => {
    const first = (await put("versioned", { Body: "one" })).VersionId;
    const second = (await put("versioned", { Body: "two" })).VersionId;
    expect((await get("versioned")).VersionId).toBe(second);
    expect(await (await get("versioned", { VersionId: first })).Body!.transformToString()).toBe("one");
    const marker = await remove("versioned");
    expect(marker.DeleteMarker).toBe(true);
    await expect(get("versioned")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(get("versioned", { VersionId: marker.VersionId })).rejects.toMatchObject({ name: "MethodNotAllowed" });
    expect(await versions("versioned")).toEqual({ versions: [second, first], markers: 1 });
    await remove("versioned", { VersionId: marker.VersionId });
    expect((await get("versioned")).VersionId).toBe(second);
    await remove("versioned", { VersionId: second });
    expect((await get("versioned")).VersionId).toBe(first);
    await expect(get("versioned", { VersionId: second })).rejects.toMatchObject({ name: "NoSuchVersion" });
  });

  it("are one at most where versioning is suspended", async () => {
    await put("suspended");
    expect((await put("suspended")).VersionId).toBe("null");
    expect(await versions("suspended")).toEqual({ versions: ["null"], markers: 0 });
  });

  it("go with their time where the bucket's lifecycle says so", async () => {
    await put("expiring");
    await put("scratch", { Key: "tmp/x" });
    await put("scratch", { Key: "kept" });
    await world.advance(2);
    await expect(get("scratch", { Key: "tmp/x" })).rejects.toMatchObject({ name: "NoSuchKey" });
    expect((await versions("scratch")).versions).toHaveLength(2);
    await world.advance(2);
    expect((await versions("scratch")).versions).toHaveLength(1);
    await get("expiring");
    await world.advance(26);
    await expect(get("expiring")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("Object Lock", () => {
  it("keeps each version for the bucket's days", async () => {
    const { VersionId } = await put("locked");
    const { ObjectLockMode, ObjectLockRetainUntilDate } = await get("locked");
    expect([ObjectLockMode, Math.round((ObjectLockRetainUntilDate!.getTime() - Date.now()) / 86_400_000)]).toEqual([
      "COMPLIANCE",
      10,
    ]);
    const refusal = { name: "AccessDenied", message: "Access Denied because object protected by object lock." };
    await expect(remove("locked", { VersionId })).rejects.toMatchObject(refusal);
    await expect(remove("locked", { VersionId, BypassGovernanceRetention: true })).rejects.toMatchObject(refusal);
    await remove("locked");
    expect((await versions("locked")).versions).toEqual([VersionId]);
    await world.advance(11);
    await remove("locked", { VersionId });
    expect((await versions("locked")).versions).toEqual([]);
  });

  it("is bypassed by nobody but the account that may", async () => {
    const { VersionId } = await put("governed");
    const bypass = { VersionId, BypassGovernanceRetention: true };
    await expect(remove("governed", bypass)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(remove("governed", { VersionId }, clientOf(other))).rejects.toMatchObject({ name: "AccessDenied" });
    await remove("governed", bypass, clientOf(other));
  });

  it("is asked for by a write, in a bucket that has it, with a digest", async () => {
    const lock = { ObjectLockMode: "GOVERNANCE" as const, ObjectLockRetainUntilDate: days(100) };
    await expect(put("plain", lock)).rejects.toMatchObject({
      name: "InvalidRequest",
      message: "Bucket is missing Object Lock Configuration",
    });
    await put("locked", { ...lock, ObjectLockLegalHoldStatus: "ON" });
    expect(await s3.send(new HeadObjectCommand({ Bucket: "locked", Key: "copy" }))).toMatchObject({
      ObjectLockMode: "GOVERNANCE",
      ObjectLockLegalHoldStatus: "ON",
    });
    await expect(put("locked", { ...lock, ObjectLockRetainUntilDate: days(-1) })).rejects.toMatchObject({
      name: "InvalidArgument",
    });
    const Authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/s3/aws4_request`;
    const bare = await fetch(`${world.endpoint}/locked/bare`, { method: "PUT", headers: { Authorization }, body: "x" });
    expect([bare.status, await bare.text()]).toEqual([400, expect.stringContaining("Content-MD5 OR x-amz-checksum-")]);
  });
});

describe("a key", () => {
  it.each(["../x", "a/../../x", "./../x"])("that climbs above the bucket is refused: %s", async (Key) => {
    const { hostname, port } = new URL(world.endpoint);
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/s3/aws4_request` };
    const sent = request({ hostname, port, method: "PUT", path: `/plain/${Key}`, headers }).end("x");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const answer = `${response.statusCode} ${Buffer.concat(await response.toArray()).toString()}`;
    expect(answer).toMatch(/^400 .*<Code>InvalidURI<\/Code>/s);
    await expect(put("plain", { Key })).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it("may hold such elements within the bucket", async () => {
    await put("plain", { Key: "a/b/../c" });
    expect((await s3.send(new ListObjectsV2Command({ Bucket: "plain" }))).Contents).toMatchObject([
      { Key: "a/b/../c" },
    ]);
  });
});

it("an object has the checksum that came with it, or S3's own, and a copy keeps it", async () => {
  const attributes = (Key: string) =>
    s3.send(new GetObjectAttributesCommand({ Bucket: "plain", Key, ObjectAttributes: ["Checksum", "ObjectSize"] }));
  const Authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/s3/aws4_request`;
  await fetch(`${world.endpoint}/plain/bare`, { method: "PUT", headers: { Authorization }, body: "123456789" });
  // The catalogue of CRCs gives 0xae8b14860a799888 as the check value of CRC-64/NVME.
  const checksum = {
    ChecksumCRC64NVME: Buffer.from("ae8b14860a799888", "hex").toString("base64"),
    ChecksumType: "FULL_OBJECT",
  };
  expect(await attributes("bare")).toMatchObject({ Checksum: checksum, ObjectSize: 9 });
  await put("plain", { Key: "sha", ChecksumAlgorithm: "SHA256" });
  expect((await attributes("sha")).Checksum!.ChecksumSHA256).toBeDefined();
  await s3.send(new CopyObjectCommand({ Bucket: "plain", Key: "second", CopySource: "plain/bare" }));
  expect((await attributes("second")).Checksum).toEqual(checksum);
});
