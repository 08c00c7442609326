import type { DataExportConfigurationInputs } from "../resources/data-export-configuration.ts";
import type { Operation } from "./change.ts";

type Export = Partial<DataExportConfigurationInputs>;

/**
 * What a change of a domain's export setting does to the exported rows. The table itself is another resource.
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html
 */
export function exportConsequence(operation: Operation, before: Export, after: Export): string {
  switch (operation) {
    case "create":
      return after.enabled === false
        ? `The export of ${after.domain} is configured but off; no rows are written.`
        : `Asset metadata of ${after.domain} is exported once a day; days before the first run are not filled in.`;
    case "delete":
      return `The daily export of ${before.domain} ends; rows already exported stay in the table.`;
    case "replace":
      return replaced(before, after);
    case "update":
      return updated(before, after);
  }
}

function replaced(before: Export, after: Export): string {
  const off = after.enabled === false ? ", but stays off until it is enabled" : " with the next daily run";
  if (before.domain !== after.domain) {
    return `The daily export of ${before.domain} ends; that of ${after.domain} starts${off}, in a table of its own.`;
  }
  return `The export of ${after.domain} is deleted and configured again; it goes on${off}, in a new table.`;
}

function updated(before: Export, after: Export): string {
  const days = after.recordExpirationDays;
  const sentences = [];
  if (before.enabled !== after.enabled) {
    sentences.push(
      after.enabled === false
        ? `the daily export of ${after.domain} stops, and rows already exported stay`
        : `the daily export of ${after.domain} goes on; the days in between stay missing`,
    );
  }
  if (before.recordExpirationDays !== days) {
    sentences.push(
      days === undefined
        ? "rows no longer expire"
        : `rows older than ${days} ${Number(days) === 1 ? "day" : "days"} are deleted for good, within a day or two`,
    );
  }
  const text = sentences.join("; ") || "no row is touched";
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
