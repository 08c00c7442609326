import type { Mutant } from "./mutated-copier.ts";

/** Faults of one file: what it would do, and the text that stands in the place of another. */
type Faults = [fault: string, from: string, to: string][];

const currentOnly = 'if (typeof history === "bigint") makeCurrent(moved, history);';
const afterwards: Faults = (
  [
    [
      "makes the first snapshot the current one",
      'moved["current-snapshot-id"] = idOf(members(metadata, "snapshots")[0]["snapshot-id"]);',
    ],
    ["makes no snapshot the current one", 'moved["current-snapshot-id"] = -1;'],
    ["loses all branches and tags", "moved.refs = {};"],
    ["loses tags", "moved.refs = { main: moved.refs?.main };"],
    ["loses the last sequence number", 'moved["last-sequence-number"] = 0;'],
    ["loses the next row id", 'delete moved["next-row-id"];'],
    ["gives the table another identity", 'moved["table-uuid"] = "00000000-0000-0000-0000-000000000000";'],
    ["changes the format version", 'moved["format-version"] = Number(moved["format-version"]) % 3 + 1;'],
    [
      "rotates the names of columns",
      "moved.schemas = moved.schemas.map((one) => ({ ...one, fields: one.fields.map((field, at) => ({ ...field, name: one.fields.at(at - 1).name })) }));",
    ],
    ["loses the schemas", "moved.schemas = [];"],
    ["loses the partition specs", 'moved["partition-specs"] = [];'],
    [
      "changes a transform",
      'moved["partition-specs"] = JSON.parse(JSON.stringify(moved["partition-specs"]).replace("identity", "void"));',
    ],
    ["loses the sort orders", 'moved["sort-orders"] = [];'],
    ["loses the last column id", 'moved["last-column-id"] = 0;'],
    ["loses the summaries of snapshots", "moved.snapshots = moved.snapshots.map(({ summary, ...rest }) => rest);"],
    [
      "loses the times of snapshots",
      'moved.snapshots = moved.snapshots.map((one) => ({ ...one, "timestamp-ms": 0 }));',
    ],
    ["reverses the snapshots", "moved.snapshots = moved.snapshots.toReversed();"],
    ["adds a member", 'moved["copied"] = true;'],
  ] as const
).map(([fault, to]) => [fault, currentOnly, to]);

const entryOf = "return { ...record, data_file: moved };";
const inEntries: Faults = (
  [
    [
      "brings deleted files back",
      "return { ...record, status: record.status === 2 ? 0 : record.status, data_file: moved };",
    ],
    ["drops deleted entries", "return record.status === 2 ? undefined : { ...record, data_file: moved };"],
    [
      "drops an entry",
      "return record.status === 1 && file.content === 0 && (move.dropped = !move.dropped) ? undefined : { ...record, data_file: moved };",
    ],
    ["moves sequence numbers", "return { ...record, sequence_number: 100n, data_file: moved };"],
    ["loses sequence numbers", "return { ...record, sequence_number: null, data_file: moved };"],
    ["moves the files' sequence numbers", "return { ...record, file_sequence_number: 100n, data_file: moved };"],
    ["rounds snapshot ids", "return { ...record, snapshot_id: BigInt(Number(record.snapshot_id)), data_file: moved };"],
    [
      "puts every file into one partition",
      "return { ...record, data_file: { ...moved, partition: Object.assign(Object.create(Object.getPrototypeOf(moved.partition)), { ...moved.partition, day: 1 }) } };",
    ],
    [
      "swaps bounds",
      "return { ...record, data_file: { ...moved, lower_bounds: file.upper_bounds, upper_bounds: file.lower_bounds } };",
    ],
    ["counts another row", "return { ...record, data_file: { ...moved, record_count: file.record_count + 1n } };"],
    [
      "counts another byte",
      "return { ...record, data_file: { ...moved, file_size_in_bytes: moved.file_size_in_bytes + 1n } };",
    ],
    ["forgets the columns of equality deletes", "return { ...record, data_file: { ...moved, equality_ids: null } };"],
    [
      "deletes by another column",
      "return { ...record, data_file: { ...moved, equality_ids: file.equality_ids?.map((id) => id + 1) ?? null } };",
    ],
    [
      "takes equality deletes for position deletes",
      "return { ...record, data_file: { ...moved, content: Math.min(Number(file.content ?? 0), 1) } };",
    ],
    ["takes deletes for data", "return { ...record, data_file: { ...moved, content: 0 } };"],
    ["names another format", 'return { ...record, data_file: { ...moved, file_format: "AVRO" } };'],
    [
      "points into the middle of a deletion vector",
      'return { ...record, data_file: { ...moved, ...(typeof file.content_offset === "bigint" && { content_offset: file.content_offset + 1n }) } };',
    ],
    [
      "cuts a deletion vector short",
      'return { ...record, data_file: { ...moved, ...(typeof file.content_size_in_bytes === "bigint" && { content_size_in_bytes: file.content_size_in_bytes - 1n }) } };',
    ],
    [
      "moves row ids",
      'return { ...record, data_file: { ...moved, ...("first_row_id" in file && { first_row_id: 7n }) } };',
    ],
    [
      "names each entry's file after the first",
      "return { ...record, data_file: { ...moved, file_path: (move.first ??= moved.file_path) } };",
    ],
  ] as const
).map(([fault, to]) => [fault, entryOf, to]);

