import { NodeHttpHandler } from "@smithy/node-http-handler";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dataHandler } from "../../../src/aws/transport.ts";
import { crc32Of, crc32OfParts } from "../../../src/backup/store/checksum.ts";
import { Flow } from "../../../src/backup/store/flow.ts";
import { ObjectExists, s3ObjectStore } from "../../../src/backup/index.ts";
import type { ObjectStore } from "../../../src/backup/index.ts";
import { emulatorWorld } from "../../support/emulator-world.ts";
import type { EmulatorWorld } from "../../support/emulator-world.ts";
import { slowLine } from "../../support/slow-line.ts";

const account = "111122223333";
const bucket = "s3://acme-backups";
let world: EmulatorWorld;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  world = await emulatorWorld({ buckets: { "acme-backups": { region: "us-east-1", account } } });
});
afterAll(() => world.close());
beforeEach(() => world.forgetCalls());
afterEach(async () => {
  for (const line of open.splice(0)) await line.close();
});

function storeAt(endpoint: string, requestHandler: object = dataHandler): ObjectStore {
  const settings = { ...world.clientOf(account), endpoint, forcePathStyle: true, requestHandler };
  return s3ObjectStore(new S3Client(settings as never), { owner: account });
}

async function lineOf(bytesPerSecond: number) {
  const line = await slowLine(world.endpoint, bytesPerSecond);
  open.push(line);
  return line;
}

const done = async (operation: string) =>
  (await world.calls()).filter((call) => call.operation === operation && call.status === 200).length;
const asked = async (operation: string) => (await world.calls()).filter((call) => call.operation === operation).length;
const bytes = (size: number, of: number) => Buffer.alloc(size, of);

describe("a slow line", () => {
  test("of 0.2 MB/s carries a body for longer than any answer may take, and carries it once", async () => {
    const line = await lineOf(200_000);
    const began = performance.now();
    await storeAt(line.endpoint).put(`${bucket}/slow`, bytes(3_400_000, 1), { ifNoneMatch: true });
    expect(performance.now() - began).toBeGreaterThan(15_500);
    expect(line.sent()).toBeLessThan(3_500_000);
    expect(await asked("PutObject")).toBe(1);
  }, 60_000);

  test("of 5 MB/s carries twelve pieces of 8 MiB, each once", async () => {
    const line = await lineOf(5_000_000);
    const store = storeAt(line.endpoint);
    const pieces = Array.from({ length: 12 }, (_, index) => index);
    await Promise.all(
      pieces.map((index) => store.put(`${bucket}/piece-${index}`, bytes(8 * 2 ** 20, index), { ifNoneMatch: true })),
    );
    expect(line.sent()).toBeLessThan(102_000_000);
    expect(await done("PutObject")).toBe(12);
  }, 90_000);

  test("on which time-outs come gets fewer requests at once until they pass", async () => {
    const line = await lineOf(400_000);
    const impatient = new NodeHttpHandler({ requestTimeout: 1_200, throwOnRequestTimeout: true });
    const store = storeAt(line.endpoint, impatient);
    const files = Array.from({ length: 8 }, (_, index) => `${bucket}/impatient-${index}`);
    await Promise.all(files.map((uri, index) => store.put(uri, bytes(200_000, index), { ifNoneMatch: true })));
    for (const uri of files) expect(await storeAt(world.endpoint).head(uri)).toMatchObject({ size: 200_000 });
    expect(await done("PutObject")).toBe(8);
  }, 60_000);
});

