import { describe, expect, test } from "vitest";
import { backUpInFreeLocation, checkBackup } from "../../../src/backup/index.ts";
import type { SkippedLocation } from "../../../src/backup/index.ts";
import { copyFolder, request, tableWithDeletes } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const next = `${copyFolder}-again-2`;

/** A table, a place for its backups, and what makes one there. */
async function newPlace() {
  const { source, table } = await tableWithDeletes();
  const write = new MemoryStore();
  const left: SkippedLocation[] = [];
  const run = () =>
    backUpInFreeLocation({
      ...request(source, write, table.metadataLocation),
      onSkippedLocation: (one) => left.push(one),
    });
  return { source, write, left, run };
}

const isFirst = (uri: string) => uri.startsWith(`${copyFolder}/`);
const firstPlace = ({ objects }: MemoryStore) =>
  [...objects].filter(([uri]) => isFirst(uri)).map(([uri, { body }]) => [uri, body.toString("base64")]);
const replace = (write: MemoryStore, uri: string, body: Buffer) => write.objects.set(uri, { body, metadata: {} });

describe("what lies in the copy's place and is none stays there, and the copy is made beside it:", () => {
  test.each<[string, (write: MemoryStore) => unknown, RegExp]>([
    [
      "a file was lost",
      (write) => write.objects.delete(write.under(`${copyFolder}/data/`)[0]!),
      /data\/.* is missing\./,
    ],
    [
      "files were zeroed",
      (write) => {
        write.keepsChecksums = false;
        for (const uri of write.under(`${copyFolder}/data/`))
          replace(write, uri, Buffer.alloc(write.bytes(uri).length));
      },
      /other bytes/,
    ],
    [
      "the receipt says other things",
      (write) => {
        const uri = `${copyFolder}/receipt.json`;
        replace(write, uri, Buffer.from(write.text(uri).replace(/"rows": \d+/, '"rows": 5000')));
      },
      /says rows 5000/,
    ],
    [
      "the receipt is half of one",
      (write) => replace(write, `${copyFolder}/receipt.json`, Buffer.from('{"version":1,')),
      /is no receipt of a backup/,
    ],
    [
      "the receipt is lost, and with it a file",
      (write) => {
        write.objects.delete(`${copyFolder}/receipt.json`);
        write.objects.delete(write.under(`${copyFolder}/data/`)[0]!);
      },
      /is missing\./,
    ],
  ])("%s", async (_what, damage, reason) => {
    const { write, left, run, source } = await newPlace();
    const before = await run();
    damage(write);
    const damaged = firstPlace(write);
    const after = await run();
    expect(after).toMatchObject({ rows: before.rows, snapshots: before.snapshots, destination: { location: next } });
    expect(left).toEqual([{ location: copyFolder, reason: expect.stringMatching(reason), next }]);
    expect(firstPlace(write)).toEqual(damaged);
    expect(await checkBackup({ receipt: after, store: write, source })).toMatchObject({ ok: true, against: "source" });
    write.calls.length = 0;
    expect(await run()).toEqual(after);
    expect(write.calls.filter(({ name }) => !["head", "get", "list"].includes(name))).toEqual([]);
  });

  test("another's objects, and nothing else", async () => {
    const { write, left, run } = await newPlace();
    replace(write, `${copyFolder}/objects.jsonl`, Buffer.from("x"));
    expect(await run()).toMatchObject({ destination: { location: next } });
    expect(left).toMatchObject([{ reason: expect.stringContaining(`${copyFolder}/objects.jsonl`) }]);
    expect(write.text(`${copyFolder}/objects.jsonl`)).toBe("x");
  });

  test("planted receipts in many places", async () => {
    const { write, left, run } = await newPlace();
    for (const folder of [copyFolder, next]) replace(write, `${folder}/receipt.json`, Buffer.from("{}"));
    expect(await run()).toMatchObject({ destination: { location: `${copyFolder}-again-3` } });
    expect(left.map(({ location }) => location)).toEqual([copyFolder, next]);
  });
});

test("a copy that cannot be read is not gone past: nothing is known of it", async () => {
  const { write, left, run } = await newPlace();
  await run();
  const get: MemoryStore["get"] = () => Promise.reject(new Error("Access Denied"));
  Object.assign(write, { get });
  await expect(run()).rejects.toThrow("Access Denied");
  expect([left, write.under(next)]).toEqual([[], []]);
});

test("storage that keeps other bytes than it was given gets no copy after copy", async () => {
  const { write, run } = await newPlace();
  const put: MemoryStore["put"] = (uri, body, options) => {
    const kept = uri.includes("/data/") ? Buffer.alloc(body.length) : body;
    return MemoryStore.prototype.put.call(write, uri, kept, options);
  };
  Object.assign(write, { put });
  for (let again = 0; again < 4; again++) await expect(run()).rejects.toThrow(/is not whole|another object/);
  const places = new Set(write.under(copyFolder).map((uri) => /token1[^/]*/.exec(uri)![0]));
  expect([...places].toSorted()).toEqual(["token1", "token1-again-2"]);
  expect(write.under(copyFolder).filter((uri) => uri.endsWith("receipt.json"))).toEqual([]);
});
