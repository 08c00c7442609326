import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { ListDomainsCommand } from "@aws-sdk/client-datazone";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { ListTableBucketsCommand } from "@aws-sdk/client-s3tables";
import { ListResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { awsLookups } from "../../../src/targets/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";
let world: EmulatorWorld;
/** Stands before all of AWS, and lets nothing through: it tells which hosts were asked for. */
let proxy: http.Server;
let asked: string[];

beforeAll(async () => {
  world = await emulatorWorld({ accounts: { [account]: {} }, buckets: { acme: { region: "us-east-1", account } } });
  proxy = http.createServer().on("connect", ({ url }, socket) => {
    asked.push(url!.replace(/:443$/, ""));
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await world.close();
});
beforeEach(() => {
  asked = [];
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_ENDPOINT_URL", undefined);
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
});
afterEach(() => {
  vi.doUnmock(import("../../../src/aws/credentials.ts"));
  vi.unstubAllEnvs();
});

/** Calls one operation of each service; returns the answers' states: `200`, or the code of the refusal. */
async function callEach(region = "us-east-1") {
  // Clients are made once in a process, by what the environment says then.
  vi.resetModules();
  // STS has to be asked first, and where it is not the emulator nobody answers.
  vi.doMock(import("../../../src/aws/credentials.ts"), async (original) => ({
    ...(await original()),
    assertAccount: async () => {},
    credentialsOf: async () => ({ accessKeyId: account, secretAccessKey: "secret" }),
  }));
  const { connect } = await import("../../../src/aws/index.ts");
  const clients = await connect({ account, region });
  const calls = {
    ssm: () => clients.ssm.send(new ListResourceDataSyncCommand({})),
    datazone: () => clients.datazone.send(new ListDomainsCommand({})),
    s3tables: () => clients.s3tables.send(new ListTableBucketsCommand({})),
    s3: () => clients.s3().send(new HeadBucketCommand({ Bucket: "acme" })),
  };
  const answers = Object.entries(calls).map(async ([name, call]) => [
    name,
    await call().then(
      ({ $metadata }) => $metadata.httpStatusCode,
      ({ code }: { code?: string }) => code,
    ),
  ]);
  return Object.fromEntries(await Promise.all(answers)) as Record<keyof typeof calls, number | string | undefined>;
}

const refused = { ssm: "EPROXY", datazone: "EPROXY", s3tables: "EPROXY", s3: "EPROXY" };

it("are AWS's own without a word in the environment", async () => {
  expect(await callEach()).toEqual(refused);
  expect(asked.toSorted()).toEqual([
    "acme.s3.us-east-1.amazonaws.com",
    "datazone.us-east-1.api.aws",
    "s3tables.us-east-1.amazonaws.com",
    "ssm.us-east-1.amazonaws.com",
  ]);
});

it("are those of FIPS for every service where AWS_USE_FIPS_ENDPOINT asks for it", async () => {
  vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
  expect(await callEach("us-gov-west-1")).toEqual(refused);
  expect(asked).toHaveLength(4);
  for (const host of asked) expect(host).toMatch(/fips|^ssm\.us-gov-west-1\.amazonaws\.com$/);
});

it("are those of two stacks for every service where AWS_USE_DUALSTACK_ENDPOINT asks for it", async () => {
  vi.stubEnv("AWS_USE_DUALSTACK_ENDPOINT", "true");
  expect(await callEach()).toEqual(refused);
  expect(asked).toHaveLength(4);
  for (const host of asked) expect(host).toMatch(/\.api\.aws$|\.dualstack\./);
});

it("are a service's own where the environment names one, the others are AWS's", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", world.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", world.endpoint);
  expect(await callEach()).toEqual({ ...refused, ssm: 200, s3: 200 });
  expect(asked.toSorted()).toEqual(["datazone.us-east-1.api.aws", "s3tables.us-east-1.amazonaws.com"]);
});

it("are those that the AWS profile names for each service, a bucket's name never in front of the host's", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-profile-"));
  writeFileSync(
    path.join(folder, "config"),
    [
      "[profile corp]\nservices = private\nendpoint_url = https://others.corp.test",
      `[services private]\nssm =\n  endpoint_url = ${world.endpoint}\ns3 =\n  endpoint_url = https://s3.corp.test`,
    ].join("\n"),
  );
  vi.stubEnv("AWS_CONFIG_FILE", path.join(folder, "config"));
  vi.stubEnv("AWS_PROFILE", "corp");
  expect(await callEach()).toEqual({ ...refused, ssm: 200 });
  expect(asked.toSorted()).toEqual(["others.corp.test", "others.corp.test", "s3.corp.test"]);
  asked = [];
  vi.stubEnv("AWS_ENDPOINT_URL_S3", "https://s3.other.test");
  expect(await callEach()).toEqual({ ...refused, ssm: 200 });
  expect(asked).toContain("s3.other.test");
  rmSync(folder, { recursive: true });
});

it.each(["FIPS", "DUALSTACK"])(
  "of %s and of one's own contradict each other, which is no fault of credentials",
  async (kind) => {
    vi.stubEnv(`AWS_USE_${kind}_ENDPOINT`, "true");
    vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
    vi.resetModules();
    const { connect } = await import("../../../src/aws/index.ts");
    const told = /^Could not .*AWS_ENDPOINT_URL.*: unset one of them/s;
    const role = `arn:aws:iam::${account}:role/Sluice`;
    await expect(connect({ account, region: "us-east-1" })).rejects.toThrow(told);
    const clients = await connect({ account, region: "us-east-1", role });
    await expect(clients.ssm.send(new ListResourceDataSyncCommand({}))).rejects.toThrow(
      /AWS_ENDPOINT_URL|custom endpoint/,
    );
    await expect(awsLookups().caller()).rejects.toMatchObject({ refused: false, message: expect.stringMatching(told) });
  },
);
