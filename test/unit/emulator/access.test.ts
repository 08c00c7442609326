import { IAMClient, GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const audit = "111122223333";
const workloads = "222233334444";
const key = `arn:aws:kms:us-east-1:${audit}:key/1234`;

let world: EmulatorWorld;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: {
      [audit]: {},
      [workloads]: { roles: { Sluice: { externalId: "acme", trust: [audit] } } },
    },
    keys: { [key]: { enabled: false } },
  });
});

afterAll(() => world.close());

const sts = (accessKeyId: string) => new STSClient({ ...world.clientOf(accessKeyId), maxAttempts: 1 });
const who = async (client: STSClient) => (await client.send(new GetCallerIdentityCommand({}))).Account;
const assume = (from: string, role: string, externalId?: string) =>
  sts(from).send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "sluice", ExternalId: externalId }));

describe("the caller's account", () => {
  it("is the access key, if that is an account id, else nobody's", async () => {
    expect(await who(sts(workloads))).toBe(workloads);
    expect(await who(sts("AKIAIOSFODNN7EXAMPLE"))).toBe("000000000000");
  });

  it("is the role's after AssumeRole", async () => {
    const { Credentials, AssumedRoleUser } = await assume(audit, `arn:aws:iam::${workloads}:role/Sluice`, "acme");
    expect(AssumedRoleUser!.Arn).toBe(`arn:aws:sts::${workloads}:assumed-role/Sluice/sluice`);
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = Credentials!;
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const session = new STSClient({ ...world.clientOf(audit), credentials });
    expect(await who(session)).toBe(workloads);
  });

  it("is read from presigned requests as well", async () => {
    const query = new URLSearchParams({
      Action: "GetCallerIdentity",
      Version: "2011-06-15",
      "X-Amz-Credential": `${workloads}/20260101/us-east-1/sts/aws4_request`,
    });
    const response = await fetch(`${world.endpoint}/?${query}`);
    expect(await response.text()).toContain(`<Account>${workloads}</Account>`);
  });
});

describe("a role", () => {
  it.each([
    ["without the external id", audit, "Sluice", undefined],
    ["by an account that it does not trust", "999900001111", "Sluice", "acme"],
    ["that does not exist", audit, "Other", "acme"],
  ])("is not assumed %s", async (_why, from, role, externalId) => {
    await expect(assume(from, `arn:aws:iam::${workloads}:role/${role}`, externalId)).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:iam::${from}:user/emulator is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${workloads}:role/${role}`,
    });
  });

  it("of an account without seeded roles is assumed by anybody", async () => {
    await assume(workloads, `arn:aws:iam::${audit}:role/Anything`);
  });

  it("tells its trust to IAM", async () => {
    const iam = new IAMClient({ ...world.clientOf(workloads), maxAttempts: 1 });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "Sluice" }));
    expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain('"sts:ExternalId":"acme"');
    await expect(iam.send(new GetRoleCommand({ RoleName: "None" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });
});

it("tells a key's state and policy, and of other keys that they do not exist", async () => {
  const kms = new KMSClient({ ...world.clientOf(audit), maxAttempts: 1 });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
  expect(KeyMetadata).toMatchObject({ Arn: key, KeyState: "Disabled", Enabled: false });
  expect(await kms.send(new GetKeyPolicyCommand({ KeyId: "1234" }))).toMatchObject({ PolicyName: "default" });
  await expect(kms.send(new DescribeKeyCommand({ KeyId: "5678" }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

it.each([
  ["ssm", { "x-amz-target": "AmazonSSM.ListResourceDataSync" }, "POST", "/", "MissingAuthenticationTokenException"],
  ["datazone", {}, "GET", "/v2/domains", "MissingAuthenticationTokenException"],
  ["s3", {}, "GET", "/bucket/key", "AccessDenied"],
])("an anonymous request to %s is refused in its protocol", async (_service, headers, method, path, code) => {
  const response = await fetch(world.endpoint + path, { method, headers } as RequestInit);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain(code);
});

it("a service that it lacks is named, with those that it has", async () => {
  const headers = { Authorization: "AWS4-HMAC-SHA256 Credential=1/20260101/us-east-1/athena/aws4_request" };
  const response = await fetch(world.endpoint, { method: "POST", headers });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("It has: ssm, datazone")]);
});

it("a seed that it cannot take is refused with the place in it", async () => {
  const start = startEmulator({ seed: { accounts: { "1": {} }, bucketz: {} } });
  await expect(start).rejects.toThrow(/accounts\.1: .*twelve digits[^]*bucketz/);
});
