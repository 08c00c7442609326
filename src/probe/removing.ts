import { DeleteDataExportConfigurationCommand, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  DeleteNamespaceCommand,
  DeleteTableBucketCommand,
  DeleteTableCommand,
  GetTableBucketCommand,
  GetTableCommand,
  ListNamespacesCommand,
  ListTablesCommand,
} from "@aws-sdk/client-s3tables";
import { DeleteResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { isAbsent, partitionOf } from "../aws/index.ts";
import type { LedgerEntry, Made } from "./ledger.ts";
import type { ProbeTarget } from "./probe-target.ts";
import { refusalOf } from "./refusal.ts";
import { nameOfError } from "./report.ts";

/** The table bucket that exports fill, its namespace and its table. */
export const exportNames = { bucket: "aws-sagemaker-catalog", namespace: "asset_metadata", table: "asset" };

/** How far AWS's clock and ours may differ, and how long AWS may take to make what was asked for. */
const beforeMs = 10 * 60_000;
const afterMs = 20 * 60_000;

/** Takes away everything in the ledger, the latest first, and tells what is left with the reason. Only what is proven gone leaves the ledger. */
export async function removeMade(target: ProbeTarget): Promise<string[]> {
  const left: string[] = [];
  for (const entry of target.ledger.content.entries.toReversed()) {
    const why = await removeEntry(target, entry).catch(
      (error: Error) => `${nameOfMade(entry.made)} may still be there: ${nameOfError(error)}: ${error.message}`,
    );
    if (why !== undefined) left.push(why);
  }
  return left;
}

/** Takes away what an entry names and settles it; returns what AWS keeps all the same, and throws where it is to be tried again. */
export async function removeEntry(target: ProbeTarget, entry: LedgerEntry): Promise<string | undefined> {
  const stays = await removers[entry.made.kind](target, entry as never);
  const { entries } = target.ledger.content;
  entries.splice(entries.indexOf(entry), 1);
  await target.ledger.keep();
  return stays;
}

type Remover<K extends Made["kind"]> = (
  target: ProbeTarget,
  entry: LedgerEntry & { made: Extract<Made, { kind: K }> },
) => Promise<string | undefined>;

const removers: { [K in Made["kind"]]: Remover<K> } = {
  async sync({ clients }, { made: { name, type } }) {
    await unlessAbsent(clients.ssm.send(new DeleteResourceDataSyncCommand({ SyncName: name, SyncType: type })));
    return undefined;
  },
  async bucket(target, { made: { name } }) {
    await emptied(target, name);
    return undefined;
  },
  async "table-bucket"(target, { made: { name } }) {
    await removeTableBucket(target, arnOfTableBucket(target, name));
    return undefined;
  },
  async export(target, entry) {
    const { datazone } = target.clients;
    const domain = { domainIdentifier: entry.made.domain };
    const found = await createdAtOf(target, entry.made.domain);
    if (found === undefined) return undefined;
    if (!isOurs(entry, found, found)) throw new Error("somebody else configured this domain's export since");
    await datazone.send(new DeleteDataExportConfigurationCommand(domain));
    if ((await createdAtOf(target, entry.made.domain)) !== undefined) throw new Error("it is there after its deletion");
    return undefined;
  },
  async "export-table"(target, entry) {
    const { s3tables } = target.clients;
    // A Put may have answered, or been cut off, before the table was there.
    const look = () => tableOf(target);
    const table = (await look()) ?? (await target.wait(3_000).then(look));
    if (table === undefined) return undefined;
    if (!isOurs(entry, table.arn, table.createdAt)) throw new Error("the table in this place is another one");
    const { arn: _, createdAt: __, ...at } = table;
    await unlessAbsent(s3tables.send(new DeleteTableCommand(at)));
    return undefined;
  },
  async "export-bucket"(target, entry) {
    const { s3tables } = target.clients;
    const tableBucketARN = arnOfTableBucket(target, exportNames.bucket);
    const found = await unlessAbsent(s3tables.send(new GetTableBucketCommand({ tableBucketARN })));
    if (found === undefined) return undefined;
    const createdAt = found.createdAt!.toISOString();
    if (!isOurs(entry, createdAt, createdAt)) throw new Error("the bucket of this name is another one");
    const refused = await refusalOf(removeTableBucket(target, tableBucketARN));
    // Not empty: what lies in it is in the ledger too, and comes first.
    if (refused?.name === "ConflictException") throw refused;
    return (
      refused && `AWS keeps the empty table bucket ${exportNames.bucket} and its namespace: ${nameOfError(refused)}`
    );
  },
};

/** An entry without a mark was cut off before AWS could tell: then it is ours if AWS made it when we asked. */
function isOurs({ at, mark }: LedgerEntry, found: string, createdAt: string): boolean {
  if (mark !== undefined) return mark === found;
  const age = Date.parse(createdAt) - Date.parse(at);
  return age > -beforeMs && age < afterMs;
}

/** Returns when a domain's export was configured; `undefined` where it is not, in either of the two ways in which AWS may say so. */
export async function createdAtOf({ clients }: ProbeTarget, domain: string): Promise<string | undefined> {
  const get = new GetDataExportConfigurationCommand({ domainIdentifier: domain });
  return (await unlessAbsent(clients.datazone.send(get)))?.createdAt?.toISOString();
}

/** Returns the export's table in this account and Region, by which it can be deleted; `undefined` where there is none. */
export async function tableOf(target: ProbeTarget) {
  const { bucket, namespace, table: name } = exportNames;
  const at = { tableBucketARN: arnOfTableBucket(target, bucket), namespace, name };
  const found = await unlessAbsent(target.clients.s3tables.send(new GetTableCommand(at)));
  return (
    found && {
      ...at,
      versionToken: found.versionToken,
      arn: found.tableARN!,
      createdAt: found.createdAt!.toISOString(),
    }
  );
}

/** Returns the ARN of a table bucket of this account and Region. */
export function arnOfTableBucket({ account, region }: ProbeTarget, name: string): string {
  return `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/${name}`;
}

async function removeTableBucket({ clients: { s3tables } }: ProbeTarget, tableBucketARN: string): Promise<void> {
  const listed = await unlessAbsent(s3tables.send(new ListNamespacesCommand({ tableBucketARN })));
  if (listed === undefined) return;
  for (const { namespace: [namespace = ""] = [] } of listed.namespaces ?? []) {
    const { tables = [] } = await s3tables.send(new ListTablesCommand({ tableBucketARN, namespace }));
    // The tables of the export's bucket are removed as what they are, or not at all.
    const removable = tableBucketARN.endsWith(exportNames.bucket) ? [] : tables;
    for (const { name } of removable)
      await unlessAbsent(s3tables.send(new DeleteTableCommand({ tableBucketARN, namespace, name })));
    await unlessAbsent(s3tables.send(new DeleteNamespaceCommand({ tableBucketARN, namespace })));
  }
  await unlessAbsent(s3tables.send(new DeleteTableBucketCommand({ tableBucketARN })));
}

/** Deliveries that were under way may come while the bucket is being emptied. */
async function emptied({ clients: { s3 }, account, wait }: ProbeTarget, name: string): Promise<void> {
  const bucket = { Bucket: name, ExpectedBucketOwner: account };
  for (let tries = 5; ; tries--) {
    const listed = await unlessAbsent(s3.send(new ListObjectsV2Command(bucket)));
    if (listed === undefined) return;
    for (const { Key } of listed.Contents ?? []) await s3.send(new DeleteObjectCommand({ ...bucket, Key }));
    if (listed.IsTruncated) continue;
    const refused = await refusalOf(unlessAbsent(s3.send(new DeleteBucketCommand(bucket))));
    if (refused === undefined) return;
    if (refused.name !== "BucketNotEmpty" || tries === 0) throw refused;
    await wait(2_000);
  }
}

async function unlessAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isAbsent(error) || (error as Error).name === "NoSuchBucket") return undefined;
    throw error;
  }
}

/** Returns what people call something that was made. */
export function nameOfMade(made: Made): string {
  switch (made.kind) {
    case "sync":
      return `sync ${made.name} (${made.type})`;
    case "bucket":
      return `bucket ${made.name}`;
    case "table-bucket":
      return `table bucket ${made.name}`;
    case "export":
      return `the export of domain ${made.domain}`;
    case "export-table":
      return `table ${exportNames.bucket}/${exportNames.namespace}/${exportNames.table}`;
    case "export-bucket":
      return `table bucket ${exportNames.bucket}`;
  }
}
