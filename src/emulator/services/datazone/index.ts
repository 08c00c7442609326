import type { Handlers } from "../../world/handler.ts";
import { DeleteDataExportConfiguration } from "./delete-export.ts";
import { DeleteDomain } from "./delete-domain.ts";
import { GetDomain, ListDomains } from "./domains.ts";
import { GetDataExportConfiguration } from "./get-export.ts";
import { PutDataExportConfiguration } from "./put-export.ts";

/** DataZone's data export configurations, and its domains as far as exports need them. */
export const handlers = {
  PutDataExportConfiguration,
  GetDataExportConfiguration,
  DeleteDataExportConfiguration,
  ListDomains,
  GetDomain,
  DeleteDomain,
} satisfies Handlers;
