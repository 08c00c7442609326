import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateNamespaceCommand,
  CreateTableBucketCommand,
  CreateTableCommand,
  GetTableMetadataLocationCommand,
  UpdateTableMetadataLocationCommand,
} from "@aws-sdk/client-s3tables";
import type { QuirkName } from "../emulator/index.ts";
import { refusalOf } from "./refusal.ts";
import type { Bench } from "./bench.ts";
import { arnOfTableBucket } from "./removing.ts";
import { nameOfError, answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";

const quirks: readonly QuirkName[] = ["s3tables-object-refusal", "s3tables-metadata-check"];

/** Asks what a table of the probe's own can tell. */
export async function askTables(bench: Bench): Promise<void> {
  const { s3tables } = bench.target.clients;
  const bucket = { kind: "table-bucket", name: bench.name("tables") } as const;
  const tableBucketARN = arnOfTableBucket(bench.target, bucket.name);
  const table = { tableBucketARN, namespace: "probe", name: "probe" };
  await bench.group(quirks, async () => {
    await bench.make(bucket, () => s3tables.send(new CreateTableBucketCommand({ name: bucket.name })));
    await s3tables.send(new CreateNamespaceCommand({ tableBucketARN, namespace: ["probe"] }));
    const schema = { fields: [{ name: "id", type: "int" }] };
    await s3tables.send(
      new CreateTableCommand({ ...table, namespace: "probe", format: "ICEBERG", metadata: { iceberg: { schema } } }),
    );
    const { warehouseLocation, versionToken } = await s3tables.send(new GetTableMetadataLocationCommand(table));
    await bench.ask("s3tables-object-refusal", () => objectRefusal(bench, warehouseLocation!));
    await bench.ask("s3tables-metadata-check", () =>
      metadataCheck(bench, { table, warehouseLocation: warehouseLocation!, versionToken: versionToken! }),
    );
    await bench.remove(bucket);
    return undefined;
  });
}

async function objectRefusal({ target }: Bench, warehouse: string): Promise<QuirkAnswer> {
  const list = new ListObjectsV2Command({ Bucket: warehouse.slice("s3://".length) });
  const refused = await refusalOf(target.clients.s3.send(list));
  if (refused?.name === "MethodNotAllowed" || refused?.name === "AccessDenied") {
    return answered(refused.name, `a listing of a table's objects met ${nameOfError(refused)}`);
  }
  return unanswered(`A listing of a table's objects: ${nameOfError(refused)}.`);
}

/** Commits a metadata file whose location is not the table's, to a table of the probe's own that nobody reads. */
async function metadataCheck(
  { target }: Bench,
  at: {
    table: { tableBucketARN: string; namespace: string; name: string };
    warehouseLocation: string;
    versionToken: string;
  },
): Promise<QuirkAnswer> {
  const { table, warehouseLocation, versionToken } = at;
  const Key = "metadata/00001-probe.metadata.json";
  const metadata = {
    "format-version": 2,
    "table-uuid": "00000000-0000-4000-8000-000000000000",
    location: "s3://somewhere-else/table",
    "last-sequence-number": 0,
    "last-updated-ms": target.now(),
    "last-column-id": 1,
    "current-schema-id": 0,
    schemas: [{ type: "struct", "schema-id": 0, fields: [{ id: 1, name: "id", required: false, type: "int" }] }],
    "default-spec-id": 0,
    "partition-specs": [{ "spec-id": 0, fields: [] }],
    "last-partition-id": 999,
    "default-sort-order-id": 0,
    "sort-orders": [{ "order-id": 0, fields: [] }],
    properties: {},
    "current-snapshot-id": -1,
    snapshots: [],
  };
  await target.clients.s3.send(
    new PutObjectCommand({ Bucket: warehouseLocation.slice("s3://".length), Key, Body: JSON.stringify(metadata) }),
  );
  const metadataLocation = `${warehouseLocation}/${Key}`;
  const refused = await refusalOf(
    target.clients.s3tables.send(new UpdateTableMetadataLocationCommand({ ...table, versionToken, metadataLocation })),
  );
  if (refused === undefined) return answered("none", "metadata that names another place was accepted");
  return refused.name === "BadRequestException"
    ? answered("location", `metadata that names another place met ${nameOfError(refused)}`)
    : unanswered(`Metadata that names another place met ${nameOfError(refused)}.`);
}
