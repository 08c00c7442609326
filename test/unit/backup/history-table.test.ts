import { icebergRead } from "icebird";
import { describe, expect, it } from "vitest";
import { chosenDays, daysOf, restoreHistory } from "../../../src/backup/index.ts";
import type { RestoreTable } from "../../../src/backup/index.ts";
import { appendDay, createAssetTable, deleteRows, expireRecords } from "../../../src/emulator/iceberg/index.ts";
import type { Commit, Partitioning, TableState } from "../../../src/emulator/iceberg/index.ts";
import { servedBy } from "../../support/icebird.ts";
import { manifestListSchema } from "../../support/iceberg-schemas.ts";
import { tableWithDeletes } from "../../support/iceberg-samples.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const account = "012345678901";
const start = Date.parse("2026-11-27T03:00:00Z");
const at = (day: number) => start + day * 86_400_000;

/** A table as exports leave it, in memory. */
class Exported {
  readonly store = new MemoryStore();
  readonly tableArn: string;
  readonly domain: string;
  #table: TableState;

  constructor(domain: string, id: string, partitioning: Partitioning) {
    this.domain = domain;
    this.tableArn = `arn:aws:s3tables:us-east-1:${account}:bucket/aws-sagemaker-catalog/table/${id}`;
    const location = `s3://${id}--table-s3`;
    this.#table = this.#write(
      createAssetTable({ uuid: `1f4c9a52-0000-4000-8000-${id}`, location, partitioning, at: start }),
    );
  }

  day(day: number, count = 10): this {
    return this.#then(
      appendDay(this.#table, { account, region: "us-east-1", domain: this.domain, at: at(day) }, count),
    );
  }

  delete(day: number): this {
    return this.#then(deleteRows(this.#table, at(day)));
  }

  expire(days: number, day: number): this {
    return this.#then(expireRecords(this.#table, days, at(day)));
  }

  /** The table as it is now, as a source of a history. */
  async source(asOf: string) {
    const { metadataLocation } = this.#table;
    const { tableArn, domain, store } = this;
    return { tableArn, domain, asOf, metadataLocation, read: store, ...(await daysOf(store, metadataLocation)) };
  }

  #then(commit: Commit | undefined): this {
    this.#table = this.#write(commit!);
    return this;
  }

  #write({ table, written }: Commit): TableState {
    for (const { location, bytes } of written) void this.store.put(location, bytes);
    return table;
  }
}

type Source = Awaited<ReturnType<Exported["source"]>>;

const gathered = (sources: Source[], write: MemoryStore, into: RestoreTable | string = "s3://acme-lake/history") => {
  const chosen = chosenDays(sources);
  const taken = sources
    .map((source) => ({ ...source, days: chosen.get(source)! }))
    .filter(({ days }) => days === "all" || days.size > 0);
  return restoreHistory({ sources: taken, into, write });
};

/** The rows of the current snapshot as text, sorted, read by icebird. */
async function rowsIn(store: MemoryStore, metadataLocation: string): Promise<string[]> {
  // Rounded ids are as good, where each is rounded alike.
  const metadata = JSON.parse(store.text(metadataLocation));
  const read = async (uri: string, range = "") => {
    const [, from, to] = /bytes=(\d+)-(\d*)/.exec(range) ?? [];
    return store.objects.get(uri)?.body.subarray(Number(from ?? 0), to ? Number(to) + 1 : undefined);
  };
  const rows = await servedBy(read, () => icebergRead({ tableUrl: metadata.location, metadata }));
  return rows
    .map((row) => `${(row.snapshot_time as Date).toISOString().slice(0, 10)} ${String(row.asset_id)}`)
    .toSorted();
}

describe.each(["day", "identity"] as const)("a history of tables partitioned by %s", (partitioning) => {
  it("finds the days of which a table has rows", async () => {
    const { days, undated } = await new Exported("dzd_alpha", "4a1e00000001", partitioning).day(0).day(4).source("");
    expect({ days, undated }).toEqual({ days: { "2026-11-27": 10, "2026-12-01": 10 }, undated: 0 });
  });

  it("has each day of each domain once, what was deleted stays so, and what expired comes from the older copy", async () => {
    const alpha = new Exported("dzd_alpha", "4a1e00000001", partitioning).day(0).day(1).delete(1).day(2);
    const older = await alpha.source("2026-11-30T00:00:00Z");
    const olderRows = await rowsIn(alpha.store, older.metadataLocation);
    const newer = await alpha.day(3).expire(2, 4).source("2026-12-01T00:00:00Z");
    const newerRows = await rowsIn(alpha.store, newer.metadataLocation);
    const beta = new Exported("dzd_beta", "4a1e00000002", partitioning).day(3).delete(3);
    const other = await beta.source("2026-12-02T00:00:00Z");

    const write = new MemoryStore();
    const table = await gathered([older, newer, other], write);
    const gone = olderRows.filter((row) => !newerRows.some((one) => one.slice(0, 10) === row.slice(0, 10)));
    expect(gone.length).toBeGreaterThan(0);
    const wanted = [...gone, ...newerRows, ...(await rowsIn(beta.store, other.metadataLocation))].toSorted();
    expect(await rowsIn(write, table.metadataLocation)).toEqual(wanted);
    expect(table.rows).toBe(wanted.length);
    expect(new Set(wanted).size).toBe(wanted.length);
    expect(write.text(table.metadataLocation)).not.toContain("--table-s3/data");
  });
});

