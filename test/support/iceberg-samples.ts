import type { BackupRequest } from "../../src/backup/index.ts";
import { IcebergTable } from "./iceberg-table.ts";
import type { Row } from "./iceberg-table.ts";
import { MemoryStore } from "./memory-store.ts";

/** Where {@link request} asks a backup to go. */
export const copyFolder = "s3://acme-backups/catalog/111122223333/us-east-1/4a1e/token1";

/** An empty table of a table bucket, kept in memory. */
export function newTable(version: 1 | 2 | 3) {
  const source = new MemoryStore();
  const table = new IcebergTable("s3://63a8e430--table-s3/t", version, (uri, body) => source.put(uri, body));
  return { source, table };
}

/** Four snapshots: two files; position deletes and an equality delete; one file replaced; deletes again, one of them twice. */
export async function tableWithDeletes() {
  const { source, table } = newTable(2);
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
  const more: [string, number][] = [
    [first.path, 0],
    [first.path, 0],
    [fresh.path, 2],
  ];
  await table.commit([await table.positionDeletes(more, 19_002)]);
  return { source, table, old, first, fresh, deletes };
}

/** Two snapshots of format version 3: two data files; deletion vectors on both, in one Puffin file. */
export async function tableWithVectors() {
  const { source, table } = newTable(3);
  const a = await table.data(rows(0, 4, 19_000));
  const b = await table.data(rows(10, 6, 19_001));
  await table.commit([a, b]);
  const vectors = await table.deletionVectors([
    [a, [1]],
    [b, [0, 5]],
  ]);
  await table.commit(vectors);
  return { source, table, vectors };
}

export function request(read: MemoryStore, write: MemoryStore, metadataLocation?: string): BackupRequest {
  const tableArn = "arn:aws:s3tables:us-east-1:111122223333:bucket/aws-sagemaker-catalog/table/4a1e";
  const source = { account: "111122223333", region: "us-east-1", tableArn, metadataLocation, versionToken: "token1" };
  return { source, destination: "s3://acme-backups/catalog", history: "all", read, write };
}

export function rows(first: number, count: number, day: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: BigInt(first + index),
    name: `asset ${first + index}`,
    day,
  }));
}
