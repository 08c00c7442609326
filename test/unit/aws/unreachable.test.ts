import dns from "node:dns";
import type { LookupAddress } from "node:dns";
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

it("an AWS that cannot be reached is a matter of the network, and no fault of credentials or roles", async () => {
  const { connect, CredentialsError } = await import("../../../src/aws/index.ts");
  const { awsLookups: awsLooks } = await import("../../../src/targets/index.ts");
  const account = "222233334444";
  const role = `arn:aws:iam::${account}:role/Sluice`;
  const { ssm } = await connect({ account, region: "us-east-1", role });
  const [assumed, ambient, look] = await Promise.all([
    ssm.send(new ListResourceDataSyncCommand({})).catch((error: unknown) => error),
    connect({ account, region: "us-east-1" }).catch((error: unknown) => error),
    awsLooks()
      .caller()
      .catch((error: unknown) => error),
  ]);
  for (const error of [assumed, ambient, look]) {
    expect(error).not.toBeInstanceOf(CredentialsError);
    expect((error as Error).message).toMatch(/cannot be reached: .*ECONNREFUSED.*\nCheck the network/);
  }
  expect((assumed as Error).message).toContain(role);
  expect((look as LookupError).refused).toBe(false);
});

it.each([
  ["EAI_AGAIN", "Check the network"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "The certificate that answered is not trusted here"],
])("%s is no answer of AWS", async (code, cure) => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.invalid");
  vi.spyOn(dns, "lookup").mockImplementation(((_name: string, _options: object, done: Looked) =>
    done(Object.assign(new Error(`${code} aws.invalid`), { code }), [])) as never);
  const { connect, CredentialsError } = await import("../../../src/aws/index.ts");
  const error = await connect({ account: "222233334444", region: "us-east-1" }).catch((error: unknown) => error);
  expect(error).not.toBeInstanceOf(CredentialsError);
  expect((error as Error).message).toContain(`AWS STS cannot be reached: ${code} aws.invalid\n${cure}`);
});

type Looked = (error: Error, addresses: LookupAddress[]) => void;
