import type { DataExportConfigurationInputs, ResourceDataSyncInputs } from "../../resources/index.ts";
import type { Facts } from "../change/change.ts";
import { syncFacts } from "./consequence-sync.ts";

/** Returns what becomes of a resource that the stack forgets: AWS is not called, and goes on as before. */
export function forgottenFacts(type: string, before: Record<string, unknown>): Facts {
  if (type === "ResourceDataSync") {
    const { from } = syncFacts("delete", before as Partial<ResourceDataSyncInputs>, {});
    return { rows: "none", collection: "continues", retained: true, ...(from !== undefined && { from }) };
  }
  if (type === "AssetTable") return { rows: "kept", retained: true, domain: before["domain"] };
  if (type !== "DataExportConfiguration") return { rows: "none", retained: true };
  const { domain, enabled } = before as Partial<DataExportConfigurationInputs>;
  return { rows: "kept", collection: enabled === false ? "off" : "continues", retained: true, domain };
}

/** Returns the facts in words. */
export function forgottenSentence(type: string, { collection, domain, from }: Facts): string {
  const forgotten = "this stack only forgets it, and takes it back with `adopt: true`";
  switch (type) {
    case "ResourceDataSync": {
      const goesOn = typeof from === "string" ? `keeps delivering to ${from}` : "keeps collecting for Explorer";
      return `Nothing is deleted: the sync stays in AWS and ${goesOn}; ${forgotten}.`;
    }
    case "DataExportConfiguration": {
      const state = collection === "off" ? "stays in AWS, switched off" : "stays in AWS and goes on every day";
      return `Nothing is deleted: the export of ${String(domain)} ${state}; ${forgotten}.`;
    }
    case "AssetTable":
      return `Nothing is deleted: the table of ${String(domain)} stays with all its rows; this stack only forgets its claim on it.`;
    default:
      return "Nothing is deleted: the resource stays as it is, and this stack only forgets it.";
  }
}