const rowOf = "return { ...row, manifest_path: move(path), manifest_length: BigInt(lengthOf(path)) };";
const moved = "manifest_path: move(path), manifest_length: BigInt(lengthOf(path))";
const inLists: Faults = (
  [
    ["leaves the manifests' paths", "return { ...row, manifest_length: BigInt(lengthOf(path)) };"],
    ["leaves the manifests' lengths", "return { ...row, manifest_path: move(path) };"],
    ["takes delete manifests for data", `return { ...row, ${moved}, content: 0 };`],
    ["takes data manifests for deletes", `return { ...row, ${moved}, content: 1 };`],
    ["names another partition spec", `return { ...row, ${moved}, partition_spec_id: row.partition_spec_id + 1 };`],
    ["loses sequence numbers", `return { ...row, ${moved}, sequence_number: 0n };`],
    [
      "raises the least sequence number",
      `return { ...row, ${moved}, min_sequence_number: row.min_sequence_number + 1n };`,
    ],
    ["rounds snapshot ids", `return { ...row, ${moved}, added_snapshot_id: BigInt(Number(row.added_snapshot_id)) };`],
    ["loses the summaries of partitions", `return { ...row, ${moved}, partitions: [] };`],
    ["moves row ids", `return { ...row, ${moved}, ...("first_row_id" in row && { first_row_id: 7n }) };`],
    ["counts no added rows", `return { ...row, ${moved}, added_rows_count: 0n };`],
    ["counts no live files", `return { ...row, ${moved}, added_files_count: 0, existing_files_count: 0 };`],
    ["loses delete manifests", `return row.content === 1 ? undefined : { ...row, ${moved} };`],
  ] as const
).map(([fault, to]) => [fault, rowOf, to]);

