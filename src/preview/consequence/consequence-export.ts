import type { DataExportConfigurationInputs } from "../../resources/index.ts";
import { lossAllowanceReason } from "./allowed-loss.ts";
import type { Facts, FoundTable, Operation } from "../change/change.ts";

type Export = Partial<DataExportConfigurationInputs>;

/**
 * Returns what a change of a domain's export setting does to the exported rows. Whose place the table has is another resource's change.
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html
 */
export function exportFacts(operation: Operation, before: Export, after: Export, tableArn?: string): Facts {
  const on = after.enabled !== false;
  switch (operation) {
    case "delete":
      return { rows: "kept", collection: "stops", domain: before.domain };
    case "replace": {
      const moves =
        before.domain !== after.domain || JSON.stringify(before.encryption) !== JSON.stringify(after.encryption);
      const facts = { domain: before.domain, next: after.domain, enabled: on };
      // With another domain or key comes another table, in which no row is old.
      if (moves) return { rows: "none", collection: "moves", ...facts };
      return { collection: "continues", ...facts, ...expirationFacts(before, after, tableArn) };
    }
    case "update": {
      const same = (before.enabled !== false) === on;
      const collection = same ? "continues" : on ? "starts" : "stops";
      return { collection, domain: after.domain, ...expirationFacts(before, after, tableArn) };
    }
    default:
      return { rows: "none", collection: on ? "starts" : "off", domain: after.domain };
  }
}

/** Rows that were kept so far go for good when their time is shortened. */
function expirationFacts(before: Export, after: Export, tableArn: string | undefined): Facts {
  const [former, days] = [before.recordExpirationDays, after.recordExpirationDays];
  const facts = {
    ...(days !== undefined && { expirationDays: days }),
    ...(former !== undefined && { formerExpirationDays: former }),
  };
  if (days === undefined || (former !== undefined && days >= former)) return { rows: "kept", ...facts };
  const allowed = lossAllowanceReason(after.allowLoss, after.domain, tableArn);
  return { rows: "expire", ...facts, ...(allowed && { allowed }) };
}

/** Returns the facts in words; of rows that were looked at, what becomes of them. */
export function exportSentence(operation: Operation, facts: Facts, found?: FoundTable): string {
  const looked = found ? { ...facts, found: found.becomes } : facts;
  const sentence = sentenceBy(operation, looked);
  if (found?.becomes !== "expire" || facts.expirationDays !== undefined) return sentence;
  // The expiration is that of a new export, on a table that is older.
  return `${sentence.slice(0, -1)}; rows of its table older than ${daysIn(found.days)} are deleted for good, within a day or two.`;
}

function sentenceBy(operation: Operation, facts: Facts): string {
  const { domain, collection } = facts;
  switch (operation) {
    case "delete":
      return `The daily export of ${String(domain)} ends; rows already exported stay in the table.`;
    case "replace":
      return replacedSentence(facts);
    case "update":
      return updatedSentence(facts);
    default:
      return collection === "off"
        ? `The export of ${String(domain)} is configured but off; no rows are written.`
        : `Asset metadata of ${String(domain)} is exported once a day; days before the first run are not filled in.`;
  }
}

function replacedSentence(facts: Facts): string {
  const { domain, next, enabled, collection, found } = facts;
  const off = enabled === false ? ", but stays off until it is enabled" : " with the next daily run";
  if (domain !== next) {
    return `The daily export of ${String(domain)} ends; that of ${String(next)} starts${off}, in a table of its own.`;
  }
  const again = `The export of ${String(next)} is deleted and configured again; it goes on${off}`;
  if (collection === "moves") return `${again}, in a new table.`;
  const expiry = expirationWords(facts);
  return `${again}, in ${found === "absent" ? "a new table" : "its table"}${expiry ? `; ${expiry}` : ""}.`;
}

function updatedSentence(facts: Facts): string {
  const { domain, collection } = facts;
  const sentences = [];
  if (collection === "stops")
    sentences.push(`the daily export of ${String(domain)} stops, and rows already exported stay`);
  if (collection === "starts")
    sentences.push(`the daily export of ${String(domain)} goes on; the days in between stay missing`);
  const expiry = expirationWords(facts);
  if (expiry) sentences.push(expiry);
  const text = sentences.join("; ") || "no row is touched";
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

function expirationWords({ rows, expirationDays, formerExpirationDays, found }: Facts): string | undefined {
  if (expirationDays === formerExpirationDays) return undefined;
  if (expirationDays === undefined) return "rows no longer expire";
  const days = daysIn(expirationDays);
  if (found === "absent") return `rows will be kept ${days}; no table lies there yet`;
  const expires = found === undefined ? rows === "expire" : found === "expire";
  if (expires) return `rows older than ${days} are deleted for good, within a day or two`;
  if (rows === "expire") return `rows are kept ${days}; none goes that is kept today`;
  return `rows are kept ${days} instead of ${String(formerExpirationDays)}`;
}

const daysIn = (days: unknown): string => `${String(days)} ${Number(days) === 1 ? "day" : "days"}`;
