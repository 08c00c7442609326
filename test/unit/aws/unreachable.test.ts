import dns from "node:dns";
import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ListResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LookupError } from "../../../src/targets/index.ts";

beforeEach(() => {
  // Another file's clients and callers are kept by the modules.
  vi.resetModules();
  // Nothing listens on the port for discarding.
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "111122223333");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What is said of a role, of the ambient credentials, and of the caller whom the spec asks for. */
async function refusals() {
  const { connect, CredentialsError } = await import("../../../src/aws/index.ts");
  const { awsLookups } = await import("../../../src/targets/index.ts");
  const account = "222233334444";
  const role = `arn:aws:iam::${account}:role/Sluice`;
  const { ssm } = await connect({ account, region: "us-east-1", role });
  const failed = (error: unknown) => error as Error;
  const errors = await Promise.all([
    ssm.send(new ListResourceDataSyncCommand({})).then(() => new Error("answered"), failed),
    connect({ account, region: "us-east-1" }).then(() => new Error("answered"), failed),
    awsLookups()
      .caller()
      .then(() => new Error("answered"), failed),
  ]);
  for (const error of errors) expect(error).not.toBeInstanceOf(CredentialsError);
  expect(errors[0]!.message).toContain(role);
  expect((errors[2] as LookupError).refused).toBe(false);
  return errors;
}

it("an AWS that cannot be reached is a matter of the network, and no fault of credentials or roles", async () => {
  for (const { message } of await refusals()) {
    expect(message).toMatch(/cannot be reached: .*ECONNREFUSED.*\nCheck the network/);
  }
});

it.each([403, 407])("HTTP %i with the page of a proxy is no answer of AWS", async (status) => {
  const proxy = createServer((_, answer) =>
    answer.writeHead(status, { "content-type": "text/html" }).end("<html>no</html>"),
  );
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  for (const { message } of await refusals()) {
    expect(message).toMatch(
      new RegExp(`cannot be reached: HTTP ${status}, which is no answer of AWS\nCheck the network`),
    );
  }
  proxy.close();
});

it.each([
  ["EAI_AGAIN", "Check the network"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "The certificate that answered is not trusted here"],
])("%s is no answer of AWS", async (code, cure) => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.invalid");
  vi.spyOn(dns, "lookup").mockImplementation(((_name: string, _options: object, done: Looked) =>
    done(Object.assign(new Error(`${code} aws.invalid`), { code }), [])) as never);
  for (const { message } of await refusals())
    expect(message).toMatch(new RegExp(`cannot be reached: ${code} aws.invalid\n${cure}`));
});

it("a setting of the network that cannot be used is told with what to do about it", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "https://aws.invalid");
  vi.stubEnv("AWS_CA_BUNDLE", "/nowhere/ca.pem");
  for (const { message } of await refusals())
    expect(message).toMatch(/AWS_CA_BUNDLE names \/nowhere\/ca.pem, which cannot be read: .*\nCorrect that setting/);
});

type Looked = (error: Error, addresses: LookupAddress[]) => void;
