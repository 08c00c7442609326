import { beforeEach, describe, expect, test } from "vitest";
import { backUp, checkBackup, verify } from "../../../src/backup/index.ts";
import type { AvroRecord } from "../../../src/backup/iceberg/avro.ts";
import { readPositionDeletes, writePositionDeletes } from "../../../src/backup/iceberg/position-deletes.ts";
import { rewritePuffin } from "../../../src/backup/iceberg/puffin.ts";
import { pathMapper } from "../../../src/backup/model/location.ts";
import { Forgery } from "../../support/forgery.ts";
import { copyFolder, request, tableWithDeletes, tableWithVectors } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";

let forgery: Forgery;
let paths: { old: string; first: string; deletes: string };
const outside = "s3://63a8e430--table-s3/t/data/elsewhere.parquet";

beforeEach(async () => {
  const { source, table, old, first, deletes } = await tableWithDeletes();
  const write = new MemoryStore();
  forgery = new Forgery(write, await backUp(request(source, write, table.metadataLocation)));
  const move = pathMapper(table.location, copyFolder);
  paths = { old: move(old.path), first: move(first.path), deletes: move(deletes.path) };
});

const problems = async () => (await verify({ receipt: forgery.receipt, store: forgery.store })).problems;

describe("verifying a copy", () => {
  test("finds nothing wrong with a good one, and reads its rows", async () => {
    const found = await verify({ receipt: forgery.receipt, store: forgery.store });
    expect(found).toMatchObject({ ok: true, problems: [], rows: 4, snapshots: 4 });
  });

  test("finds a missing object", async () => {
    forgery.store.objects.delete(paths.first);
    expect(await problems()).toEqual([`${paths.first} is missing.`]);
  });

  test("finds an object whose bytes changed, even if the storage keeps no checksum", async () => {
    const body = Buffer.from(forgery.store.bytes(paths.first));
    body[10]! ^= 1;
    forgery.store.objects.set(paths.first, { body, metadata: {} });
    forgery.store.keepsChecksums = false;
    expect(await problems()).toEqual([expect.stringMatching(/has \d+ bytes, CRC-32 .*objects.jsonl says/)]);
  });

  test("finds a data file that is no Parquet, although it is as it was written", async () => {
    forgery.object(paths.first, Buffer.alloc(forgery.store.bytes(paths.first).length));
    expect(await problems()).toEqual([expect.stringContaining("says rows 4, the copy has none that can be counted")]);
  });

  test("finds a list of objects that is not the receipt's", async () => {
    forgery.receipt = { ...forgery.receipt, digest: `sha256:${"0".repeat(64)}` };
    expect(await problems()).toEqual([expect.stringContaining("digest")]);
  });

  test("finds an object that nothing names", async () => {
    const more = `${copyFolder}/data/more.parquet`;
    forgery.store.objects.set(more, { body: Buffer.from("x"), metadata: {} });
    expect(await problems()).toEqual([`${more} belongs to nothing in the copy.`]);
  });

  test.each([
    ["printed anew", (text: string) => text.replaceAll(",", ", ")],
    ["cut in half", (text: string) => text.slice(0, text.length / 2)],
    ["damaged", (text: string) => text.replace("{", "O")],
    ["empty", () => ""],
  ])("tells one cause, with its name, of an inventory that was %s", async (_how, change) => {
    const uri = `${copyFolder}/objects.jsonl`;
    forgery.store.objects.set(uri, { body: Buffer.from(change(forgery.store.text(uri))), metadata: {} });
    expect(await problems()).toEqual([expect.stringContaining(`${uri} is not the one that the receipt was given for`)]);
  });

  test("finds rows that the receipt does not tell of", async () => {
    forgery.receipt = { ...forgery.receipt, rows: 5 };
    expect(await problems()).toEqual([`The receipt of ${copyFolder} says rows 5, the copy has 4.`]);
  });
});

