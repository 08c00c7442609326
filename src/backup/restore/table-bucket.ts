import {
  CreateNamespaceCommand,
  CreateTableCommand,
  GetTableCommand,
  UpdateTableMetadataLocationCommand,
} from "@aws-sdk/client-s3tables";
import type { S3TablesClient } from "@aws-sdk/client-s3tables";
import type { RestoreTable, RestoredTable } from "./restore.ts";

/** A table by its table bucket, namespace and name. */
export interface TableName {
  tableBucketARN: string;
  namespace: string;
  name: string;
}

/** Returns a table of a customer's table bucket to restore into, which is created with its namespace when it is not there. */
export function bucketTable(client: S3TablesClient, table: TableName): RestoreTable {
  return {
    async create() {
      const found = await unless("NotFoundException", () => stateOf(client, table));
      if (found) return found;
      const namespace = { tableBucketARN: table.tableBucketARN, namespace: [table.namespace] };
      await unless("ConflictException", () => client.send(new CreateNamespaceCommand(namespace)));
      await unless("ConflictException", () => client.send(new CreateTableCommand({ ...table, format: "ICEBERG" })));
      return stateOf(client, table);
    },

    async commit(metadataLocation, versionToken) {
      const input = { ...table, metadataLocation, versionToken };
      if (await unless("ConflictException", () => client.send(new UpdateTableMetadataLocationCommand(input)))) return;
      // A commit whose answer was lost meets its own effect when the SDK repeats it.
      const now = await stateOf(client, table);
      if (now.metadataLocation === metadataLocation) return;
      throw new Error(
        `The table ${table.namespace}.${table.name} was changed while it was being restored into (${now.metadataLocation ?? "no metadata"}). Restore into a new table.`,
      );
    },
  };
}

async function stateOf(client: S3TablesClient, table: TableName): Promise<RestoredTable> {
  const { warehouseLocation, versionToken, metadataLocation } = await client.send(new GetTableCommand(table));
  return { warehouseLocation: warehouseLocation!, versionToken: versionToken!, metadataLocation };
}

/** The answer, or `undefined` for an error of this name. */
async function unless<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === name) return undefined;
    throw error;
  }
}
