import type { Finding } from "../lifecycle/finding.ts";
import { recordUri } from "../slot/release-record.ts";
import type { Slot } from "../slot/slot.ts";
import type { TableSettings } from "../settings/table-settings.ts";

/**
 * Says that whose table it is rests on the record alone; `undefined` where something else tells it, or nothing does. Whoever may write to the
 * backups may have written the record, by which a table is gone on with or makes room.
 */
export function recordAloneSentence(
  claim: TableSettings,
  { table, release, isByRecordAlone }: Pick<Slot, "table" | "release" | "isByRecordAlone">,
): string | undefined {
  if (!table || !isByRecordAlone) return undefined;
  return `The table ${table.arn} is taken for ${release?.domain}'s on the word of ${recordUri(claim)} alone: neither AWS nor the state says whose it is.`;
}

/** Returns the same as a finding. */
export function recordAloneFindings(claim: TableSettings, slot: Slot): Finding[] {
  const message = recordAloneSentence(claim, slot);
  if (message === undefined) return [];
  const cure = "If it is somebody else's, move that record away: `leftover` then decides, and asks by default.";
  return [{ code: "table-leftover", severity: "warning", property: "backup", message, cure }];
}
