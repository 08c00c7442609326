import { request } from "node:http";
import { DataZoneClient, GetDomainCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { CreateResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { knownQuirks } from "../../../src/emulator/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";

let world: EmulatorWorld;
let ssm: SSMClient;

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: { [account]: { regions: { "us-east-1": { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } } },
    buckets: { inventory: { region: "us-east-1", account, policy: "ssm-delivery" } },
  });
});

afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  ssm = clientOf();
});

const clientOf = (region?: string) => new SSMClient({ ...world.clientOf(account, region), maxAttempts: 1 });
const list = (client = ssm) => client.send(new ListResourceDataSyncCommand({}));
const create = () =>
  ssm.send(
    new CreateResourceDataSyncCommand({
      SyncName: "inventory",
      S3Destination: { BucketName: "inventory", SyncFormat: "JsonSerDe", Region: "us-east-1" },
    }),
  );
const control = async (route: string, method = "GET", body?: unknown) => {
  const response = await fetch(`${world.endpoint}/_emulator/${route}`, {
    method,
    body: body && JSON.stringify(body),
  } as RequestInit);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const names = async () => (await list()).ResourceDataSyncItems!.map(({ SyncName }) => SyncName);
const creation = { service: "ssm", operation: "CreateResourceDataSync" };
const listing = { service: "ssm", operation: "ListResourceDataSync" };

it("logs every call in order, with what came of it", async () => {
  await create();
  await expect(create()).rejects.toThrow();
  await list(clientOf("eu-west-1"));
  const shared = { service: "ssm", account, region: "us-east-1" };
  expect(await world.calls()).toEqual([
    { seq: 1, ...shared, operation: "CreateResourceDataSync", status: 200, error: null },
    {
      seq: 2,
      ...shared,
      operation: "CreateResourceDataSync",
      status: 400,
      error: "ResourceDataSyncAlreadyExistsException",
    },
    { seq: 3, ...shared, region: "eu-west-1", operation: "ListResourceDataSync", status: 200, error: null },
  ]);
  await world.forgetCalls();
  expect(await world.calls()).toEqual([]);
});

describe("a fault", () => {
  it("before the effect leaves none, after it leaves it", async () => {
    await world.fault({ ...creation, when: "before", error: "InternalServerError" });
    await expect(create()).rejects.toMatchObject({ name: "InternalServerError", $metadata: { httpStatusCode: 500 } });
    expect(await names()).toEqual([]);
    await world.fault({ ...creation, when: "after", error: "InternalServerError" });
    await expect(create()).rejects.toMatchObject({ name: "InternalServerError" });
    expect(await names()).toEqual(["inventory"]);
  });

  it("skips some calls and comes as often as told", async () => {
    await world.fault({ ...listing, when: "before", error: "ThrottlingException", skip: 1, times: 2 });
    await list();
    await expect(list()).rejects.toMatchObject({ name: "ThrottlingException", message: "Rate exceeded" });
    await expect(list()).rejects.toMatchObject({ name: "ThrottlingException" });
    await list();
  });

  it("is one of an account and Region where its rule says so", async () => {
    await world.fault({ ...listing, region: "eu-west-1", when: "before", error: "AccessDeniedException" });
    await world.fault({ ...listing, account: "222233334444", when: "before", error: "AccessDeniedException" });
    await list();
    await expect(list(clientOf("eu-west-1"))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("may be a status, and takes the code that the service has for it", async () => {
    await world.fault({ ...listing, when: "before", error: "500" });
    await expect(list()).rejects.toMatchObject({ name: "InternalServerError", $metadata: { httpStatusCode: 500 } });
    await world.fault({ ...listing, when: "before", error: "503" });
    await expect(list()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await world.fault({ service: "datazone", operation: "GetDomain", when: "before", error: "429" });
    const datazone = new DataZoneClient({ ...world.clientOf(account), maxAttempts: 1 });
    await expect(datazone.send(new GetDomainCommand({ identifier: "dzd_alpha" }))).rejects.toMatchObject({
      name: "ThrottlingException",
      $metadata: { httpStatusCode: 429 },
    });
  });

  it("resets the connection", async () => {
    await world.fault({ ...creation, when: "after", error: "reset" });
    await expect(create()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await world.calls()).toMatchObject([{ status: 0, error: "reset" }]);
    expect(await names()).toEqual(["inventory"]);
  });

  it("cuts the answer in two", async () => {
    await create();
    await world.fault({ ...listing, when: "after", error: "truncate" });
    await expect(list()).rejects.toThrow();
    expect(await names()).toEqual(["inventory"]);
  });

  it("stalls until the client gives up, and is marked", async () => {
    await world.fault({ ...listing, when: "before", error: "stall" });
    await expect(
      ssm.send(new ListResourceDataSyncCommand({}), { abortSignal: AbortSignal.timeout(100) }),
    ).rejects.toThrow();
    expect(await world.calls()).toMatchObject([{ status: 0, error: "stall", stalled: true }]);
  });

  it("makes a version token stale", async () => {
    const s3tables = new S3TablesClient({ ...world.clientOf(account), maxAttempts: 1 });
    const bucket = { tableBucketARN: `arn:aws:s3tables:us-east-1:${account}:bucket/aws-sagemaker-catalog` };
    const look = () => s3tables.send(new GetTableCommand({ ...bucket, namespace: "asset_metadata", name: "asset" }));
    const { PutDataExportConfigurationCommand } = await import("@aws-sdk/client-datazone");
    const datazone = new DataZoneClient(world.clientOf(account));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
    const { versionToken } = await look();
    await world.fault({ service: "s3tables", operation: "GetTable", when: "after", error: "stale-version-token" });
    expect((await look()).versionToken).not.toBe(versionToken);
    expect((await look()).versionToken).toBe(versionToken);
  });

  it("that makes no sense is refused", async () => {
    const { status, body } = await control("faults", "POST", [{ service: "ssm", when: "perhaps" }]);
    expect(status).toBe(400);
    expect(body["message"]).toContain("operation");
  });
});

describe("quirks", () => {
  it("are listed with their values, two at least", async () => {
    const { body } = await control("quirks");
    const quirks = body as unknown as Array<{ name: string; about: string; values: string[]; value: string }>;
    expect(quirks.map(({ name }) => name)).toEqual(Object.keys(knownQuirks));
    for (const { about, values, value } of quirks) {
      expect(about).not.toBe("");
      expect(values.length).toBeGreaterThanOrEqual(2);
      expect(value).toBe(values[0]);
    }
  });

  it("are chosen all together or not at all", async () => {
    const { status, body } = await control("quirks", "POST", { "ssm-quota": "shared", "ssm-qouta": "shared" });
    expect([status, body["message"]]).toEqual([400, expect.stringContaining('no quirk "ssm-qouta"')]);
    const after = (await control("quirks")).body as unknown as Array<{ name: string; value: string }>;
    expect(after.find(({ name }) => name === "ssm-quota")!.value).toBe("separate");
  });

  it("limit request rates for each account, Region and operation", async () => {
    await world.quirk({ throttling: "tight" });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => list()));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]).toMatchObject({ reason: { name: "ThrottlingException" } });
    await list(clientOf("eu-west-1"));
  });
});

it("shows everything it holds, and forgets it on reset", async () => {
  await create();
  await world.quirk({ "ssm-quota": "shared" });
  await world.fault({ ...listing, when: "before", error: "reset" });
  expect(JSON.stringify((await control("state")).body)).toContain('"name":"inventory"');
  await world.reset();
  expect(await names()).toEqual([]);
  expect(await world.calls()).toHaveLength(1);
});

it("says what it takes, where it was asked for something else", async () => {
  expect(await control("advance", "POST", { days: -1 })).toMatchObject({ status: 400 });
  expect(await control("nothing")).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining("/_emulator/calls") },
  });
});

describe("control", () => {
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { hostname, port } = new URL(world.endpoint);
      request({ hostname, port, path: "/_emulator/calls", headers }, ({ statusCode }) => resolve(statusCode))
        .on("error", reject)
        .end();
    });

  it.each([
    ["127.0.0.1:80", 200],
    ["localhost:4566", 200],
    ["[::1]:4566", 200],
    ["emulator.example", 403],
    ["127.0.0.1.example.com", 403],
    ["169.254.169.254", 403],
  ])("answers a request to host %s with %i", async (host, status) => {
    expect(await ask({ host })).toBe(status);
  });

  it("is closed to web pages, and its own origin is none", async () => {
    expect(await ask({ host: "localhost:80", origin: "https://example.com" })).toBe(403);
    expect(await ask({ host: "localhost:80", origin: "null" })).toBe(403);
    expect(await ask({ host: "localhost:80", origin: "http://localhost:80" })).toBe(200);
  });
});
