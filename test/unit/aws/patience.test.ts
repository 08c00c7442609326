import { GetRoleCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Connection } from "../../../src/aws/index.ts";

const account = "111122223333";
const throttled = (service: string, operation: string) => ({
  service,
  operation,
  when: "before",
  error: "ThrottlingException",
  times: 1_000,
});
let emulator: Awaited<ReturnType<typeof startEmulator>>;

beforeEach(async () => {
  vi.resetModules();
  emulator = await startEmulator();
  vi.stubEnv("AWS_ENDPOINT_URL", emulator.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.doUnmock("../../../src/aws/transport.ts");
  vi.resetModules();
  await emulator.stop();
});

const fault = async (service: string, operation: string) => {
  const body = JSON.stringify([throttled(service, operation)]);
  const { ok } = await fetch(`${emulator.endpoint}/_emulator/faults`, { method: "POST", body });
  expect(ok).toBe(true);
};
const calls = async () =>
  (await (await fetch(`${emulator.endpoint}/_emulator/calls`)).json()) as { operation: string }[];

it("a service that throttles everything is given up after its time, and not asked again", async () => {
  const { Patience, connect } = await import("../../../src/aws/index.ts");
  let now = 0;
  const patience = new Patience(30_000, () => (now += 20_000));
  const { iam } = await connect({ account, region: "us-east-1" }, { patienceWith: () => patience });
  await fault("iam", "GetRole");
  const look = () => iam.send(new GetRoleCommand({ RoleName: "x" })).catch((error: unknown) => error as Error);
  const first = await look();
  const asked = (await calls()).filter(({ operation }) => operation === "GetRole").length;
  expect(first).toMatchObject({
    name: "StillThrottledError",
    message: expect.stringMatching(/for 30 seconds .*Throttling/) as string,
  });
  expect(asked).toBeLessThan(4);
  expect(await look()).toMatchObject({ name: "StillThrottledError" });
  expect((await calls()).filter(({ operation }) => operation === "GetRole")).toHaveLength(asked);
});

it("a silence is waited out no longer, as the network's fault", async () => {
  const { Patience } = await import("../../../src/aws/index.ts");
  const { isConnectionError } = await import("../../../src/unreachable.ts");
  let now = 0;
  const patience = new Patience(30_000, () => (now += 20_000));
  const silent = () => Promise.reject(Object.assign(new Error("5000 ms"), { name: "TimeoutError" }));
  const attempt = () => patience.attempt(silent).catch((error: unknown) => error as Error);
  expect(await attempt()).toMatchObject({ name: "TimeoutError" });
  const given = await attempt();
  expect(given).toMatchObject({ message: "no answer to any attempt for 30 seconds (5000 ms)" });
  expect(isConnectionError(given)).toBe(true);
});

it("an answer makes patient again", async () => {
  const { Patience } = await import("../../../src/aws/index.ts");
  let now = 0;
  const patience = new Patience(30_000, () => now);
  patience.throttled(new Error("slow"));
  now = 29_000;
  patience.check();
  patience.answered();
  now = 31_000;
  patience.check();
  patience.throttled(new Error("slow"));
  now = 61_000;
  expect(() => patience.check()).toThrow(/slow/);
});

it("a role that STS had no time for is not a missing one", async () => {
  vi.doMock("../../../src/aws/transport.ts", async (original) => ({ ...(await original<object>()), maxAttempts: 2 }));
  const { CredentialsError, connect } = await import("../../../src/aws/index.ts");
  const { findingOfFailedLook } = await import("../../../providers/access/failed-look.ts");
  const connection: Connection = {
    account: "222233334444",
    region: "us-east-1",
    role: "arn:aws:iam::222233334444:role/Sluice",
  };
  await fault("sts", "AssumeRole");
  const { iam } = await connect(connection);
  const error = await iam.send(new GetRoleCommand({ RoleName: "x" })).catch((error: unknown) => error as Error);
  expect(error).not.toBeInstanceOf(CredentialsError);
  expect(findingOfFailedLook(error, (error as Error).message, connection)).toMatchObject({
    code: "unknown",
    severity: "warning",
  });
});

it("patience with STS ends while a role is asked for, and before the caller is", async () => {
  const { Patience, connect } = await import("../../../src/aws/index.ts");
  let now = 0;
  const patience = new Patience(30_000, () => (now += 20_000));
  const options = { patienceWith: () => patience };
  const connection = { account: "222233334444", region: "us-east-1" };
  await fault("sts", "AssumeRole");
  const { iam } = await connect({ ...connection, role: "arn:aws:iam::222233334444:role/Sluice" }, options);
  const look = iam.send(new GetRoleCommand({ RoleName: "x" })).catch((error: unknown) => error as Error);
  expect((await look) as Error).toMatchObject({
    message: expect.stringMatching(
      /^Could not assume .*: AWS STS throttled at every attempt for 30 seconds .*\nRun it/,
    ) as string,
  });
  expect((await calls()).length).toBeLessThan(4);
  await expect(connect(connection, options)).rejects.toThrow(/^Could not find out whose .*: AWS STS throttled/);
});