it("has a manifest list whose fields have the names and ids of the format", async () => {
  const write = new MemoryStore();
  const source = await new Exported("dzd_alpha", "4a1e00000001", "day").day(0).source("2026-11-30");
  const { metadataLocation } = await gathered([source], write);
  const [{ "manifest-list": list }] = JSON.parse(write.text(metadataLocation)).snapshots;
  const fieldsIn = (text: string) => [...text.matchAll(/"name":"(\w+)".*?"field-id":(\d+)/g)].map(([, ...of]) => of);
  const fields = fieldsIn(Buffer.from(write.objects.get(list)!.body).toString("latin1"));
  expect(fields).toEqual(fieldsIn(JSON.stringify(manifestListSchema(2))));
  expect(fields.length).toBeGreaterThan(13);
});

/** A table bucket's table that tells what was committed to it. */
function tableBucket(): RestoreTable & { commits: string[] } {
  const commits: string[] = [];
  return {
    commits,
    create: async () => ({
      warehouseLocation: "s3://lake--table-s3",
      versionToken: `v${commits.length}`,
      ...(commits.length > 0 && { metadataLocation: commits.at(-1)! }),
    }),
    commit: async (metadataLocation, versionToken) => {
      expect(versionToken).toBe(`v${commits.length}`);
      commits.push(metadataLocation);
    },
  };
}

it("is made anew with more days, copies nothing again, and is committed once for the same days", async () => {
  const alpha = new Exported("dzd_alpha", "4a1e00000001", "day").day(0).day(1);
  const write = new MemoryStore();
  const into = tableBucket();
  const first = await gathered([await alpha.source("2026-11-29")], write, into);
  await gathered([await alpha.source("2026-11-29")], write, into);
  expect(into.commits).toEqual([first.metadataLocation]);
  const copied = write.under("s3://lake--table-s3/data/").length;
  const later = await gathered([await alpha.day(2).source("2026-11-30")], write, into);
  expect(into.commits).toEqual([first.metadataLocation, later.metadataLocation]);
  expect(write.under("s3://lake--table-s3/data/")).toHaveLength(copied + 1);
  expect(await rowsIn(write, later.metadataLocation)).toHaveLength(30);
});

it.each([
  ["a backup", "4a1e00000001/v1/receipt.json", "{}", "holds what is not of a history"],
  [
    "another table",
    "metadata/00000-1.metadata.json",
    '{"format-version":2,"location":"s3://acme-lake/history","snapshots":[]}',
    "holds data that no history has put there",
  ],
])("is not made in the folder of %s, where nothing is written then", async (_, path, body, reason) => {
  const alpha = await new Exported("dzd_alpha", "4a1e00000001", "day").day(0).source("2026-11-29");
  const write = new MemoryStore();
  await write.put(`s3://acme-lake/history/${path}`, Buffer.from(body));
  await expect(gathered([alpha], write)).rejects.toThrow(reason);
  expect([...write.objects.keys()]).toEqual([`s3://acme-lake/history/${path}`]);
});

it("is made anew in its folder, beside what earlier histories have left there", async () => {
  const alpha = new Exported("dzd_alpha", "4a1e00000001", "day").day(0);
  const write = new MemoryStore();
  await gathered([await alpha.source("2026-11-29")], write);
  const { rows } = await gathered([await alpha.day(1).source("2026-11-30")], write);
  expect(rows).toBe(20);
});

it("is not made where somebody else has written to the table", async () => {
  const alpha = await new Exported("dzd_alpha", "4a1e00000001", "day").day(0).source("2026-11-29");
  const write = new MemoryStore();
  const into = tableBucket();
  into.commits.push(alpha.metadataLocation);
  for (const [uri, object] of alpha.read.objects) write.objects.set(uri, object);
  await expect(gathered([alpha], write, into)).rejects.toThrow("holds data that no history has put there");
  expect(into.commits).toHaveLength(1);
});

it("takes no tables whose rows cannot stand beside each other", async () => {
  const byDay = await new Exported("dzd_alpha", "4a1e00000001", "day").day(0).source("2026-11-29");
  const byTime = await new Exported("dzd_beta", "4a1e00000002", "identity").day(0).source("2026-11-30");
  await expect(gathered([byDay, byTime], new MemoryStore())).rejects.toThrow("is partitioned otherwise than");
  const { source, table } = await tableWithDeletes();
  const { metadataLocation } = table;
  const other = { ...byDay, tableArn: "t", metadataLocation, read: source, days: {}, undated: 5 };
  await expect(gathered([other], new MemoryStore())).rejects.toThrow("deletes by value");
});
