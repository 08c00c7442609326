import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BackupRequest } from "../../../src/backup/index.ts";
import { copierMutants } from "../../support/copier-mutants.ts";
import { newTable, request, rows, tableWithVectors } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { MutatedCopiers } from "../../support/mutated-copier.ts";

const fixture = (name: string) => readFileSync(path.resolve(import.meta.dirname, "../../fixtures/formats", name));
const day = 19_000;

/** A table, and what a right copy of it consists of. */
interface Sample {
  source: MemoryStore;
  metadataLocation: string;
  history: BackupRequest["history"];
  rightCopy: string;
}

const copiers = new MutatedCopiers();
const samples: Sample[] = [];

beforeAll(async () => {
  const severalOnce = await severalCommits();
  const backUp = await copiers.load();
  for (const [history, { source, table }] of [
    ["all", severalOnce],
    ["current", severalOnce],
    ["all", await tableWithVectors()],
    ["all", await foreignDeletes()],
    ["all", await versionOne()],
  ] as const) {
    const sample = { source, metadataLocation: table.metadataLocation, history };
    const { error, copy } = await outcome(backUp, sample);
    expect(error).toBeUndefined();
    samples.push({ ...sample, rightCopy: copy });
  }
});
afterAll(() => copiers[Symbol.dispose]());

test("there are more than sixty, no two alike", () => {
  expect(copierMutants.length).toBeGreaterThan(60);
  expect(new Set(copierMutants.map(({ name }) => name)).size).toBe(copierMutants.length);
});

test.each(copierMutants)("a copier that $name gets no receipt, and so no table is dropped", async (mutant) => {
  const touched = [];
  const backUp = await copiers.load(mutant);
  for (const sample of samples) {
    const { error, copy, hasReceipt } = await outcome(backUp, sample);
    if (error === undefined && copy === sample.rightCopy) continue;
    touched.push({ isRefused: error !== undefined && !hasReceipt, error: String(error) });
  }
  expect(touched).not.toEqual([]);
  expect(touched.filter(({ isRefused }) => !isRefused)).toEqual([]);
});

async function outcome(
  backUp: Awaited<ReturnType<MutatedCopiers["load"]>>,
  { source, metadataLocation, history }: Omit<Sample, "rightCopy">,
) {
  const write = new MemoryStore();
  const error: unknown = await backUp({ ...request(source, write, metadataLocation), history }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const isReceipt = (uri: string) => uri.endsWith("/receipt.json");
  const written = write.under("").filter((uri) => !isReceipt(uri));
  const copy = written.map((uri) => `${uri} ${write.bytes(uri).toString("base64")}`).join("\n");
  return { error, copy, hasReceipt: write.under("").some(isReceipt) };
}

/** Deletes of both kinds, a file replaced, files outside the table's folder and in folders that a copy has for itself, statistics, a tag. */
async function severalCommits() {
  const { source, table } = newTable(2);
  table.codec = "deflate";
  const path = `${table.location}/metadata/s.puffin`;
  source.objects.set(path, { body: Buffer.from("statistics"), metadata: {} });
  const old = await table.data(rows(0, 4, day));
  const outside = [
    await table.data(rows(20, 3, day), "s3://elsewhere/a/1.parquet"),
    await table.data(rows(30, 3, day), "s3://elsewhere/b/1.parquet"),
    await table.data(rows(40, 2, day), `${table.location}/evidence/source-metadata.json`),
  ];
  const first = await table.data(rows(10, 6, day + 1));
  await table.commit([old, first, ...outside]);
  await table.commit([
    await table.positionDeletes(
      [
        [first.path, 1],
        [first.path, 3],
      ],
      day + 1,
    ),
    await table.positionDeletes(
      [
        [first.path, 4],
        [outside[0]!.path, 2],
        [outside[1]!.path, 0],
      ],
      day,
    ),
    await table.equalityDeletes([15n], day + 1),
  ]);
  await table.commit([await table.data(rows(50, 3, day + 2))], [old]);
  const [tagged] = table.snapshotIds;
  const newest = table.snapshotIds.at(-1)!;
  table.extraMetadata = {
    statistics: [{ "snapshot-id": tagged, "statistics-path": path, "file-size-in-bytes": 10, fraction: 0.25 }],
    refs: { main: { "snapshot-id": newest, type: "branch" }, yearEnd: { "snapshot-id": tagged, type: "tag" } },
  };
  await table.writeMetadata();
  const uri = table.metadataLocation;
  source.objects.set(uri, { body: Buffer.from(source.text(uri).replace("0.25", "0.250")), metadata: {} });
  return { source, table };
}

/** Position deletes in Avro and in Parquet, with the deleted rows beside them, and a Puffin file whose footer is compressed. */
async function foreignDeletes() {
  const { source, table } = newTable(3);
  await table.commit([
    await table.data(rows(0, 4, day), "data/a.parquet"),
    await table.data(rows(10, 6, day), "data/b.parquet"),
  ]);
  const about = { records: 3, content: 1, day } as const;
  const vector = fixture("vector-lz4.puffin");
  const blob = { offset: 4, size: vector.indexOf("PFA1", 4) - 4 };
  await table.commit([
    await table.foreign("data/p.avro", fixture("positions.avro"), { ...about, format: "AVRO" }),
    await table.foreign("data/p.parquet", fixture("positions.parquet"), { ...about, format: "PARQUET" }),
    await table.foreign("data/n.parquet", fixture("positions-nullable.parquet"), { ...about, format: "PARQUET" }),
    await table.foreign("data/v.puffin", vector, {
      ...about,
      records: 1,
      format: "PUFFIN",
      referenced: `${table.location}/data/a.parquet`,
      blob,
    }),
  ]);
  return { source, table };
}

/** One snapshot whose manifests the metadata lists itself. */
async function versionOne() {
  const { source, table } = newTable(1);
  await table.commit([await table.data(rows(0, 4, day))]);
  const manifest = source.under("").find((uri) => uri.endsWith("m0.avro"))!;
  const uri = table.metadataLocation;
  const inline = source.text(uri).replace(/"manifest-list":"[^"]*"/, `"manifests":["${manifest}"]`);
  source.objects.set(uri, { body: Buffer.from(inline), metadata: {} });
  return { source, table };
}