describe("verifying a copy catches what a faulty writer would leave:", () => {
  test("a data file outside the copy", async () => {
    forgery.file(paths.first, (file) => ({ ...file, file_path: outside }));
    expect(await problems()).toContainEqual(`${outside} lies outside the copy.`);
  });

  test("the old size of a delete file in its manifest", async () => {
    forgery.file(paths.deletes, (file) => ({ ...file, file_size_in_bytes: 17n }));
    expect(await problems()).toContainEqual(expect.stringContaining("its manifest says 17"));
  });

  test("the old length of a manifest in its list", async () => {
    const [list] = forgery.lists();
    forgery.list(list!, (row) => ({ ...row, manifest_length: 17n }));
    expect(await problems()).toContainEqual(expect.stringContaining("manifest_length is 17 instead of"));
  });

  test("a data file dropped from its manifest", async () => {
    forgery.manifest(forgery.manifests()[0]!, (entry) => (pathOf(entry) === paths.old ? undefined : entry));
    expect(await problems()).toContainEqual(`${paths.old} belongs to nothing in the copy.`);
  });

  test("a manifest dropped from every list", async () => {
    const lost = forgery.manifests().at(-1);
    for (const list of forgery.lists()) forgery.list(list, (row) => (row.manifest_path === lost ? undefined : row));
    expect(await problems()).toContainEqual(`${lost} belongs to nothing in the copy.`);
  });

  test("rows missing from a data file", async () => {
    forgery.file(paths.first, (file) => ({ ...file, record_count: 7n }));
    expect(await problems()).toContainEqual(`${paths.first} holds 6 rows, its manifest says 7.`);
  });

  test("a row dropped from a position delete file, which would bring a deleted row back", async () => {
    const body = await writePositionDeletes((await readPositionDeletes(forgery.store.bytes(paths.deletes))).slice(1));
    forgery.object(paths.deletes, body);
    forgery.file(paths.deletes, (file) => ({ ...file, file_size_in_bytes: BigInt(body.length) }));
    expect(await problems()).toEqual([`${paths.deletes} holds 1 rows, its manifest says 2.`]);
  });

  test("position deletes of the source's files", async () => {
    const old = await readPositionDeletes(forgery.store.bytes(paths.deletes));
    const body = await writePositionDeletes(old.map((row) => ({ ...row, path: outside })));
    forgery.object(paths.deletes, body);
    forgery.file(paths.deletes, (file) => ({ ...file, file_size_in_bytes: BigInt(body.length) }));
    expect(await problems()).toContainEqual(`${paths.deletes} deletes rows of ${outside}, outside the copy.`);
  });

  test("a stale bound, for which readers would skip the deletes", async () => {
    const stale = [{ key: 2147483546, value: Buffer.from(outside) }];
    forgery.file(paths.deletes, (file) => ({ ...file, lower_bounds: stale, upper_bounds: stale }));
    expect(await problems()).toContainEqual(expect.stringContaining("outside the bounds that its manifest gives"));
  });

  test("the source's location in the metadata", async () => {
    const uri = forgery.receipt.destination.metadataLocation!;
    forgery.object(
      uri,
      Buffer.from(forgery.store.text(uri).replace(`"location": "${copyFolder}"`, '"location": "s3://old/t"')),
    );
    expect(await problems()).toEqual([`${uri} names s3://old/t, outside the copy.`]);
  });

  test("the source's path in a property for future writes", async () => {
    const uri = forgery.receipt.destination.metadataLocation!;
    forgery.object(uri, Buffer.from(forgery.store.text(uri).replace(`${copyFolder}/data`, "s3://old/t/data")));
    expect(await problems()).toEqual([`${uri} names s3://old/t/data, outside the copy.`]);
  });
});

describe("checking a backup", () => {
  test("holds it against its table while that version is there, and against its receipt when it is gone", async () => {
    const { source, table } = await tableWithDeletes();
    const { store, receipt } = forgery;
    expect(await checkBackup({ receipt, store, source })).toMatchObject({ ok: true, against: "source", rows: 4 });
    expect(await checkBackup({ receipt, store, source: new MemoryStore() })).toMatchObject({
      ok: true,
      against: "receipt",
      rows: 4,
    });
    // Expired since: what the metadata file leads to.
    source.objects.delete(source.under(`${table.location}/data/`)[0]!);
    expect(await checkBackup({ receipt, store, source })).toMatchObject({ ok: true, against: "receipt" });
  });

  test("finds against the table what agrees with the receipt", async () => {
    const { source } = await tableWithDeletes();
    forgery.file(paths.first, (file) => ({ ...file, null_value_counts: null }));
    const { store, receipt } = forgery;
    expect((await verify({ receipt, store })).ok).toBe(true);
    expect(await checkBackup({ receipt, store, source })).toMatchObject({ ok: false, against: "source" });
  });
});

test("verifying catches a deletion vector that still names the source's file", async () => {
  const { source, table, vectors } = await tableWithVectors();
  const write = new MemoryStore();
  const receipt = await backUp(request(source, write, table.metadataLocation));
  expect(receipt.rows).toBe(7);
  forgery = new Forgery(write, receipt);
  const puffin = pathMapper(table.location, copyFolder)(vectors[0]!.path);
  const body = rewritePuffin(write.bytes(puffin), () => outside);
  forgery.object(puffin, body);
  forgery.file(puffin, (file) => ({ ...file, file_size_in_bytes: BigInt(body.length) }));
  expect(await problems()).toContainEqual(expect.stringContaining("its deletion vector is of"));
});

function pathOf(entry: AvroRecord): unknown {
  return (entry.data_file as AvroRecord).file_path;
}
