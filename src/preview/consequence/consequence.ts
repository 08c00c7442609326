import type { Change, Facts, FoundTable, Operation, Severity } from "../change/change.ts";
import { exportFacts, exportSentence } from "./consequence-export.ts";
import { syncFacts, syncSentence } from "./consequence-sync.ts";
import { forgottenFacts, forgottenSentence } from "./consequence-forgotten.ts";
import { tableFacts, tableSentence } from "./consequence-table.ts";

/** What a change does to a resource's inputs. */
export interface ChangedInputs {
  operation: Operation;
  type: string;
  /** The recorded inputs; none for a create. */
  before?: Record<string, unknown>;
  /** The desired inputs; none for a delete. */
  after?: Record<string, unknown>;
  /** ARN of the table that the resource is about, where the stack has recorded one. */
  tableArn?: string;
}

/** Returns what happens to the data, as far as the inputs of both sides tell it. Nothing is asked. */
export function factsOf(effect: ChangedInputs): Facts {
  const adopts = ["create", "replace"].includes(effect.operation) && effect.after?.["adopt"] === true;
  return { ...factsOfKind(effect), ...(adopts && { adopts }) };
}

function factsOfKind({ operation, type, before = {}, after = {}, tableArn }: ChangedInputs): Facts {
  if (operation === "forget") return forgottenFacts(type, before);
  switch (type) {
    case "ResourceDataSync":
      return syncFacts(operation, before, after);
    case "DataExportConfiguration":
      return exportFacts(operation, before, after, tableArn);
    case "AssetTable":
      return tableFacts(operation, before, after, tableArn);
    default:
      return { rows: "none" };
  }
}

/** Returns the change with what AWS was found to have: its words and its severity go by that. */
export function withFoundTable(change: Change, found: FoundTable | undefined): Change {
  return found && change.operation !== "skip" ? withConsequence({ ...change, found }) : change;
}

/** Returns the change with the severity and the sentence that follow from the rest of it. */
export function withConsequence(change: Change): Change {
  const { operation, facts } = change;
  const rows = rowsAfter(change);
  const severity = isOnlyForgotten(change) ? "changes" : severityOf(operation, { ...facts, rows });
  return { ...change, severity, consequence: sentenceOf(change) };
}

/** Returns what becomes of the rows: as AWS was found to have them, and else by the inputs. What is stopped before it is touched stays as bad as it would be. */
export function rowsAfter({ facts, found }: Pick<Change, "facts" | "found">): Facts["rows"] {
  const { becomes = "unknown" } = found ?? {};
  if (becomes === "stops" || becomes === "unknown") return facts.rows;
  return becomes === "absent" ? "none" : becomes;
}

/** Whether an export or a sync that leaves the stack stays in AWS, where somebody else has made it anew. */
function isOnlyForgotten({ operation, type, found }: Pick<Change, "operation" | "type" | "found">): boolean {
  return operation === "delete" && type !== "AssetTable" && found?.becomes === "kept";
}

/** Returns the facts as one sentence, and what else is to be known as another. */
export function sentenceOf({
  operation,
  type,
  facts,
  found,
}: Pick<Change, "operation" | "type" | "facts" | "found">): string {
  const drift = facts.drift ? driftWords[facts.drift] : "";
  if (operation === "skip") return `${drift}It is left out of this deployment: ${String(facts["code"])}.`;
  if (isOnlyForgotten({ operation, type, found }))
    return `${drift}Somebody else has made it anew: it stays as it is, and only its record ends.`;
  if (operation === "forget") return `${drift}${forgottenSentence(type, facts)}`;
  const other = `The resource is ${verbs[operation]}; what its data does is up to its provider.`;
  const adopts = facts["adopts"] === true ? " If it exists already, it is taken over." : "";
  return `${drift}${sentences[type]?.(operation, facts, found) ?? other}${adopts}`;
}

/** Returns how bad a change is: by what it comes to, not by its verb. */
export function severityOf(operation: Operation, { rows, collection }: Facts): Severity {
  if (rows === "dropped" || rows === "expire") return "destroys";
  if (rows === "backedUp" || collection === "stops" || collection === "moves") return "stops";
  if (collection === "starts") return "starts";
  if (collection === "continues") return "changes";
  return { delete: "stops", replace: "stops", update: "changes", create: "starts", forget: "changes", skip: "changes" }[
    operation
  ] as Severity;
}

const sentences: Record<string, (operation: Operation, facts: Facts, found?: FoundTable) => string> = {
  ResourceDataSync: syncSentence,
  DataExportConfiguration: exportSentence,
  AssetTable: tableSentence,
  Guards: () => "What the guards let pass changes; this plan is judged by the stricter of both.",
};

/** Say why a resource is in the plan although its entry has not been edited. */
const driftWords = {
  gone: "AWS no longer has it. ",
  changed: "It was changed behind the stack's back. ",
};

const verbs: Record<Exclude<Operation, "skip">, string> = {
  create: "created",
  update: "changed in place",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten and stays as it is",
};
