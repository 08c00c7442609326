import { beforeEach, describe, expect, test } from "vitest";
import { backUp, BackupDamaged, proveCopy } from "../../../src/backup/index.ts";
import type { BackupRequest, Receipt } from "../../../src/backup/index.ts";
import { openAvro, recordsOf } from "../../../src/backup/iceberg/avro.ts";
import type { AvroRecord } from "../../../src/backup/iceberg/avro.ts";
import { pathMapper } from "../../../src/backup/model/location.ts";
import { readPositionDeletes, writePositionDeletes } from "../../../src/backup/iceberg/position-deletes.ts";
import { parquet, vectorOf } from "../../support/data-files.ts";
import { Forgery } from "../../support/forgery.ts";
import {
  copyFolder,
  newTable,
  request,
  rows,
  tableWithDeletes,
  tableWithVectors,
} from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { mutantsOf } from "../../support/mutants.ts";

let source: MemoryStore;
let asked: BackupRequest;
let forgery: Forgery;
let move: (uri: string) => string;
let paths: { first: string; fresh: string; deletes: string };
let receipt: Receipt;

beforeEach(async () => {
  const made = await tableWithDeletes();
  ({ source } = made);
  const write = new MemoryStore();
  asked = request(source, write, made.table.metadataLocation);
  receipt = await backUp(asked);
  forgery = new Forgery(write, receipt);
  move = pathMapper(made.table.location, copyFolder);
  paths = { first: move(made.first.path), fresh: move(made.fresh.path), deletes: move(made.deletes.path) };
});

async function problems(): Promise<string[]> {
  const proof = await proveCopy({ ...asked, receipt: forgery.receipt });
  return proof.ok ? [] : proof.problems;
}

describe("a copy", () => {
  test("that holds what its source holds is proven, with its rows, snapshots, files and bytes", async () => {
    const { snapshots, rows, files, bytes } = receipt;
    const proof = await proveCopy({ ...asked, receipt });
    expect(proof).toMatchObject({ ok: true, snapshots: 4, rows: 4, files, bytes });
    expect({ snapshots, rows }).toEqual({ snapshots: 4, rows: 4 });
  });

  test("is read whole, whatever a HEAD request says of it", async () => {
    const { store } = forgery;
    store.calls.length = 0;
    await proveCopy({ ...asked, receipt });
    const read = store.calls.filter((call) => call.name === "get").map((call) => call.uri);
    const objects = store.under(copyFolder).filter((uri) => !uri.endsWith("receipt.json"));
    expect(new Set(read)).toEqual(new Set(objects));
    expect(store.calls.filter((call) => call.name === "put" || call.name === "upload")).toEqual([]);
  });

  test.each([
    ["changed", (store: MemoryStore) => store.objects.set(paths.first, { body: Buffer.alloc(10), metadata: {} })],
    ["removed", (store: MemoryStore) => store.objects.delete(paths.first)],
  ])(
    "of which a file is %s after it was read is refused: the last is read hours after the first",
    async (how, harm) => {
      const { store } = forgery;
      const get = store.get.bind(store);
      store.get = async (uri, ...rest) => {
        if (uri.endsWith("/objects.jsonl")) harm(store);
        return get(uri, ...rest);
      };
      expect(await problems()).toEqual([expect.stringContaining(`${how} while the copy was read back`)]);
    },
  );

  test("beside which another run writes meanwhile is proven", async () => {
    const { store } = forgery;
    const get = store.get.bind(store);
    store.get = async (uri, ...rest) => {
      if (uri.endsWith("/objects.jsonl"))
        store.objects.set(`${copyFolder}/data/another.parquet`, { body: Buffer.alloc(1), metadata: {} });
      return get(uri, ...rest);
    };
    expect(await problems()).toEqual([]);
  });

  test("that was written anew with the same contents is proven: what is refused below is refused for what it says", async () => {
    const uri = receipt.destination.metadataLocation!;
    forgery.object(
      uri,
      Buffer.from(JSON.stringify(JSON.parse(quoted(forgery.store.text(uri)))).replaceAll(/"n(-?\d+)"/g, "$1")),
    );
    for (const list of forgery.lists()) forgery.list(list, (row) => row);
    for (const manifest of forgery.manifests()) forgery.manifest(manifest, (entry) => entry);
    const rows = await readPositionDeletes(forgery.store.bytes(paths.deletes));
    forgery.object(paths.deletes, await writePositionDeletes(rows));
    expect(await problems()).toEqual([]);
  });

  test("of a source whose storage keeps no checksums is held against the bytes of the source", async () => {
    source.keepsChecksums = false;
    expect(await problems()).toEqual([]);
    const body = Buffer.from(forgery.store.bytes(paths.first));
    body[10]! ^= 1;
    forgery.object(paths.first, body);
    expect(await problems()).toEqual([expect.stringContaining(`${paths.first} has other bytes than`)]);
  });
});

