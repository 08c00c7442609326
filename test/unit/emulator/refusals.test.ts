import { CreateServiceLinkedRoleCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

/** What clients that are not the SDK, or are broken, can send. */

const account = "111122223333";
let world: EmulatorWorld;

beforeAll(async () => {
  world = await emulatorWorld({ accounts: { [account]: { roles: { Sluice: {} } } } });
});
afterAll(() => world.close());

async function answer(service: string, method: string, path: string, body?: string | Uint8Array, target?: string) {
  const response = await fetch(world.endpoint + path, {
    method,
    headers: {
      Authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/${service}/aws4_request`,
      ...(target && { "x-amz-target": target }),
    },
    ...(body !== undefined && { body: body as RequestInit["body"] }),
  });
  const text = await response.text();
  const [, json, xml] = /"__type":"(\w+)"|<Code>(\w+)<\/Code>/.exec(text) ?? [];
  return `${response.status} ${json ?? xml ?? text}`;
}

it("a fraction is no number of items", async () => {
  const list = "AmazonSSM.ListResourceDataSync";
  expect(await answer("ssm", "POST", "/", '{"MaxResults":1.5}', list)).toBe("400 SerializationException");
  expect(await answer("ssm", "POST", "/", '{"MaxResults":1e400}', list)).toBe("400 SerializationException");
  expect(await answer("datazone", "GET", "/v2/domains?maxResults=1.5")).toBe("400 ValidationException");
  expect(await answer("s3", "GET", "/?max-buckets=1.5")).toBe("400 InvalidArgument");
});

it("bytes that are not UTF-8 are no JSON", async () => {
  const list = "AmazonSSM.ListResourceDataSync";
  const bytes = Buffer.from('{"NextToken":"\xff"}', "latin1");
  expect(await answer("ssm", "POST", "/", bytes, list)).toBe("400 SerializationException");
});

it("an operation is of its own service and version only", async () => {
  expect(await answer("ssm", "POST", "/", "{}", "Other.ListResourceDataSync")).toBe("400 UnknownOperationException");
});

it("what S3, IAM and STS have and the emulator lacks is refused in their own words", async () => {
  expect(await answer("s3", "GET", "/acme?replication")).toBe("405 MethodNotAllowed");
  expect(await answer("iam", "POST", "/", "Action=ListUsers")).toBe("400 InvalidAction");
  expect(await answer("sts", "PUT", "/", "Action=GetCallerIdentity")).toBe("400 InvalidAction");
});

it("a form may nest or repeat its names as it likes", async () => {
  const nested = `Action=AssumeRole&${"a.".repeat(50_000)}=1`;
  expect(await answer("sts", "POST", "/", nested)).toBe("400 ValidationError");
  const many = Array.from({ length: 20_000 }, (_, n) => `Tags.member.${n}.Key=x`).join("&");
  expect(await answer("sts", "POST", "/", `Action=AssumeRole&${many}`)).toBe("400 ValidationError");
});

it("names that every JavaScript object has are nobody's role", async () => {
  const settings = { ...world.clientOf(account), maxAttempts: 1 };
  const RoleArn = `arn:aws:iam::${account}:role/constructor`;
  await expect(
    new STSClient(settings).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" })),
  ).rejects.toMatchObject({ name: "AccessDenied" });
  const iam = new IAMClient(settings);
  await expect(iam.send(new GetRoleCommand({ RoleName: "constructor" }))).rejects.toMatchObject({
    name: "NoSuchEntityException",
  });
  const made = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "constructor" }));
  expect(made.Role?.RoleName).toBe("AWSServiceRoleForconstructor");
});

it("a service has several linked roles, told apart by their suffix", async () => {
  const iam = new IAMClient({ ...world.clientOf(account), maxAttempts: 1 });
  const make = (CustomSuffix?: string) =>
    iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "scaling.amazonaws.com", CustomSuffix }));
  expect((await make()).Role?.RoleName).toBe("AWSServiceRoleForscaling");
  expect((await make("two")).Role?.RoleName).toBe("AWSServiceRoleForscaling_two");
  await expect(make("two")).rejects.toMatchObject({ name: "InvalidInputException" });
  expect((await iam.send(new GetRoleCommand({ RoleName: "AWSServiceRoleForscaling_two" }))).Role?.Path).toBe(
    "/aws-service-role/scaling.amazonaws.com/",
  );
});
