import { describe, expect, test } from "vitest";
import { backUp, BackupDamaged, readReceipt, receiptUri, SourceChanged, verify } from "../../../src/backup/index.ts";
import type { BackupRequest } from "../../../src/backup/index.ts";
import { IcebergTable } from "../../support/iceberg-table.ts";
import type { Row } from "../../support/iceberg-table.ts";
import { rowsOf } from "../../support/iceberg-reader.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const warehouse = "s3://63a8e430--table-s3";
const tableArn = "arn:aws:s3tables:us-east-1:111122223333:bucket/aws-sagemaker-catalog/table/4a1e";
const folder = "s3://acme-backups/catalog/111122223333/us-east-1/4a1e/token1";

describe("a backup", () => {
  test("holds every row of every snapshot, read by another reader", async () => {
    const { source, table } = await tableWithDeletes();
    const { write, receipt } = await backedUp(source, table);
    for (const id of table.snapshotIds) {
      const wanted = await rowsOf((uri) => source.objects.get(uri)?.body, table.metadataLocation, id);
      expect(await rowsOf((uri) => write.objects.get(uri)?.body, receipt.destination.metadataLocation!, id)).toEqual(
        wanted,
      );
    }
    expect(receipt).toMatchObject({ version: 1, snapshots: 4, rows: 4, destination: { location: folder } });
  });

  test("lies in a folder of its own, and nothing in it leads outside", async () => {
    const { source, table } = await tableWithDeletes();
    const { write } = await backedUp(source, table);
    expect(write.under("").every((uri) => uri.startsWith(`${folder}/`))).toBe(true);
    expect(write.text(`${folder}/metadata/${table.metadataLocation.split("/").pop()}`)).not.toContain("--table-s3");
  });

  test("counts live rows from the files where the summaries are wrong", async () => {
    const { source, table } = await tableWithDeletes();
    const { receipt } = await backedUp(source, table);
    expect(receipt.rows).toBe((await rowsOf((uri) => source.objects.get(uri)?.body, table.metadataLocation)).length);
  });

  test("of a table that never held data is a receipt over nothing", async () => {
    const write = new MemoryStore();
    const receipt = await backUp({
      ...request(new MemoryStore(), write, ""),
      source: { ...version(""), metadataLocation: undefined },
    });
    expect(receipt).toMatchObject({ snapshots: 0, rows: 0, files: 0, bytes: 0, destination: { location: folder } });
    expect(receipt.destination.metadataLocation).toBeUndefined();
    expect(await verify({ receipt, store: write })).toMatchObject({ ok: true, problems: [] });
  });

  test("of a table with metadata and no snapshot opens with no rows", async () => {
    const source = new MemoryStore();
    const table = new IcebergTable(`${warehouse}/t`, 2, (uri, body) => source.put(uri, body));
    await table.writeMetadata();
    const { receipt } = await backedUp(source, table);
    expect(receipt).toMatchObject({ snapshots: 0, rows: 0 });
  });

  test("is made once: a second run reads nothing of the source and writes nothing", async () => {
    const { source, table } = await tableWithDeletes();
    const { write, receipt } = await backedUp(source, table);
    source.calls.length = 0;
    write.calls.length = 0;
    expect(await backUp(request(source, write, table.metadataLocation))).toEqual(receipt);
    expect(source.calls).toEqual([]);
    expect(write.calls.filter((call) => call.name !== "head" && call.name !== "get")).toEqual([]);
  });

  test("has the same digest wherever and whenever it is made to the same place", async () => {
    const { source, table } = await tableWithDeletes();
    const first = await backedUp(source, table);
    const second = await backedUp(source, table);
    expect(second.receipt.digest).toBe(first.receipt.digest);
    expect(first.receipt.digest).toMatch(/^sha256:/);
    expect(await readReceipt(first.write, receiptUri(folder))).toEqual(first.receipt);
  });

  test("of the current snapshot alone needs no file of the others", async () => {
    const { source, table, old } = await tableWithDeletes();
    source.objects.delete(old);
    const write = new MemoryStore();
    const receipt = await backUp({ ...request(source, write, table.metadataLocation), history: "current" });
    expect(receipt).toMatchObject({ snapshots: 1, rows: 4 });
    const wanted = await rowsOf((uri) => source.objects.get(uri)?.body, table.metadataLocation);
    expect(await rowsOf((uri) => write.objects.get(uri)?.body, receipt.destination.metadataLocation!)).toEqual(wanted);
  });

  test("names the missing file and the way on when a snapshot expired under it", async () => {
    const { source, table, old } = await tableWithDeletes();
    source.objects.delete(old);
    const attempt = backUp(request(source, new MemoryStore(), table.metadataLocation));
    await expect(attempt).rejects.toThrow(SourceChanged);
    await expect(attempt).rejects.toThrow(old);
  });

  test("that was damaged is reported, and not repaired in silence", async () => {
    const { source, table } = await tableWithDeletes();
    const { write } = await backedUp(source, table);
    write.objects.delete(write.under(`${folder}/data/`)[0]!);
    await expect(backUp(request(source, write, table.metadataLocation))).rejects.toThrow(BackupDamaged);
  });
});

/** Four snapshots: two files; position deletes and an equality delete; one file replaced; deletes again, one of them twice. */
async function tableWithDeletes() {
  const source = new MemoryStore();
  const table = new IcebergTable(`${warehouse}/t`, 2, (uri, body) => source.put(uri, body));
  const old = await table.data(rows(0, 4, 19_000));
  const first = await table.data(rows(10, 6, 19_001));
  await table.commit([old, first]);
  const deletes = await table.positionDeletes(
    [
      [first.path, 1],
      [first.path, 3],
    ],
    19_001,
  );
  await table.commit([deletes, await table.equalityDeletes([15n], 19_001)]);
  const fresh = await table.data(rows(20, 3, 19_002));
  await table.commit([fresh], [old]);
  await table.commit([
    await table.positionDeletes(
      [
        [first.path, 0],
        [first.path, 0],
        [fresh.path, 2],
      ],
      19_002,
    ),
  ]);
  return { source, table, old: old.path };
}

async function backedUp(source: MemoryStore, table: IcebergTable) {
  const write = new MemoryStore();
  const receipt = await backUp(request(source, write, table.metadataLocation));
  return { write, receipt };
}

function request(read: MemoryStore, write: MemoryStore, metadataLocation: string): BackupRequest {
  return { source: version(metadataLocation), destination: "s3://acme-backups/catalog", history: "all", read, write };
}

function version(metadataLocation: string) {
  return { account: "111122223333", region: "us-east-1", tableArn, metadataLocation, versionToken: "token1" };
}

function rows(first: number, count: number, day: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: BigInt(first + index),
    name: `asset ${first + index}`,
    day,
  }));
}
