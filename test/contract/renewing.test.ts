import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Clients } from "../../src/aws/index.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

const account = "111122223333";
const role = `arn:aws:iam::${account}:role/Sluice`;
let world: EmulatorWorld;
let clients: Clients;

beforeAll(async () => {
  world = await emulatorWorld({ accounts: { [account]: { roles: { Sluice: {} } }, "444455556666": {} } });
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "444455556666");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const { connect } = await import("../../src/aws/index.ts");
  clients = await connect({ account, region: "us-east-1", role });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

const operations = async () => (await world.calls()).map((call) => call.operation);

test("a session that AWS ends before its time is renewed, and the request made once more", async () => {
  await clients.s3().send(new ListBucketsCommand({}));
  expect(await operations()).toEqual(["AssumeRole", "ListBuckets"]);
  await world.forgetCalls();
  await world.fault({ service: "s3", operation: "ListBuckets", when: "before", error: "ExpiredToken", times: 1 });
  await clients.s3().send(new ListBucketsCommand({}));
  expect(await operations()).toEqual(["ListBuckets", "AssumeRole", "ListBuckets"]);
});

test("a session that has expired again at once is an error", async () => {
  await world.forgetCalls();
  await world.fault({ service: "s3", operation: "ListBuckets", when: "before", error: "ExpiredToken", times: 9 });
  await expect(clients.s3().send(new ListBucketsCommand({}))).rejects.toThrow("has expired");
  expect((await operations()).filter((name) => name === "ListBuckets")).toHaveLength(2);
});
