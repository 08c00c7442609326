import type { GetTableRequest, GetTableResponse } from "@aws-sdk/client-glue";
import { ServiceError } from "../../world/handler.ts";
import type { Context, Handlers } from "../../world/handler.ts";
import { GetDataCatalogExportConfiguration, PutDataCatalogExportConfiguration } from "./catalog-export.ts";

/** The seeded tables of the Data Catalog, read-only, and the Data Catalog's own export. */
export const handlers = {
  GetTable,
  PutDataCatalogExportConfiguration,
  GetDataCatalogExportConfiguration,
} satisfies Handlers;

function GetTable({ CatalogId, DatabaseName, Name }: GetTableRequest, context: Context): GetTableResponse {
  const { world, account, region } = context;
  if (CatalogId !== undefined && CatalogId !== account)
    throw new ServiceError("AccessDeniedException", "Cross account access is not seeded.");
  // Glue folds names to lower case when it keeps them.
  const key = `${DatabaseName}/${Name}`.toLowerCase();
  const location = world.seed.accounts[account]?.regions[region]?.glueTables?.[key];
  if (location === undefined) throw new ServiceError("EntityNotFoundException", "Entity Not Found");
  const [database, name] = key.split("/") as [string, string];
  return {
    Table: {
      Name: name,
      DatabaseName: database,
      CatalogId: account,
      TableType: "EXTERNAL_TABLE",
      Parameters: location === null ? {} : { table_type: "ICEBERG", metadata_location: location },
    },
  };
}