test("whatever one value of the copy's metadata is changed, lost or added, the copy is refused", async () => {
  const uri = receipt.destination.metadataLocation!;
  const original = forgery.store.text(uri);
  let tried = 0;
  for (const { path, text } of mutantsOf(original)) {
    const forged = new Forgery(forgery.store, receipt);
    forged.object(uri, Buffer.from(text));
    forgery.receipt = forged.receipt;
    expect(await problems(), path).not.toEqual([]);
    tried += 1;
  }
  expect(tried).toBeGreaterThan(150);
});

describe("whatever one value of an entry is changed, the copy is refused:", () => {
  const kinds = ["lists", "manifests"] as const;
  test.each(kinds)("in the %s", async (kind) => {
    let tried = 0;
    for (const uri of forgery[kind]()) {
      const records = [...recordsOf(openAvro(forgery.store.bytes(uri)))];
      for (const [index, record] of records.entries()) {
        for (const { path, value } of changesOf(record)) {
          if (isFreeMeasure(record, path)) continue;
          const before = new Map(forgery.store.objects);
          let at = 0;
          const change = (each: AvroRecord) => (at++ === index ? (value as AvroRecord) : each);
          if (kind === "lists") forgery.list(uri, change);
          else forgery.manifest(uri, change);
          expect(await problems(), `${uri} ${index} ${path}`).not.toEqual([]);
          forgery = new Forgery(forgery.store, receipt);
          forgery.store.objects.clear();
          for (const [name, object] of before) forgery.store.objects.set(name, object);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(100);
  });
});

describe("a copy is refused", () => {
  const cases: [string, () => Promise<void> | void][] = [
    ["whose ids went through a double", () => metadata((text) => text.replace(/\b(\d{16})\d+\b/g, "$1000"))],
    [
      "whose entries' ids went through a double",
      () => entries((entry) => ({ ...entry, snapshot_id: BigInt(Number(entry.snapshot_id)) })),
    ],
    [
      "whose columns changed their names",
      () =>
        metadata((text) =>
          text
            .replace('"name": "id"', '"name": "x"')
            .replace('"name": "name"', '"name": "id"')
            .replace('"name": "x"', '"name": "name"'),
        ),
    ],
    [
      "with a file at the old place",
      () =>
        entries((entry) =>
          withFile(entry, {
            file_path: String(fileOf(entry).file_path).replace(
              copyFolder,
              asked.source.metadataLocation!.replace(/\/metadata\/.*/, ""),
            ),
          }),
        ),
    ],
    ["whose entries have other sequence numbers", () => entries((entry) => ({ ...entry, sequence_number: 100n }))],
    ["in which a deleted file lives", () => entries((entry) => (entry.status === 2 ? { ...entry, status: 0 } : entry))],
    [
      "in which all files are in one partition",
      () => entries((entry) => withFile(entry, { partition: { day: 19_000 } })),
    ],
    [
      "whose bounds changed sides",
      () =>
        entries((entry) =>
          withFile(entry, { lower_bounds: fileOf(entry).upper_bounds, upper_bounds: fileOf(entry).lower_bounds }),
        ),
    ],
    ["whose lists take deletes for data", () => lists((row) => ({ ...row, content: row.content === 1 ? 0 : 1 }))],
    [
      "that lost an entry",
      () =>
        forgery.manifest(forgery.manifests()[0]!, (entry) =>
          fileOf(entry).file_path === paths.first ? undefined : entry,
        ),
    ],
    [
      "that lost a manifest in every list",
      () => lists((row) => (row.manifest_path === forgery.manifests().at(-1) ? undefined : row)),
    ],
    [
      "whose delete file removes the next rows",
      () => deletes((rows) => rows.map((row) => ({ ...row, position: row.position + 1n }))),
    ],
    [
      "whose delete file removes rows of another file",
      () => deletes((rows) => rows.map((row) => ({ ...row, path: paths.fresh }))),
    ],
    ["whose delete file lost a row and says so", () => deletes((rows) => rows.slice(1))],
    ["whose delete file has a row twice", () => deletes((rows) => [...rows, rows[0]!])],
    [
      "whose delete file has no field ids",
      async () => {
        const rows = await readPositionDeletes(forgery.store.bytes(paths.deletes));
        const body = await parquet([
          [
            { name: "file_path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
            rows.map((row) => row.path),
          ],
          [{ name: "pos", type: "INT64", repetition_type: "REQUIRED" }, rows.map((row) => row.position)],
        ]);
        deleteFile(body, rows.length);
      },
    ],
    [
      "with a stale bound, for which readers would skip the deletes",
      () => forgery.file(paths.deletes, (file) => ({ ...file, lower_bounds: stale, upper_bounds: stale })),
    ],
    ["with a byte of a data file changed", () => data((body) => void (body[10]! ^= 1))],
    ["with a part of a data file zeroed", () => data((body) => void body.fill(0, 8, 40))],
    ["with another data file in the place of one", () => forgery.object(paths.first, forgery.store.bytes(paths.fresh))],
    ["with a data file cut short", () => forgery.object(paths.first, forgery.store.bytes(paths.first).subarray(0, 50))],
    ["that lacks a data file", () => void forgery.store.objects.delete(paths.first)],
    ["that lacks a manifest", () => void forgery.store.objects.delete(forgery.manifests()[0]!)],
    ["that lacks its metadata", () => void forgery.store.objects.delete(receipt.destination.metadataLocation!)],
    [
      "with an object that nothing names",
      () => void forgery.store.objects.set(`${copyFolder}/data/more.parquet`, { body: Buffer.from("x"), metadata: {} }),
    ],
    [
      "with another file for evidence",
      () => forgery.object(`${copyFolder}/evidence/source-metadata.json`, Buffer.from("{}")),
    ],
    ["whose inventory was printed anew", () => reprinted("objects.jsonl", (text) => text.replaceAll(",", ", "))],
    ["whose inventory is cut off", () => reprinted("objects.jsonl", (text) => text.slice(0, -20))],
    ["whose inventory is empty", () => reprinted("objects.jsonl", () => "")],
    [
      "with a manifest of deep schemas",
      () => forgery.object(forgery.manifests()[0]!, Buffer.concat([Buffer.from("Obj\x01"), Buffer.alloc(100, 3)])),
    ],
  ];
  const stale = [{ key: 2147483546, value: Buffer.from("s3://63a8e430--table-s3/t/data/elsewhere.parquet") }];

  test.each(cases)("%s", async (_kind, forge) => {
    await forge();
    const found = await problems();
    expect(found).not.toEqual([]);
    for (const problem of found) expect(problem).toMatch(/s3:\/\//);
    await expect(backUp(asked)).rejects.toThrow(BackupDamaged);
  });

  function metadata(change: (text: string) => string): void {
    const uri = receipt.destination.metadataLocation!;
    const text = change(forgery.store.text(uri));
    expect(text).not.toBe(forgery.store.text(uri));
    forgery.object(uri, Buffer.from(text));
  }

  function entries(change: (entry: AvroRecord) => AvroRecord | undefined): void {
    for (const uri of forgery.manifests()) forgery.manifest(uri, change);
  }

  function lists(change: (row: AvroRecord) => AvroRecord | undefined): void {
    for (const uri of forgery.lists()) forgery.list(uri, change);
  }

  async function deletes(
    change: (rows: Awaited<ReturnType<typeof readPositionDeletes>>) => typeof rows,
  ): Promise<void> {
    const rows = change(await readPositionDeletes(forgery.store.bytes(paths.deletes)));
    deleteFile(await writePositionDeletes(rows), rows.length);
  }

  function deleteFile(body: Buffer, rows: number): void {
    forgery.object(paths.deletes, body);
    const about = {
      file_size_in_bytes: BigInt(body.length),
      record_count: BigInt(rows),
      lower_bounds: null,
      upper_bounds: null,
    };
    forgery.file(paths.deletes, (file) => ({ ...file, ...about }));
  }

  function data(change: (body: Buffer) => void): void {
    const body = Buffer.from(forgery.store.bytes(paths.first));
    change(body);
    forgery.object(paths.first, body);
  }

  function reprinted(name: string, change: (text: string) => string): void {
    const uri = `${copyFolder}/${name}`;
    forgery.store.objects.set(uri, { body: Buffer.from(change(forgery.store.text(uri))), metadata: {} });
  }
});

describe("a receipt alone proves nothing:", () => {
  test("an empty inventory and a receipt over nothing, planted where the copy would go", async () => {
    const write = new MemoryStore();
    const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const destination = { location: copyFolder };
    const planted = { ...receipt, destination, snapshots: 0, rows: 0, files: 0, bytes: 0, digest };
    write.objects.set(`${copyFolder}/objects.jsonl`, { body: Buffer.alloc(0), metadata: {} });
    write.objects.set(`${copyFolder}/receipt.json`, { body: Buffer.from(JSON.stringify(planted)), metadata: {} });
    await expect(backUp({ ...asked, write })).rejects.toThrow(BackupDamaged);
    expect(await proveCopy({ ...asked, write, receipt: planted })).toMatchObject({ ok: false });
  });

  test.each([
    ["of another version", (one: Receipt) => ({ ...one, source: { ...one.source, versionToken: "token2" } })],
    [
      "of another table",
      (one: Receipt) => ({ ...one, source: { ...one.source, tableArn: `${one.source.tableArn}x` } }),
    ],
    ["of other metadata", (one: Receipt) => ({ ...one, source: { ...one.source, metadataLocation: "s3://x/m.json" } })],
    [
      "that points outside",
      (one: Receipt) => ({ ...one, destination: { ...one.destination, location: "s3://acme-backups/x" } }),
    ],
    [
      "whose metadata lies outside",
      (one: Receipt) => ({
        ...one,
        destination: { ...one.destination, metadataLocation: one.source.metadataLocation },
      }),
    ],
    ["without metadata", (one: Receipt) => ({ ...one, destination: { location: one.destination.location } })],
    ["with other rows", (one: Receipt) => ({ ...one, rows: one.rows! + 1 })],
    ["with other snapshots", (one: Receipt) => ({ ...one, snapshots: 1 })],
    ["with another digest", (one: Receipt) => ({ ...one, digest: `sha256:${"0".repeat(64)}` })],
  ])("one %s", async (_kind, forge) => {
    forgery.receipt = forge(receipt);
    expect(await problems()).not.toEqual([]);
  });

  test("files zeroed after it was written, with odd checksums", async () => {
    for (const uri of forgery.store.under(`${copyFolder}/data`)) {
      forgery.store.objects.set(uri, {
        ...forgery.store.objects.get(uri)!,
        body: Buffer.alloc(forgery.store.bytes(uri).length),
      });
    }
    forgery.store.keepsChecksums = false;
    await expect(backUp(asked)).rejects.toThrow(BackupDamaged);
    expect(await problems()).not.toEqual([]);
  });
});

test("a copy that an earlier run published is proven before it gets its receipt", async () => {
  forgery.store.objects.delete(`${copyFolder}/receipt.json`);
  forgery.store.objects.set(paths.first, { body: Buffer.alloc(forgery.store.bytes(paths.first).length), metadata: {} });
  await expect(backUp(asked)).rejects.toThrow(`${paths.first} has other bytes than`);
  expect(forgery.store.objects.has(`${copyFolder}/receipt.json`)).toBe(false);
});

test("a copied file whose bytes changed before the run was interrupted is no part of a copy", async () => {
  const write = new MemoryStore();
  const calls = forgery.store.calls.length;
  expect(calls).toBeGreaterThan(0);
  write.fault = { at: 20, when: "before" };
  await expect(backUp({ ...asked, write })).rejects.toThrow("reset");
  write.fault = undefined;
  const object = write.objects.get(paths.first)!;
  write.objects.set(paths.first, { ...object, body: Buffer.alloc(object.body.length, 7) });
  await expect(backUp({ ...asked, write })).rejects.toThrow(`${paths.first} has other bytes than`);
  expect(write.objects.has(`${copyFolder}/receipt.json`)).toBe(false);
});

describe("a copy with deletion vectors", () => {
  async function vectorCopy() {
    const made = await tableWithVectors();
    const write = new MemoryStore();
    const wanted = request(made.source, write, made.table.metadataLocation);
    const forged = new Forgery(write, await backUp(wanted));
    const uri = pathMapper(made.table.location, copyFolder)(made.vectors[0]!.path);
    const prove = () => proveCopy({ ...wanted, receipt: forged.receipt });
    return { ...made, forged, uri, prove };
  }

  test("is proven", async () => {
    const { prove } = await vectorCopy();
    expect(await prove()).toMatchObject({ ok: true, rows: 7, snapshots: 2 });
  });

  test("is refused when a vector removes other rows, of the same number", async () => {
    const { forged, uri, vectors, prove } = await vectorCopy();
    const { offset } = vectors[1]!.blob!;
    const body = Buffer.from(forged.store.bytes(uri));
    vectorOf([1, 5]).copy(body, offset);
    forged.object(uri, body);
    expect(await prove()).toMatchObject({ ok: false, problems: [expect.stringContaining("other bytes")] });
  });

  test.each(["first_row_id", "content_offset", "content_size_in_bytes", "referenced_data_file"])(
    "is refused when %s of an entry changed",
    async (member) => {
      const { forged, uri, prove } = await vectorCopy();
      const changed = (value: unknown) => (typeof value === "string" ? `${value}x` : 7n);
      forged.file(uri, (file) => ({ ...file, [member]: changed(file[member]) }));
      expect(await prove()).toMatchObject({ ok: false });
    },
  );

  test("is refused when the first row id of a manifest changed", async () => {
    const { forged, prove } = await vectorCopy();
    for (const list of forged.lists())
      forged.list(list, (row) => ({ ...row, first_row_id: row.content === 0 ? 7n : null }));
    expect(await prove()).toMatchObject({ ok: false });
  });
});

test.each([
  ["a refusal", new Error("AccessDenied")],
  ["a throttle", new Error("SlowDown: Please reduce your request rate.")],
  ["a cancellation", new DOMException("This operation was aborted", "AbortError")],
])("%s of the footer of a large file is told as it is, never as damage", async (_, refusal) => {
  const { source, table } = newTable(2);
  const file = await table.data(rows(0, 3, 19_000));
  const body = Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(9_000_000, 7), source.bytes(file.path)]);
  source.objects.set(file.path, { body, metadata: {} });
  await table.commit([{ ...file, size: body.length }]);
  const write = new MemoryStore();
  const asking = request(source, write, table.metadataLocation);
  const made = await backUp(asking);
  const get: MemoryStore["get"] = async (uri, range, etag) => {
    // The bytes are read from the start, the footer from the end.
    if (range?.end === body.length && body.length - range.start === 65_536) throw refusal;
    return MemoryStore.prototype.get.call(write, uri, range, etag);
  };
  await expect(proveCopy({ ...asking, write: Object.assign(write, { get }), receipt: made })).rejects.toBe(refusal);
});

const quoted = (json: string) => json.replaceAll(/(?<=[[:,]\s*)-?\d+(?=\s*[,}\]])/g, (number) => `"n${number}"`);

/** The record with one value changed, for each of its values. */
function* changesOf(value: unknown, path = ""): Generator<{ path: string; value: unknown }> {
  if (typeof value === "bigint") yield { path, value: value + 1n };
  else if (typeof value === "number") yield { path, value: value + 1 };
  else if (typeof value === "string") yield { path, value: `${value}x` };
  else if (typeof value === "boolean") yield { path, value: !value };
  else if (Buffer.isBuffer(value)) yield { path, value: Buffer.concat([value, Buffer.from([1])]) };
  else if (Array.isArray(value)) {
    yield { path: `${path} without one`, value: value.slice(1) };
    for (const [index, item] of value.entries()) {
      for (const change of changesOf(item, `${path}[${index}]`)) {
        yield { path: change.path, value: value.map((each, at) => (at === index ? change.value : each)) };
      }
    }
  } else if (value && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      for (const change of changesOf(item, `${path}.${key}`)) {
        yield {
          path: change.path,
          value: Object.assign(Object.create(Object.getPrototypeOf(value)), value, { [key]: change.value }),
        };
      }
    }
  }
}

/** A delete file is written anew, so what was measured of its bytes may differ; its bounds need only hold its paths. */
function isFreeMeasure(record: AvroRecord, path: string): boolean {
  return record.data_file !== undefined && fileOf(record).content === 1 && /_bounds/.test(path);
}

const fileOf = (entry: AvroRecord) => entry.data_file as AvroRecord;
const withFile = (entry: AvroRecord, change: AvroRecord): AvroRecord => ({
  ...entry,
  data_file: { ...fileOf(entry), ...change },
});
