import { expect, test } from "vitest";
import { backUpInFreeLocation, surveyBackup } from "../../../src/backup/index.ts";
import { copyFolder, request, tableWithDeletes } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const emptyDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const { source, table } = await tableWithDeletes();

/** What is foreseen of a place where a whole copy lay before `damage`. */
async function foreseen(damage: (write: MemoryStore) => unknown, isBackedUp = true) {
  const write = new MemoryStore();
  const asked = request(source, write, table.metadataLocation);
  if (isBackedUp) await backUpInFreeLocation({ ...asked, onSkippedLocation: () => {} });
  damage(write);
  write.calls.length = 0;
  const found = await surveyBackup(asked);
  expect(write.calls.filter(({ name }) => !["head", "get", "list"].includes(name))).toEqual([]);
  return { ...found, calls: write.calls };
}

function edit(write: MemoryStore, name: string, change: (text: string) => string): void {
  const uri = `${copyFolder}/${name}`;
  write.objects.set(uri, { body: Buffer.from(change(write.text(uri))), metadata: {} });
}

test("where nothing lies, one listing tells so", async () => {
  const { location, left, calls } = await foreseen(() => {}, false);
  expect({ location, left }).toEqual({ location: copyFolder, left: [] });
  expect(calls.map(({ name }) => name)).toEqual(["list"]);
});

test("a whole copy is the one that the backup will prove", async () => {
  expect(await foreseen(() => {})).toMatchObject({ location: copyFolder, left: [], receipt: { snapshots: 4 } });
});

test("a copy that was begun is gone on with", async () => {
  const found = await foreseen((write) => write.objects.delete(`${copyFolder}/receipt.json`));
  expect(found).toMatchObject({ location: copyFolder, left: [] });
});

test.each<[string, (write: MemoryStore) => unknown, RegExp]>([
  [
    "a receipt over nothing",
    (write) => {
      edit(write, "objects.jsonl", () => "");
      edit(write, "receipt.json", (text) => {
        const receipt = JSON.parse(text);
        const destination = { location: receipt.destination.location };
        const planted = { ...receipt, destination, snapshots: 0, rows: 0, files: 0, bytes: 0, digest: emptyDigest };
        return JSON.stringify(planted);
      });
    },
    /metadata file is none.*snapshots 0, the table has 4/,
  ],
  [
    "a receipt of another version",
    (write) => edit(write, "receipt.json", (text) => text.replace('"token1"', '"token0"')),
    /versionToken token0, not token1/,
  ],
  [
    "more rows than there are",
    (write) => edit(write, "receipt.json", (text) => text.replace(/"rows": \d+/, '"rows": 99')),
    /rows 99/,
  ],
  ["half a receipt", (write) => edit(write, "receipt.json", (text) => text.slice(0, 20)), /is no receipt of a backup/],
  ["no inventory", (write) => write.objects.delete(`${copyFolder}/objects.jsonl`), /objects\.jsonl is missing/],
  [
    "an inventory that is none",
    (write) => {
      edit(write, "objects.jsonl", () => "");
      edit(write, "receipt.json", (text) => text.replace(/sha256:\w+/, emptyDigest));
    },
    /belongs to nothing in the copy/,
  ],
  [
    "a file that is gone",
    (write) => write.objects.delete(write.under(`${copyFolder}/data/`)[0]!),
    /data\/.* is missing/,
  ],
  [
    "a file of another size",
    (write) => write.objects.set(write.under(`${copyFolder}/data/`)[0]!, { body: Buffer.from("x"), metadata: {} }),
    /has 1 bytes instead of/,
  ],
  [
    "a file too many",
    (write) => write.objects.set(`${copyFolder}/data/more.parquet`, { body: Buffer.from("x"), metadata: {} }),
    /more\.parquet belongs to nothing/,
  ],
])("%s is told before a backup, which goes beside it", async (_what, damage, reason) => {
  const { location, receipt, left } = await foreseen(damage);
  expect({ location, receipt }).toEqual({ location: `${copyFolder}-again-2`, receipt: undefined });
  expect(left).toEqual([{ location: copyFolder, reason: expect.stringMatching(reason), next: location }]);
});
