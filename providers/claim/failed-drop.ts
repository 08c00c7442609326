import { explain, isUnanswered, meaningOf } from "../../src/aws/index.ts";
import type { Receipt } from "../../src/backup/index.ts";
import { errorWithOutcome } from "../lifecycle/error-with-outcome.ts";
import { lastLook } from "../lifecycle/last-look.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import { declaredClaim } from "../slot/declared.ts";
import { findTable } from "../slot/exported-table.ts";
import { noExportText } from "../slot/no-export.ts";
import { subjectOf } from "../settings/table-settings.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/** A table that was to be dropped. */
export interface LeavingTable {
  arn: string;
  /** Of the copy that this run has proven against it; absent where its loss is allowed. */
  receipt?: Receipt;
}

/**
 * Looks for what became of a table whose drop has failed: one that is gone is dropped all the same.
 * @throws the error, with what became of the table, where its copy is, and the way on and back
 */
export async function settleFailedDrop(
  error: unknown,
  settings: TableSettings,
  { arn, receipt }: LeavingTable,
  work: Work,
): Promise<void> {
  const seen = await lastLook(work, async ({ clients }) => ({
    table: await findTable(clients, settings.tableBucketArn),
  }));
  if (seen && seen.table?.arn !== arn) return;
  const explained = explain(error, "drop", { ...subjectOf(settings), resource: `the exported table ${arn}` });
  const outcome = seen ? outcomeText(error) : "Whether it is still there is not known: AWS does not tell.";
  const copy = receipt
    ? `Its copy, which was verified against it in this run, is ${receipt.destination.location}.`
    : "It has no copy: its loss is allowed.";
  throw errorWithOutcome(explained, `${outcome} ${copy} ${waysFrom(settings)}`, error);
}

function outcomeText(error: unknown): string {
  const isOpen = isUnanswered(error) || meaningOf(error).kind === "retryable";
  return isOpen
    ? "It was still there when AWS was asked afterwards; the call may take effect yet."
    : "It is still there.";
}

/** No configuration held the table right before: so nothing exports now. */
function waysFrom(settings: TableSettings): string {
  return noExportText(settings, declaredClaim(settings)?.domain === settings.domain);
}
