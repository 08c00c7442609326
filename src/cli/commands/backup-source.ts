import { createHash } from "node:crypto";
import { GetTableCommand, GetTableEncryptionCommand } from "@aws-sdk/client-s3tables";
import { explain, isAbsent, partitionOf } from "../../aws/index.ts";
import type { StoreOptions, TableVersion } from "../../backup/index.ts";
import type { AccountAccess } from "../aws-access.ts";
import { CommandError, Exit } from "../exit.ts";

/** The version of a table that is to be backed up, and how the table is encrypted, where that is known. */
export interface BackupSource {
  source: TableVersion;
  encryption?: StoreOptions["encryption"];
}

/** The table that a data export of this account and Region writes. */
const exported = { bucket: "aws-sagemaker-catalog", namespace: "asset_metadata", name: "asset" };

/**
 * Finds the table that `--table` names, as it is now: `s3tables://<table bucket>/<namespace>/<name>`, `glue://<database>/<name>`, the address of
 * a metadata file in S3, or without one the table of the data export.
 */
export async function backupSource(table: string | undefined, access: AccountAccess): Promise<BackupSource> {
  if (table === undefined) return inTableBucket(exported, access);
  const [, bucket, namespace, name] = /^s3tables:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(table) ?? [];
  if (bucket && namespace && name) return inTableBucket({ bucket, namespace, name }, access);
  const [, database, tableName] = /^glue:\/\/([^/]+)\/([^/]+)$/.exec(table) ?? [];
  if (database && tableName) return { source: await inGlue(database, tableName, access) };
  if (/^s3[an]?:\/\/[^/]+\/.*\.metadata\.json(\.gz)?$/i.test(table)) return { source: atMetadata(table, access) };
  throw new CommandError(
    Exit.wrong,
    `--table "${table}" is neither s3tables://BUCKET/NAMESPACE/TABLE, glue://DATABASE/TABLE nor the address of a metadata file, ` +
      "s3://….metadata.json. Of a table in another catalog, give the metadata file that it names.",
  );
}

async function inTableBucket(
  { bucket, namespace, name }: typeof exported,
  { account, region, clients }: AccountAccess,
): Promise<BackupSource> {
  const tableBucketARN = `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/${bucket}`;
  const table = { tableBucketARN, namespace, name };
  const isExported = bucket === exported.bucket;
  try {
    const { tableARN, metadataLocation, versionToken } = await clients.s3tables.send(new GetTableCommand(table));
    const { encryptionConfiguration: encryption } = await clients.s3tables.send(new GetTableEncryptionCommand(table));
    const isKeyed = encryption?.sseAlgorithm === "aws:kms";
    return {
      source: { account, region, tableArn: tableARN!, metadataLocation, versionToken: versionToken! },
      encryption: isKeyed ? { sseAlgorithm: "aws:kms", kmsKeyArn: encryption.kmsKeyArn } : { sseAlgorithm: "AES256" },
    };
  } catch (error) {
    if (isAbsent(error)) {
      const what = isExported ? "exported table" : `table ${bucket}/${namespace}/${name}`;
      throw new CommandError(Exit.failed, `There is no ${what} in ${account}/${region}; nothing to back up.`);
    }
    const resource = isExported ? "the exported table" : `the table ${bucket}/${namespace}/${name}`;
    throw explain(error, "read", { account, region, resource });
  }
}

/** A table in the account's Data Catalog names its metadata file: https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html */
async function inGlue(DatabaseName: string, Name: string, access: AccountAccess): Promise<TableVersion> {
  const { account, region, clients } = access;
  const table = `the table ${DatabaseName}.${Name} of the Glue Data Catalog`;
  const [{ GetTableCommand: GetGlueTableCommand }, glue] = await Promise.all([
    import("@aws-sdk/client-glue"),
    clients.glue(),
  ]);
  const asked = glue.send(new GetGlueTableCommand({ DatabaseName, Name }));
  const { Table } = await asked.catch((error: unknown) => {
    const isGone = (error as Error).name === "EntityNotFoundException";
    if (isGone)
      throw new CommandError(Exit.failed, `In ${account}/${region} there is not ${table}; nothing to back up.`);
    throw explain(error, "read", { account, region, resource: `${table} (glue:GetTable)` });
  });
  const { table_type: type, metadata_location: metadata } = Table?.Parameters ?? {};
  if (type?.toUpperCase() === "ICEBERG" && metadata !== undefined) return atMetadata(metadata, access);
  throw new CommandError(
    Exit.wrong,
    `In ${account}/${region} ${table} is no Iceberg table that names its metadata file (table_type ${type ?? "none"}, metadata_location ` +
      `${metadata ?? "none"}). A backup is one of an Iceberg table; of one in a table bucket, give s3tables://BUCKET/NAMESPACE/TABLE.`,
  );
}

/**
 * A metadata file never changes, so its address is the version: its name, and a part of the hash of where it lies, as names such as
 * `v3.metadata.json` come again in every table.
 */
function atMetadata(metadataLocation: string, { account, region }: AccountAccess): TableVersion {
  const [, folder = "", name = ""] =
    /^(.*?)(?:\/metadata)?\/([^/]+?)(?:\.gz)?\.metadata\.json(?:\.gz)?$/i.exec(metadataLocation) ?? [];
  const hash = createHash("sha256").update(metadataLocation).digest("hex").slice(0, 12);
  return { account, region, tableArn: folder, metadataLocation, versionToken: `${name}-${hash}` };
}
