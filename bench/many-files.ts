// `node bench/many-files.ts 10000 100000`: the memory of a backup of a table with so many data files. The files are small and stand for each
// other, so what is measured is the metadata: plan, copy and proof. Each run is a process of its own; nothing of it goes over a network.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ObjectAbsent, backUp } from "../src/backup/index.ts";
import type { ObjectStore } from "../src/backup/index.ts";
import { crc32Of } from "../src/backup/store/checksum.ts";
import { avroFile } from "../test/support/avro-file.ts";
import { parquet } from "../test/support/data-files.ts";
import { dayPartition, manifestListSchema, manifestSchema } from "../test/support/iceberg-schemas.ts";
import { peakOf, table } from "./processes.ts";

const filesInManifest = 1000;
const location = "s3://lake/warehouse/orders";

function measured(files: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "many-files-"));
  const step = (name: string) =>
    spawnSync(process.execPath, [...process.execArgv, import.meta.filename, name, folder, String(files)], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    }).stdout;
  try {
    step("table");
    return JSON.parse(step("backup"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Backs such a table up. */
async function backedUp(store: ManyFiles, files: number) {
  const source = {
    account: "111122223333",
    region: "us-east-1",
    tableArn: "orders",
    metadataLocation: `${location}/metadata/1.metadata.json`,
    versionToken: "1",
  };
  const began = performance.now();
  const peaks: Record<string, number> = {};
  const onProgress = ({ phase }: { phase: string }) => (peaks[`MiB in ${phase}`] = peakOf(process.pid));
  const destination = "s3://backups/lake";
  const { rows } = await backUp({ source, destination, history: "all", read: store, write: store, onProgress });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  return { files, rows, s: seconds, ...peaks, "peak MiB": peakOf(process.pid) };
}

/** Keeps metadata on disk, and no more of it in memory than is asked for. Data files are all one, and of those that were copied it knows that they are there. */
class ManyFiles implements ObjectStore {
  readonly #folder: string;
  readonly #data: Buffer;
  readonly #count: number;
  readonly #copied: Uint8Array;
  readonly #kept: string[] = [];
  /** CRC-32 of what was uploaded in parts. */
  readonly #sums = new Map<string, string>();

  constructor(folder: string, data: Buffer, count: number) {
    this.#folder = folder;
    this.#data = data;
    this.#count = count;
    this.#copied = new Uint8Array(count);
  }

  async head(uri: string) {
    const size = this.#sizeOf(uri);
    if (size === undefined) return undefined;
    const crc32 = this.#sums.get(uri) ?? crc32Of(await this.get(uri));
    return { size, etag: '"e"', metadata: {}, crc32, checksums: { crc32 } };
  }

  async get(uri: string, range?: { start: number; end: number }) {
    const size = this.#sizeOf(uri);
    if (size === undefined) throw new ObjectAbsent(uri);
    if (indexOf(uri) !== undefined) return this.#data.subarray(range?.start, range?.end);
    return range ? bytesOf(this.#fileOf(uri), range.start, Math.min(range.end, size)) : readFileSync(this.#fileOf(uri));
  }

  async getWithEtag(uri: string) {
    return { body: await this.get(uri), etag: '"e"' };
  }

  async put(uri: string, body: Uint8Array) {
    const index = indexOf(uri);
    if (index === undefined) this.#keep(uri, body);
    else this.#copied[index] = 1;
  }

  async *list(prefix: string) {
    const size = this.#data.length;
    for (let index = 0; index < this.#count; index++)
      if (this.#copied[index]) yield { uri: fileUri(prefix.slice(0, -1), index), size };
    for (const uri of this.#kept) if (uri.startsWith(prefix)) yield { uri, size: this.#sizeOf(uri)! };
  }

  async upload(uri: string) {
    const partOf = (number: number) => `${uri}?part=${number}`;
    let count = 0;
    return {
      part: async (number: number, body: Uint8Array) => {
        writeFileSync(this.#fileOf(partOf(number)), body);
        count = Math.max(count, number);
      },
      complete: async (_size: number, crc32: string) => {
        this.#keep(uri, Buffer.alloc(0));
        for (let number = 1; number <= count; number++)
          appendFileSync(this.#fileOf(uri), readFileSync(this.#fileOf(partOf(number))));
        this.#sums.set(uri, crc32);
      },
    };
  }

  makeTable(): void {
    const rows: unknown[] = [];
    for (let first = 0; first < this.#count; first += filesInManifest) {
      const uri = `${location}/metadata/${first}-m0.avro`;
      const entries = Array.from({ length: Math.min(filesInManifest, this.#count - first) }, (_, index) =>
        entryOf(fileUri(location, first + index), this.#data.length),
      );
      const body = avroFile(manifestSchema(2, dayPartition), entries, "deflate", {
        "format-version": "2",
        content: "data",
      });
      this.#keep(uri, body);
      rows.push(rowOf(uri, body.length, entries.length));
    }
    const list = `${location}/metadata/snap-1.avro`;
    this.#keep(list, avroFile(manifestListSchema(2), rows, "deflate", { "format-version": "2" }));
    this.#keep(`${location}/metadata/1.metadata.json`, Buffer.from(JSON.stringify(metadataOf(list))));
  }

  #keep(uri: string, body: Uint8Array): void {
    if (!existsSync(this.#fileOf(uri))) this.#kept.push(uri);
    writeFileSync(this.#fileOf(uri), body);
  }

  #sizeOf(uri: string): number | undefined {
    const index = indexOf(uri);
    if (index !== undefined) return uri.startsWith(location) || this.#copied[index] ? this.#data.length : undefined;
    return statSync(this.#fileOf(uri), { throwIfNoEntry: false })?.size;
  }

  #fileOf(uri: string): string {
    const name = createHash("md5").update(uri).digest("hex");
    mkdirSync(path.join(this.#folder, name.slice(0, 2)), { recursive: true });
    return path.join(this.#folder, name.slice(0, 2), name);
  }
}

function bytesOf(file: string, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  const descriptor = openSync(file, "r");
  readSync(descriptor, bytes, 0, bytes.length, start);
  closeSync(descriptor);
  return bytes;
}

function fileUri(root: string, index: number): string {
  return `${root}/data/day=2026-01-01/00000-${String(index).padStart(8, "0")}-0af1c2d3-5b6e-4f7a-8c9d-0e1f2a3b4c5d-00001.parquet`;
}

function indexOf(uri: string): number | undefined {
  const [, digits] = /\/00000-(\d{8})-0af1c2d3/.exec(uri) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function entryOf(uri: string, size: number) {
  return {
    status: 1,
    snapshot_id: 8202638157098124037n,
    sequence_number: 1n,
    file_sequence_number: 1n,
    data_file: {
      content: 0,
      file_path: uri,
      file_format: "PARQUET",
      partition: { day: 20454 },
      record_count: 1n,
      file_size_in_bytes: BigInt(size),
      column_sizes: [{ key: 1, value: 40n }],
      value_counts: [{ key: 1, value: 1n }],
      null_value_counts: [{ key: 1, value: 0n }],
      lower_bounds: [{ key: 1, value: Buffer.alloc(8, 1) }],
      upper_bounds: [{ key: 1, value: Buffer.alloc(8, 1) }],
      key_metadata: null,
      sort_order_id: 0,
      split_offsets: [4n],
      equality_ids: null,
      referenced_data_file: null,
    },
  };
}

function rowOf(uri: string, length: number, files: number) {
  return {
    manifest_path: uri,
    manifest_length: BigInt(length),
    partition_spec_id: 0,
    content: 0,
    sequence_number: 1n,
    min_sequence_number: 1n,
    added_snapshot_id: 8202638157098124037n,
    added_files_count: files,
    existing_files_count: 0,
    deleted_files_count: 0,
    added_rows_count: BigInt(files),
    existing_rows_count: 0n,
    deleted_rows_count: 0n,
    partitions: [],
  };
}

function metadataOf(list: string) {
  const fields = [{ id: 1, name: "id", required: true, type: "long" }];
  return {
    "format-version": 2,
    "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
    location,
    "last-sequence-number": 1,
    "last-updated-ms": 1,
    "last-column-id": 1,
    schemas: [{ type: "struct", "schema-id": 0, fields }],
    "current-schema-id": 0,
    "partition-specs": [{ "spec-id": 0, fields: [] }],
    "default-spec-id": 0,
    "last-partition-id": 1000,
    "sort-orders": [{ "order-id": 0, fields: [] }],
    "default-sort-order-id": 0,
    "current-snapshot-id": 1,
    snapshots: [
      {
        "snapshot-id": 1,
        "sequence-number": 1,
        "timestamp-ms": 1,
        summary: { operation: "append" },
        "manifest-list": list,
      },
    ],
  };
}

const [step = "", folder = "", count] = process.argv.slice(2);
if (step === "table" || step === "backup") {
  const data = await parquet([[{ name: "id", type: "INT64", field_id: 1 }, [1n]]]);
  const store = new ManyFiles(folder, data, Number(count));
  if (step === "table") store.makeTable();
  else console.log(JSON.stringify(await backedUp(store, Number(count))));
} else {
  const counts = process.argv.slice(2).map(Number);
  console.log(table((counts.length > 0 ? counts : [10_000, 100_000]).map(measured)));
}
