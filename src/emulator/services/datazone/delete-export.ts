import type { DeleteDataExportConfigurationInput } from "@aws-sdk/client-datazone";
import type { Context } from "../../world/handler.ts";
import { readableDomain } from "./domains.ts";
import { makeDueTable } from "./export-table.ts";
import { exportsOf } from "./exports.ts";
import { notConfigured } from "./get-export.ts";

/** Removes the configuration and keeps the table. */
export async function DeleteDataExportConfiguration(
  { domainIdentifier = "" }: DeleteDataExportConfigurationInput,
  context: Context,
): Promise<Record<string, never>> {
  readableDomain(domainIdentifier, context);
  await makeDueTable(context);
  const exports = exportsOf(context);
  if (exports.current?.domain === domainIdentifier) exports.current = undefined;
  else if (context.world.quirk("datazone-delete-unconfigured") === "not-found") throw notConfigured(domainIdentifier);
  return {};
}
