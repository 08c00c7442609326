import {
  DeleteTableCommand,
  GetTableCommand,
  GetTableEncryptionCommand,
  GetTableRecordExpirationConfigurationCommand,
  PutTableRecordExpirationConfigurationCommand,
} from "@aws-sdk/client-s3tables";
import { isAbsent, meaningOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";
import type { Encryption } from "../../src/resources/data-export-configuration.ts";

/**
 * The slot of the exported table in its bucket.
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html
 */
const exportedTable = { namespace: "asset_metadata", name: "asset" } as const;

/** The table that lies in a slot, as S3 Tables describes it. */
export interface ExportedTable {
  arn: string;
  /** Changes with every commit. */
  versionToken: string;
  /** Absent before the first commit. */
  metadataLocation?: string;
  /** When AWS made it and when it last changed, ISO 8601. */
  createdAt?: string;
  modifiedAt?: string;
}

/** Finds the table in the slot; `undefined` when AWS says that there is none. */
export async function findTable(clients: Clients, tableBucketARN: string): Promise<ExportedTable | undefined> {
  try {
    const table = await clients.s3tables.send(new GetTableCommand({ tableBucketARN, ...exportedTable }));
    return {
      arn: table.tableARN!,
      versionToken: table.versionToken!,
      ...(table.metadataLocation && { metadataLocation: table.metadataLocation }),
      createdAt: table.createdAt?.toISOString(),
      modifiedAt: table.modifiedAt?.toISOString(),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Reads how the table in the slot is encrypted. */
export async function encryptionOf(clients: Clients, tableBucketARN: string): Promise<Encryption> {
  const command = new GetTableEncryptionCommand({ tableBucketARN, ...exportedTable });
  return encryptionFrom((await clients.s3tables.send(command)).encryptionConfiguration);
}

/**
 * Drops the table, if it still is the version of this token.
 * @returns whether it is gone; `false` when it has changed meanwhile
 */
export async function dropTable(clients: Clients, tableBucketARN: string, versionToken: string): Promise<boolean> {
  try {
    await clients.s3tables.send(new DeleteTableCommand({ tableBucketARN, ...exportedTable, versionToken }));
    return true;
  } catch (error) {
    const { kind } = meaningOf(error);
    if (kind === "absent") return true;
    if (kind === "conflict") return false;
    throw error;
  }
}

/** Returns the encryption that an answer of AWS's means: absent stands for S3's own keys. */
export function encryptionFrom(answer: { sseAlgorithm?: string; kmsKeyArn?: string } | undefined): Encryption {
  if (!answer?.sseAlgorithm || answer.sseAlgorithm === "AES256") return { sseAlgorithm: "AES256" };
  return { sseAlgorithm: "aws:kms", ...(answer.kmsKeyArn && { kmsKeyArn: answer.kmsKeyArn }) };
}

/**
 * Reads after how many days rows of a table expire; `undefined` when they do not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-record-expiration.html
 */
export async function recordExpirationOf(clients: Clients, tableArn: string): Promise<number | undefined> {
  try {
    const { configuration } = await clients.s3tables.send(
      new GetTableRecordExpirationConfigurationCommand({ tableArn }),
    );
    return configuration?.status === "enabled" ? configuration.settings?.days : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Sets after how many days rows of the table expire; without `days` they are kept. */
export async function setRecordExpiration(clients: Clients, tableArn: string, days: number | undefined): Promise<void> {
  const value =
    days === undefined ? { status: "disabled" as const } : { status: "enabled" as const, settings: { days } };
  await clients.s3tables.send(new PutTableRecordExpirationConfigurationCommand({ tableArn, value }));
}
