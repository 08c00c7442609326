import { createHash } from "node:crypto";
import { avroFile } from "./avro-file.ts";
import { parquet, vectorOf } from "./data-files.ts";
import { dayPartition, manifestListSchema, manifestSchema } from "./iceberg-schemas.ts";

/** Where a table's files are put. */
export type Put = (uri: string, body: Uint8Array) => Promise<void>;

export interface Row {
  id: bigint;
  name: string;
  /** Days since 1970-01-01; the partition. */
  day: number;
}

export interface WrittenFile {
  path: string;
  size: number;
  records: number;
  content: 0 | 1 | 2;
  format: "PARQUET" | "PUFFIN" | "AVRO" | "ORC";
  day: number;
  lower?: string;
  upper?: string;
  /** Least and greatest id. */
  bounds?: [bigint, bigint];
  equalityIds?: number[];
  referenced?: string;
  blob?: { offset: number; size: number };
}

interface Versioned {
  file: WrittenFile;
  sequence: number;
}

interface Manifest {
  row: Record<string, unknown>;
}

/** A small writer of Iceberg tables, format versions 1 to 3, for tests: it shares no code with what it tests. */
export class IcebergTable {
  readonly location: string;
  readonly version: 1 | 2 | 3;
  /** Where the newest metadata file lies. */
  metadataLocation = "";
  readonly snapshotIds: bigint[] = [];
  extraMetadata: Record<string, unknown> = {};
  /** icebird's inflate runs out of stack on some blocks, so tables that it reads are not compressed. */
  codec: "null" | "deflate" = "null";
  readonly #put: Put;
  #manifests: Manifest[] = [];
  #snapshots: Record<string, unknown>[] = [];
  #metadataLog: Record<string, unknown>[] = [];
  #live: Versioned[] = [];
  #sequence = 0;
  #names = 0;

  constructor(location: string, version: 1 | 2 | 3, put: Put) {
    this.location = location;
    this.version = version;
    this.#put = put;
  }