const movedRows = "(await readPositionDeletes(bytes)).map(({ path, position }) => ({ path: move(path), position }))";
const faults: Record<string, Faults> = {
  "iceberg/metadata.ts": [
    ...afterwards,
    [
      "leaves the table's location",
      '{ ...metadata, location, "metadata-log": [] }',
      '{ ...metadata, "metadata-log": [] }',
    ],
    [
      "keeps the log of other metadata files",
      '{ ...metadata, location, "metadata-log": [] }',
      "{ ...metadata, location }",
    ],
    ["leaves the lists' paths", ': moveMember(snapshot, "manifest-list"),', ": snapshot,"],
    ["leaves inline manifests' paths", "manifests: snapshot.manifests.map(move)", "manifests: snapshot.manifests"],
    [
      "loses a snapshot",
      ".filter(kept)\n      .map((snapshot) =>\n        typeof",
      ".slice(1)\n      .map((snapshot) =>\n        typeof",
    ],
    ["leaves statistics' paths", '.map((file) => moveMember(file, "statistics-path"));', ";"],
    ["loses statistics", "kept(file) && !leftOut.has", "false && !leftOut.has"],
    ["loses the log of snapshots", 'members(metadata, "snapshot-log").filter(kept)', "[]"],
    ["leaves the paths in properties", "if (properties[name]) properties[name] = move(properties[name]);", ";"],
    ["loses properties", "moved.properties = properties;", "moved.properties = {};"],
    ["reads no statistics", ".flatMap((member) => members(metadata, member))", ".flatMap(() => [])"],
  ],
  "iceberg/json.ts": [
    ["rounds numbers", 'typeof value !== "number" || String(value) === context.source', "true"],
    ["changes how numbers are written", "native.rawJSON(context.source)", "value"],
  ],
  "iceberg/manifest.ts": [
    ...inEntries,
    ["leaves files' paths", "{ ...file, file_path: move(path) }", "{ ...file }"],
    ["leaves what vectors refer to", "moved.referenced_data_file = move(file.referenced_data_file);", ";"],
    ["leaves the sizes of rewritten files", "moved.file_size_in_bytes = BigInt(size);", ";"],
    [
      "leaves the bounds of paths",
      "Object.assign(moved, movedPathMetrics(file, move));",
      "Object.assign(moved, { ...movedPathMetrics(file, move), lower_bounds: file.lower_bounds, upper_bounds: file.upper_bounds });",
    ],
    ["moves one bound for both", "lower && upper?.equals(lower) ?", "lower ?"],
    ["drops what was measured of data", "if (file.content === content.positionDeletes) Object", "Object"],
    ["keeps bounds that are cut short", "bound ? [{ ...metric, value: bound }] : []", "[metric]"],
    ["passes over existing files", "if (record.status === deleted) continue;", "if (record.status !== 1) continue;"],
    ["copies what was deleted", "if (record.status === deleted) continue;", ""],
    ["copies position deletes like data", "content: Number(file.content ?? content.data)", "content: 0"],
    [
      "rewrites equality deletes",
      "content: Number(file.content ?? content.data)",
      "content: Math.min(1, Number(file.content ?? content.data))",
    ],
  ],
  "iceberg/manifest-list.ts": [
    ...inLists,
    [
      "passes over a manifest",
      "return [...recordsOf(openAvro(bytes))].map((row)",
      "return [...recordsOf(openAvro(bytes))].slice(1).map((row)",
    ],
  ],
  "iceberg/position-deletes.ts": [
    [
      "deletes the next rows",
      movedRows,
      movedRows.replace("move(path), position }", "move(path), position: position + 1n }"),
    ],
    [
      "deletes rows of one file alone",
      movedRows,
      `${movedRows}.map((one, _, [first]) => ({ ...one, path: first.path }))`,
    ],
    ["leaves the paths of rows", movedRows, movedRows.replace("move(path)", "path")],
    ["loses a row", movedRows, `${movedRows}.slice(1)`],
    ["writes a row twice", movedRows, `${movedRows}.flatMap((one) => [one, one])`],
    ["loses field ids", "    field_id: 2147483546,", ""],
    ["loses the field id of positions", ", field_id: 2147483545", ""],
    [
      "deletes the next rows, in Avro",
      "file_path: move(record.file_path), pos: record.pos }",
      "file_path: move(record.file_path), pos: record.pos + 1n }",
    ],
    ["leaves the paths of rows, in Avro", "file_path: move(record.file_path), pos", "file_path: record.file_path, pos"],
    [
      "loses the deleted rows' own values, in Avro",
      "return { ...record, file_path: move",
      "return { ...record, ...(record.row && { row: null }), file_path: move",
    ],
    [
      "mixes the rows, in Avro",
      "return rewriteAvro(file, () => sorted[next++]);",
      "return rewriteAvro(file, () => sorted[next++ === 0 ? 1 : 0]);",
    ],
    ["takes rows with values for rows without", "metadata.schema.length === 3", "true"],
  ],
  "iceberg/parquet-paths.ts": [
    ["leaves the places of other columns", "else moveBy(meta, at - start);", ""],
    ["gives every group the first rows' paths", "values.slice(row, (row += rows))", "values.slice(0, rows)"],
    ["forgets which values are there", "isOptional(footer, name))", "false)"],
    [
      "swaps least and greatest",
      "const [least, greatest] = [sorted[0], sorted.at(-1)];",
      "const [greatest, least] = [sorted[0], sorted.at(-1)];",
    ],
    [
      "tells a wrong size",
      "meta.fields.set(7, number(6, BigInt(size)));",
      "meta.fields.set(7, number(6, BigInt(size - 1)));",
    ],
    [
      "leaves the compression of the new page",
      "meta.fields.set(4, number(5, 0n));",
      "meta.fields.set(4, number(5, 2n));",
    ],
  ],
  "iceberg/puffin.ts": [
    ["leaves what blobs refer to", "[referencedDataFile]: move(referenced)", "[referencedDataFile]: referenced"],
    ["leaves the length of the footer", "tail.writeInt32LE(payload.length);", ""],
    ["calls the footer compressed", "tail[4]! &= 0xfe;", "tail[4]! |= 1;"],
    ["zeroes what blobs hold", "bytes.subarray(0, footer.start)", "Buffer.alloc(footer.start)"],
    ["loses a blob", "return (footer.blobs ?? []) as", "return (footer.blobs ?? []).slice(1) as"],
  ],
  "iceberg/avro.ts": [
    ["loses a block", "for (const block of file.blocks) {", "for (const block of file.blocks.slice(1)) {"],
    [
      "counts the records of a block wrong",
      "plainLong.toBuffer(encoded.length)",
      "plainLong.toBuffer(encoded.length + 1)",
    ],
    ["ends blocks with another mark", "data, file.sync);", "data, Buffer.alloc(16));"],
    [
      "repeats the first record",
      "encoded.push(file.type.toBuffer(changed));",
      "encoded.push(encoded[0] ?? file.type.toBuffer(changed));",
    ],
  ],
  "iceberg/avro-schema.ts": [
    [
      "rounds long numbers",
      "(bytes: Buffer) => bytes.readBigInt64LE()",
      "(bytes: Buffer) => BigInt(Number(bytes.readBigInt64LE()))",
    ],
    [
      "writes long numbers of 32 bits",
      "bytes.writeBigInt64LE(value);",
      "bytes.writeBigInt64LE(BigInt.asIntN(32, value));",
    ],
  ],
  "copy/table-copy.ts": [
    ["tells wrong lengths", "sizes.set(uri, body.length);", "sizes.set(uri, body.length + 1);"],
    [
      "keeps the metadata out of the inventory",
      "written.push({ path: pathInside(location, metadataLocation)!, size: metadata.length",
      "[].push({ path: pathInside(location, metadataLocation)!, size: metadata.length",
    ],
    [
      "writes nothing of manifests",
      "const body = await rewrite(await stores.read.get(uri), uri);",
      "const body = Buffer.from(await stores.read.get(uri));",
    ],
  ],
  "copy/plan.ts": [
    ["copies delete files as they are", "if (entry.content === content.positionDeletes) named", "if (false) named"],
    [
      "passes over a file of each manifest",
      "of filesOfManifest.copies) copyOnce(file)",
      "of [...filesOfManifest.copies].slice(1)) copyOnce(file)",
    ],
    ["takes files for each other", '.toString("latin1", 0, 16)', '.toString("latin1", 0, 0)'],
    ["passes over delete files", "deletes.set(path, file);", ""],
  ],
  "copy/file-sequence.ts": [["forgets the last files", "this.#pieces.push(new", "void (new"]],
  "copy/copy.ts": [
    [
      "writes zeros",
      "await putBytes(write, to, body, metadata);",
      "await putBytes(write, to, Buffer.alloc(body.length), metadata);",
    ],
    [
      "changes a byte",
      "await putBytes(write, to, body, metadata);",
      "body[10] ^= 1; await putBytes(write, to, body, metadata);",
    ],
    [
      "leaves the last byte",
      "await putBytes(write, to, body, metadata);",
      "await putBytes(write, to, body.subarray(0, -1), metadata);",
    ],
    [
      "writes one file for all",
      "await putBytes(write, to, body, metadata);",
      "await putBytes(write, to, (write.first ??= body), metadata);",
    ],
    ["writes nothing", "await putBytes(write, to, body, metadata);", ""],
    [
      "writes to another place",
      "await putBytes(write, to, body, metadata);",
      "await putBytes(write, `${to}-copy`, body, metadata);",
    ],
  ],
  "model/location.ts": [
    ["puts files of different folders into one", "hash(normal.slice(0, -name.length), 16)", '"0"'],
    ["takes no heed of the copy's own folders", "path !== undefined && !isReserved(path)", "path !== undefined"],
    ["forgets where files lie below the table", "return `${to}/${path}`;", "return `${to}/data/${baseName(normal)}`;"],
  ],
  "copy/inventory.ts": [
    ["notes wrong sizes", "{ path, size: bytes, crc32 })}", "{ path, size: bytes + 1, crc32 })}"],
    ["notes wrong checksums", "{ path, size: bytes, crc32 })}", '{ path, size: bytes, crc32: "AAAAAA==" })}'],
    ["notes one object less", "crc32 } of objects) {", "crc32 } of [...objects].slice(1)) {"],
  ],
  "backup.ts": [
    [
      "keeps other evidence",
      "await keepEvidence(write, location, plan.metadataBytes)",
      'await keepEvidence(write, location, Buffer.from("{}"))',
    ],
  ],
};

/** Faults of the code that makes copies, each of which changes what a reader finds, or where. */
export const copierMutants: (Mutant & { name: string })[] = Object.entries(faults).flatMap(([file, each]) =>
  each.map(([fault, from, to]) => ({ name: `${file} ${fault}`, file, from, to })),
);
