/** Repeats what an interrupted run's journal says on the checkpoint that lies there. */
import { EngineError } from "../model/engine-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { deepEqual } from "../model/values.ts";
import { checkpointDigest } from "./checkpoint.ts";
import { JournalReplay } from "./journal-replay.ts";
import type { BeginEntry, JournalEntry, PendingOperation, Recorded } from "./journal-replay.ts";
import type { JournalHeader } from "./journal.ts";

/** The journal of an interrupted run. */
export interface LeftJournal {
  path: string;
  header: JournalHeader;
  entries: JournalEntry[];
}

/**
 * Returns the state with all that the journal knows, operations without an end as pending ones. The checkpoint may be the
 * one that the run began with or any of its folds; then the entries after it are repeated. Otherwise somebody has changed
 * the state since, and nothing is repeated: if anything that the journal knows is missing there, that is an error.
 */
export function replayJournal(journal: LeftJournal, checkpoint: string | undefined, recorded: Recorded): Recorded {
  const digest = checkpointDigest(checkpoint);
  const { header, entries } = journal;
  const fold = entries.findLastIndex((entry) => "fold" in entry && entry.fold === digest);
  if (fold < 0 && header.base !== digest) {
    assertNothingMissing(journal, recorded);
    return recorded;
  }
  const replayed = JournalReplay.unread(header.resources);
  for (const entry of entries.slice(0, fold + 1)) replayed.apply(entry);
  if (!replayed.reload(recorded)) throw unfitJournalError(journal);
  for (const entry of entries.slice(fold + 1)) {
    // A list that a refresh made and that never reached the checkpoint: the refresh is to be done again.
    if ("rebuilt" in entry) break;
    replayed.apply(entry);
  }
  return { resources: replayed.resources(), pending: replayed.pending() };
}

function assertNothingMissing(journal: LeftJournal, recorded: Recorded): void {
  const missing = missingEffects(journal.entries, recorded.resources);
  if (missing.length === 0) return;
  throw new EngineError(
    `Somebody has changed the state since a run was interrupted. The state does not know that the run\n${missing
      .map((effect) => `  ${effect}`)
      .join("\n")}`,
    {
      advice: `See to each of them (delete it, or import it with the Pulumi CLI), then remove the journal ${journal.path}`,
    },
  );
}

/** Returns what providers have done according to the entries and the resources do not show. */
function missingEffects(entries: readonly JournalEntry[], resources: readonly ResourceState[]): string[] {
  const find = (urn?: string, id?: string) =>
    resources.find((state) => state.urn === urn && (state.id ?? "") === (id ?? ""));
  const begun = new Map<number, BeginEntry>();
  const missing: string[] = [];
  for (const entry of entries) {
    if ("begin" in entry) begun.set(entry.begin, entry);
    if (!("end" in entry)) continue;
    const begin = begun.get(entry.end);
    begun.delete(entry.end);
    const { state } = entry;
    if (!begin) continue;
    if (state !== undefined && state !== "same") {
      const present = find(state.urn, state.id);
      if (!present || !deepEqual(present.outputs, state.outputs))
        missing.push(`${done[begin.type]} ${resourceText(state.urn, state.id)}`);
    } else if (entry.done !== undefined || entry.marked) {
      const present = find(begin.urn, begin.id);
      if (present && !present.pendingReplacement)
        missing.push(`${done[begin.type]} ${resourceText(begin.urn, begin.id)}`);
    }
  }
  for (const { type, state, urn, id } of begun.values())
    missing.push(`was ${type} ${resourceText(state?.urn ?? urn, state?.id ?? id)} when it was interrupted`);
  return missing;
}

const done: Record<PendingOperation["type"], string> = {
  creating: "created",
  updating: "updated",
  deleting: "deleted",
  reading: "read",
  importing: "imported",
};

function resourceText(urn?: string, id?: string): string {
  return id ? `${urn} (id ${id})` : String(urn);
}

function unfitJournalError({ path }: LeftJournal): EngineError {
  return new EngineError(`The journal ${path} does not fit the state that it names`, {
    advice: "It holds what an interrupted run did. Compare it with the state by hand, then remove it.",
  });
}