  async data(rows: Row[], path?: string): Promise<WrittenFile> {
    const bytes = await parquet([
      [{ name: "id", type: "INT64", repetition_type: "REQUIRED", field_id: 1 }, rows.map((row) => row.id)],
      [
        { name: "name", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL", field_id: 2 },
        rows.map((row) => row.name),
      ],
      [
        { name: "day", type: "INT32", converted_type: "DATE", repetition_type: "OPTIONAL", field_id: 3 },
        rows.map((row) => new Date(row.day * 864e5)),
      ],
    ]);
    const day = rows[0]!.day;
    return this.#file(path ?? `data/day=${day}/${this.#name("parquet")}`, bytes, {
      records: rows.length,
      content: 0,
      format: "PARQUET",
      day,
      bounds: [rows[0]!.id, rows.at(-1)!.id],
    });
  }

  async positionDeletes(deletes: [path: string, position: number][], day: number): Promise<WrittenFile> {
    const sorted = deletes.toSorted(([a, m], [b, n]) => (a < b ? -1 : a > b ? 1 : m - n));
    const bytes = await parquet([
      [
        {
          name: "file_path",
          type: "BYTE_ARRAY",
          converted_type: "UTF8",
          repetition_type: "REQUIRED",
          field_id: 2147483546,
        },
        sorted.map(([path]) => path),
      ],
      [
        { name: "pos", type: "INT64", repetition_type: "REQUIRED", field_id: 2147483545 },
        sorted.map(([, position]) => BigInt(position)),
      ],
    ]);
    const bounds = { lower: sorted[0]![0], upper: sorted.at(-1)![0] };
    const about = { records: sorted.length, content: 1, format: "PARQUET", day, ...bounds } as const;
    return this.#file(`data/day=${day}/${this.#name("deletes.parquet")}`, bytes, about);
  }

  async equalityDeletes(ids: bigint[], day: number): Promise<WrittenFile> {
    const bytes = await parquet([[{ name: "id", type: "INT64", repetition_type: "REQUIRED", field_id: 1 }, ids]]);
    const about = { records: ids.length, content: 2 as const, format: "PARQUET" as const, day, equalityIds: [1] };
    return this.#file(`data/day=${day}/${this.#name("equal.parquet")}`, bytes, about);
  }

  /** One Puffin file with a deletion vector for each data file. */
  async deletionVectors(vectors: [file: WrittenFile, positions: number[]][]): Promise<WrittenFile[]> {
    const blobs = vectors.map(([file, positions]) => ({ file, positions, bytes: vectorOf(positions) }));
    let offset = 4;
    const described = blobs.map(({ file, positions, bytes }) => {
      const properties = { "referenced-data-file": file.path, cardinality: String(positions.length) };
      const blob = {
        type: "deletion-vector-v1",
        fields: [],
        "snapshot-id": -1,
        "sequence-number": -1,
        offset,
        length: bytes.length,
        properties,
      };
      offset += bytes.length;
      return blob;
    });
    const magic = Buffer.from("PFA1");
    const footer = Buffer.from(JSON.stringify({ blobs: described, properties: { "created-by": "test" } }));
    const tail = Buffer.alloc(8);
    tail.writeInt32LE(footer.length);
    const bytes = Buffer.concat([magic, ...blobs.map((blob) => blob.bytes), magic, footer, tail, magic]);
    const path = `data/${this.#name("deletes.puffin")}`;
    const about = { records: 0, content: 1, format: "PUFFIN", day: 0 } as const;
    const file = await this.#file(path, bytes, about);
    return described.map((blob, index) => ({
      ...file,
      records: blobs[index]!.positions.length,
      day: blobs[index]!.file.day,
      referenced: blobs[index]!.file.path,
      blob: { offset: blob.offset, size: blob.length },
    }));
  }

  /** A file that another writer made. */
  async foreign(path: string, bytes: Buffer, about: Omit<WrittenFile, "path" | "size">): Promise<WrittenFile> {
    return this.#file(path, bytes, about);
  }

  /** Adds files. To remove some, the data manifests are written anew: what stays is EXISTING, what goes is DELETED. */
  async commit(added: WrittenFile[], removed: WrittenFile[] = []): Promise<bigint> {
    const sequence = ++this.#sequence;
    const id = BigInt(`0x7${createHash("sha256").update(`${this.location} ${sequence}`).digest("hex").slice(0, 15)}`);
    const data = added.filter((file) => file.content === 0);
    const deletes = added.filter((file) => file.content !== 0);
    const kept = removed.length > 0 ? this.#live.filter(({ file }) => !removed.includes(file)) : [];
    const gone = removed.map((file) => ({ file, sequence: this.#live.find((one) => one.file === file)!.sequence }));
    if (removed.length > 0) {
      this.#manifests = this.#manifests.filter((manifest) => manifest.row.content === 1);
      this.#live = kept;
    }
    this.#live = [...this.#live, ...data.map((file) => ({ file, sequence }))];
    if (data.length + gone.length > 0) this.#manifests.push(await this.#manifest(id, sequence, data, kept, gone));
    if (deletes.length > 0) this.#manifests.push(await this.#manifest(id, sequence, deletes, [], []));
    const path = `${this.location}/metadata/snap-${id}.avro`;
    const body = avroFile(
      manifestListSchema(this.version),
      this.#manifests.map((manifest) => manifest.row),
      this.codec,
      {
        "snapshot-id": String(id),
        "format-version": String(this.version),
      },
    );
    await this.#put(path, body);
    this.snapshotIds.push(id);
    this.#snapshots.push({
      "snapshot-id": id,
      ...(this.version > 1 ? { "sequence-number": sequence } : {}),
      ...(this.version > 2 ? { "first-row-id": 0, "added-rows": 0 } : {}),
      "timestamp-ms": 1_700_000_000_000 + sequence,
      // A writer's totals may be anything; nothing may rely on them.
      summary: { operation: "append", "total-records": "123456789", "total-position-deletes": "7" },
      "manifest-list": path,
      "schema-id": 0,
    });
    await this.writeMetadata();
    return id;
  }

  async writeMetadata(): Promise<void> {
    const current = this.#snapshots.at(-1);
    const fields = [
      { id: 1, name: "id", required: true, type: "long" },
      { id: 2, name: "name", required: false, type: "string" },
      { id: 3, name: "day", required: false, type: "date" },
    ];
    const partition = [{ "source-id": 3, "field-id": 1000, name: "day", transform: "identity" }];
    const schema = { type: "struct", "schema-id": 0, fields };
    const metadata = {
      "format-version": this.version,
      "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
      location: this.location,
      ...(this.version > 1 ? { "last-sequence-number": this.#sequence } : {}),
      ...(this.version > 2 ? { "next-row-id": 0 } : {}),
      "last-updated-ms": 1_700_000_000_000 + this.#sequence,
      "last-column-id": 3,
      ...(this.version === 1 ? { schema, "partition-spec": partition } : {}),
      schemas: [schema],
      "current-schema-id": 0,
      "partition-specs": [{ "spec-id": 0, fields: partition }],
      "default-spec-id": 0,
      "last-partition-id": 1000,
      "sort-orders": [{ "order-id": 0, fields: [] }],
      "default-sort-order-id": 0,
      properties: { "write.data.path": `${this.location}/data`, owner: "tests" },
      "current-snapshot-id": current?.["snapshot-id"] ?? -1,
      refs: current ? { main: { "snapshot-id": current["snapshot-id"], type: "branch" } } : {},
      snapshots: this.#snapshots,
      "snapshot-log": this.#snapshots.map((one) => ({
        "snapshot-id": one["snapshot-id"],
        "timestamp-ms": one["timestamp-ms"],
      })),
      "metadata-log": this.#metadataLog,
      ...this.extraMetadata,
    };
    const path = `${this.location}/metadata/${this.#name("metadata.json")}`;
    await this.#put(path, Buffer.from(withLongs(metadata)));
    this.#metadataLog = [...this.#metadataLog, { "metadata-file": path, "timestamp-ms": metadata["last-updated-ms"] }];
    this.metadataLocation = path;
  }

  async #manifest(
    id: bigint,
    sequence: number,
    added: WrittenFile[],
    kept: Versioned[],
    removed: Versioned[],
  ): Promise<Manifest> {
    const content = added[0] && added[0].content !== 0 ? 1 : 0;
    const day = (value: number) => Buffer.from(Int32Array.of(value).buffer);
    const entry = (file: WrittenFile, status: number, since?: number) => ({
      status,
      snapshot_id: id,
      sequence_number: since === undefined ? null : BigInt(since),
      file_sequence_number: since === undefined ? null : BigInt(since),
      data_file: {
        content: file.content,
        file_path: file.path,
        file_format: file.format,
        partition: { day: file.day },
        record_count: BigInt(file.records),
        file_size_in_bytes: BigInt(file.size),
        block_size_in_bytes: 67108864n,
        column_sizes: [{ key: file.content === 1 ? 2147483546 : 1, value: 40n }],
        value_counts: [{ key: 1, value: BigInt(file.records) }],
        null_value_counts: [{ key: 2, value: 0n }],
        lower_bounds: file.lower
          ? [{ key: 2147483546, value: Buffer.from(file.lower) }]
          : file.bounds
            ? [{ key: 1, value: long(file.bounds[0]) }]
            : null,
        upper_bounds: file.upper
          ? [{ key: 2147483546, value: Buffer.from(file.upper) }]
          : file.bounds
            ? [{ key: 1, value: long(file.bounds[1]) }]
            : null,
        key_metadata: null,
        sort_order_id: 0,
        split_offsets: [4n],
        equality_ids: file.equalityIds ?? null,
        referenced_data_file: file.referenced ?? null,
        first_row_id: null,
        content_offset: file.blob ? BigInt(file.blob.offset) : null,
        content_size_in_bytes: file.blob ? BigInt(file.blob.size) : null,
      },
    });
    const entries = [
      ...added.map((file) => entry(file, 1)),
      ...kept.map((one) => entry(one.file, 0, one.sequence)),
      ...removed.map((one) => entry(one.file, 2, one.sequence)),
    ];
    const path = `${this.location}/metadata/${this.#name("m0.avro")}`;
    const body = avroFile(manifestSchema(this.version, dayPartition), entries, this.codec, {
      schema: "{}",
      "partition-spec": "[]",
      "partition-spec-id": "0",
      "format-version": String(this.version),
      content: content ? "deletes" : "data",
    });
    await this.#put(path, body);
    const days = [...added, ...[...kept, ...removed].map((one) => one.file)].map((file) => file.day);
    const rows = (files: WrittenFile[]) => BigInt(files.reduce((sum, file) => sum + file.records, 0));
    return {
      row: {
        manifest_path: path,
        manifest_length: BigInt(body.length),
        partition_spec_id: 0,
        content,
        sequence_number: BigInt(sequence),
        min_sequence_number: BigInt(Math.min(sequence, ...kept.map((one) => one.sequence))),
        added_snapshot_id: id,
        added_files_count: added.length,
        existing_files_count: kept.length,
        deleted_files_count: removed.length,
        added_rows_count: rows(added),
        existing_rows_count: rows(kept.map((one) => one.file)),
        deleted_rows_count: rows(removed.map((one) => one.file)),
        partitions: [
          {
            contains_null: false,
            contains_nan: false,
            lower_bound: day(Math.min(...days)),
            upper_bound: day(Math.max(...days)),
          },
        ],
        first_row_id: content ? null : 0n,
      },
    };
  }

  async #file(path: string, bytes: Buffer, about: Omit<WrittenFile, "path" | "size">): Promise<WrittenFile> {
    const uri = path.includes("://") ? path : `${this.location}/${path}`;
    await this.#put(uri, bytes);
    return { path: uri, size: bytes.length, ...about };
  }

  #name(ending: string): string {
    return `${String(this.#names++).padStart(5, "0")}-${createHash("sha256").update(this.location).digest("hex").slice(0, 8)}.${ending}`;
  }
}

function long(value: bigint): Buffer {
  return Buffer.from(BigInt64Array.of(value).buffer);
}

/** JSON with bigints written as numbers. */
function withLongs(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? `long:${part}` : part)).replace(
    /"long:(-?\d+)"/g,
    "$1",
  );
}