describe("what arrived is not sent again:", () => {
  const lost = { service: "s3", when: "after", error: "reset", times: 1 } as const;

  test("an object whose answer was lost is found", async () => {
    await world.fault({ ...lost, operation: "PutObject" });
    await storeAt(world.endpoint).put(`${bucket}/lost`, bytes(1_000, 1), { ifNoneMatch: true });
    expect(await asked("PutObject")).toBe(1);
  });

  test("an object that was written over and whose answer was lost is found, and one that the service was undecided about is sent again", async () => {
    const store = storeAt(world.endpoint);
    await store.put(`${bucket}/over`, bytes(1_000, 1));
    const { etag } = await store.getWithEtag(`${bucket}/over`);
    await world.forgetCalls();
    await world.fault({ ...lost, operation: "PutObject" });
    await store.put(`${bucket}/over`, bytes(1_000, 2), { ifMatch: etag });
    expect(await asked("PutObject")).toBe(1);
    await world.forgetCalls();
    await world.fault({ ...lost, operation: "PutObject", when: "before", error: "ConditionalRequestConflict" });
    await store.put(`${bucket}/undecided`, bytes(1_000, 1), { ifNoneMatch: true });
    expect([await asked("PutObject"), await done("PutObject")]).toEqual([2, 1]);
  });

  test("another's object is not taken for it", async () => {
    const store = storeAt(world.endpoint);
    await store.put(`${bucket}/taken`, bytes(1_000, 2));
    await expect(store.put(`${bucket}/taken`, bytes(1_000, 1), { ifNoneMatch: true })).rejects.toThrow(ObjectExists);
    expect(await store.head(`${bucket}/taken`)).toMatchObject({ crc32: crc32Of(bytes(1_000, 2)) });
  });

  test("a part whose answer was lost is found, and so is the object when that of its completion was", async () => {
    await world.fault({ ...lost, operation: "UploadPart" }, { ...lost, operation: "CompleteMultipartUpload" });
    const part = bytes(1_000, 1);
    const upload = await storeAt(world.endpoint).upload(`${bucket}/lost-part`);
    await upload.part(1, part);
    await upload.complete(part.length, crc32Of(part));
    expect(await asked("UploadPart")).toBe(1);
    expect(await storeAt(world.endpoint).head(`${bucket}/lost-part`)).toMatchObject({ size: 1_000 });
  });

  test("an upload in parts that was broken off is taken up where it stopped", async () => {
    const parts = [bytes(5 * 2 ** 20, 1), bytes(5 * 2 ** 20, 2), bytes(100, 3)];
    const uri = `${bucket}/broken-off`;
    const first = await storeAt(world.endpoint).upload(uri);
    for (const number of [1, 2]) await first.part(number, parts[number - 1]!);
    await world.forgetCalls();
    // Another process, in which the second part turns out to be another.
    parts[1] = bytes(5 * 2 ** 20, 9);
    const second = await storeAt(world.endpoint).upload(uri);
    for (const number of [3, 2, 1]) await second.part(number, parts[number - 1]!);
    expect(await asked("CreateMultipartUpload")).toBe(0);
    expect(await asked("UploadPart")).toBe(2);
    const whole = Buffer.concat(parts);
    const sums = parts.map((part) => ({ crc32: crc32Of(part), size: part.length }));
    await second.complete(whole.length, crc32OfParts(sums));
    expect(Buffer.from(await storeAt(world.endpoint).get(uri)).equals(whole)).toBe(true);
  });
});

test("refusals for haste are waited for, however many come", async () => {
  await world.fault({ service: "s3", operation: "PutObject", when: "before", error: "SlowDown", times: 12 });
  const store = storeAt(world.endpoint);
  const files = Array.from({ length: 12 }, (_, index) => `${bucket}/hasty-${index}`);
  await Promise.all(files.map((uri) => store.put(uri, bytes(10, 1), { ifNoneMatch: true })));
  expect(await done("PutObject")).toBe(12);
}, 90_000);

describe("requests under way at once", () => {
  const slowDown = Object.assign(new Error("Reduce your request rate."), { name: "SlowDown" });

  test("halve when too much was asked, down to one, and grow again with each round of answers", async () => {
    const flow = new Flow();
    const before = flow.limit;
    let refusals = 1;
    const answer = async () => {
      if (refusals-- > 0) throw slowDown;
    };
    await flow.request(answer);
    expect(flow.limit).toBe(before / 2);
    for (let index = 0; index < 200; index++) await flow.request(async () => {});
    expect(flow.limit).toBe(12);
  });

  test("never exceed the limit, and a round that fails together counts once", async () => {
    const flow = new Flow();
    let running = 0;
    let most = 0;
    const before = flow.limit;
    const work = async (attempt: number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((later) => setTimeout(later, 5));
      running -= 1;
      if (attempt === 1) throw Object.assign(new Error("slow"), { name: "TimeoutError" });
    };
    await Promise.all(Array.from({ length: before }, () => flow.request(work)));
    expect(most).toBe(before);
    expect(flow.limit).toBeGreaterThanOrEqual(before / 2);
  });

  test("ask what came of the last attempt beside the others, so that one place is enough", async () => {
    const flow = new Flow();
    const refuse = async (attempt: number) => {
      if (attempt < 3) throw slowDown;
      return "sent";
    };
    const arrived = () => flow.request(async () => undefined);
    await Promise.all(Array.from({ length: 12 }, () => flow.request(refuse, arrived)));
    expect(flow.limit).toBeGreaterThanOrEqual(1);
  }, 60_000);

  test("pause no longer once their work has ended", async () => {
    const ending = new AbortController();
    const flow = new Flow(ending.signal);
    const began = performance.now();
    const request = flow.request(async () => {
      setTimeout(() => ending.abort(), 50);
      throw slowDown;
    });
    await expect(request).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(performance.now() - began).toBeLessThan(400);
  });

  test("what is refused for good is not asked again", async () => {
    const flow = new Flow();
    let asked = 0;
    const denied = Object.assign(new Error("Access Denied"), {
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    const work = async () => {
      asked += 1;
      throw denied;
    };
    await expect(flow.request(work)).rejects.toThrow(denied);
    expect(asked).toBe(1);
  });
});
