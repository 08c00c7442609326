import { expect, it } from "vitest";
import {
  readRecord,
  RecordDamaged,
  releaseIn,
  withRelease,
  writeRelease,
} from "../../../providers/slot/release-record.ts";
import type { Release, ReleaseRecord } from "../../../providers/slot/release-record.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const slot = { account: "111122223333", region: "us-east-1", backup: "s3://acme-backups/catalog" };
const uri = "s3://acme-backups/catalog/111122223333/us-east-1/released.json";

function release(table: string, more: Partial<Release> = {}): Release {
  return {
    tableArn: `arn:${table}`,
    encryption: { sseAlgorithm: "AES256" },
    time: "2026-11-26T00:00:00.000Z",
    ...more,
  };
}

it("two runs that write at the same time both stay on record", async () => {
  const store = new MemoryStore();
  await writeRelease(slot, store, release("first", { receipt: "s3://acme-backups/first" }));
  await Promise.all(
    ["second", "third", "fourth"].map((table) => writeRelease(slot, store, release(table, { domain: `dzd_${table}` }))),
  );
  const record = await readRecord(slot, store);
  for (const table of ["second", "third", "fourth"]) {
    expect(releaseIn(record, `arn:${table}`)).toMatchObject({ domain: `dzd_${table}` });
  }
  expect(releaseIn(record, "arn:first")).toMatchObject({ receipt: "s3://acme-backups/first" });
});

it("a record that appears while the first one is written is not written over", async () => {
  const store = new MemoryStore();
  await Promise.all(["one", "other"].map((table) => writeRelease(slot, store, release(table))));
  const record = (await readRecord(slot, store))!;
  expect([record.tableArn, record.history?.[0]?.tableArn].toSorted()).toEqual(["arn:one", "arn:other"]);
});

it("the word of a slow run takes nothing from what is known of the table that came since", () => {
  const younger = withRelease(undefined, release("younger", { domain: "dzd_beta" }));
  const record = withRelease(younger, release("older", { domain: "dzd_alpha" }));
  expect(releaseIn(record, "arn:younger")).toMatchObject({ domain: "dzd_beta" });
});

it("a table is on record once, with the owner and the receipt that any word of it told", () => {
  const words = [
    release("a", { domain: "dzd_alpha" }),
    release("a", { receipt: "s3://acme-backups/a" }),
    release("b", { domain: "dzd_beta" }),
    release("a", { time: "2026-11-27T00:00:00.000Z" }),
  ];
  const record = words.reduce<ReleaseRecord | undefined>(withRelease, undefined)!;
  expect(record).toMatchObject({ tableArn: "arn:a", domain: "dzd_alpha", receipt: "s3://acme-backups/a" });
  expect(record).toMatchObject({ time: "2026-11-27T00:00:00.000Z" });
  expect(record.history).toEqual([release("b", { domain: "dzd_beta" })]);
});

it.each([
  ["half a record", '{"version":1,'],
  ["one that names no domain", JSON.stringify({ version: 1, ...release("a"), domain: "dzd_a\u001b[2J" })],
  ["one without a table", JSON.stringify({ version: 1, ...release("a"), tableArn: undefined })],
  ["one whose history is none", JSON.stringify({ version: 1, ...release("a"), history: 5 })],
  ["one whose owner is no domain", JSON.stringify({ version: 1, ...release("a"), domain: { id: "dzd_alpha" } })],
])("%s is no record, and is not written over", async (_, text) => {
  const store = new MemoryStore();
  await store.put(uri, Buffer.from(text));
  await expect(readRecord(slot, store)).rejects.toThrow(RecordDamaged);
  await expect(writeRelease(slot, store, release("b"))).rejects.toThrow(/Move it away/);
  expect(store.text(uri)).toBe(text);
});
