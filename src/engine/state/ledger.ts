/**
 * The record that a run keeps of its steps. What is recorded here counts at once in memory and is durable in the journal
 * when the promise resolves; every now and then the journal is folded into the checkpoint, where the Pulumi CLI sees it.
 */
import { resolve } from "node:path";

import { EngineError } from "../model/engine-error.ts";
import type { ResourceState } from "../model/resource-state.ts";
import { traitsOf } from "../model/step.ts";
import type { Step } from "../model/step.ts";
import type { StackFiles } from "./backend.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { CheckpointFolds } from "./checkpoint-folds.ts";
import type { Files } from "./files.ts";
import { writeHistory } from "./history.ts";
import type { FinishedRun } from "./history.ts";
import { JournalReplay } from "./journal-replay.ts";
import type { EndEntry, JournalEntry, PendingOperation, Recorded } from "./journal-replay.ts";
import { entryLine, removeJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { StackLock } from "./lock.ts";
import type { ResourceTexts } from "./resource-texts.ts";

/** What the ledger needs to know of a step. */
export type LedgerStep = Pick<Step, "operation" | "old" | "new" | "omitted">;

/** The stack and the files that a run writes. */
export interface LedgerStack {
  name: string;
  /** `organization/<project>/<stack>`. */
  fullName: string;
  salt: string;
  paths: StackFiles;
  files: Files;
}

/** What the ledger writes through. */
export interface LedgerParts {
  checkpoint: CheckpointFile;
  journal: Journal;
  lock: StackLock;
  texts: ResourceTexts;
}

/** Keeps the record of one run. */
export class Ledger {
  /** The states that the run began with, in their order. The run hands these very objects around as old states. */
  readonly resources: readonly ResourceState[];
  /** What earlier runs left unfinished. */
  readonly pending: readonly PendingOperation[];
  readonly #stack: LedgerStack;
  readonly #parts: LedgerParts;
  readonly #replay: JournalReplay;
  readonly #numbers = new Map<ResourceState, number>();
  readonly #folds: CheckpointFolds;

  constructor(recorded: Recorded, stack: LedgerStack, parts: LedgerParts) {
    this.resources = recorded.resources;
    this.pending = recorded.pending;
    this.#replay = new JournalReplay(recorded.resources, recorded.pending);
    this.#stack = stack;
    this.#parts = parts;
    const { fullName, salt } = stack;
    const now = () => ({ resources: this.#replay.resources(), pending: this.#replay.pending() });
    this.#folds = new CheckpointFolds({ ...parts, fullName, salt, recorded: now });
    for (const [number, state] of this.resources.entries()) this.#numbers.set(state, number);
  }

  /** The file of the lock under which the run works. */
  get lockPath(): string {
    return resolve(this.#parts.lock.path);
  }

  /**
   * Records that a provider is about to be called, for the steps that can leave something behind. When it rejects, the
   * call must not be made.
   */
  async begin(step: LedgerStep): Promise<void> {
    const { pending: type, removes } = traitsOf(step.operation);
    if (!type || step.omitted) return;
    this.#assertRecordable();
    const subject = subjectOf(step);
    const begin = this.#numberOf(subject);
    try {
      const { urn, id } = subject;
      // Of a create that is interrupted, the time is all that tells its work from that of others.
      const state = type === "creating" ? { ...subject, modified: new Date().toISOString() } : subject;
      await this.#record(removes ? { begin, type, urn, id } : { begin, type, state });
      this.#assertRecordable();
    } catch (error) {
      this.#note({ end: begin });
      throw error;
    }
  }

  /**
   * Records a step's end; a program may be answered only after it. `ok` is true for partial failures too. The states
   * must be as they are to be kept, the old one's marks included.
   */
  async end(step: LedgerStep, ok: boolean): Promise<void> {
    const { operation, old } = step;
    if (step.omitted || operation === "replace" || operation === "refresh") return;
    const subject = subjectOf(step);
    const entry: EndEntry = { end: this.#numberOf(subject) };
    if (!ok) return this.#record(entry);
    this.#parts.texts.forget(subject);
    if (old) Object.assign(entry, this.#entryForOld(old, operation));
    const { removes } = traitsOf(operation);
    if (!removes) entry.state = subject;
    // A resource that stays as it was can be lost without harm: its line goes to the disk along with the next one.
    if (operation === "same" && old && this.#parts.texts.of(old) === this.#parts.texts.of(subject))
      return this.#note(entry, { ...entry, state: "same" });
    await this.#record(entry);
    if (removes) this.#folds.foldIfSmall();
  }

  /** Records the outputs that a component, or the stack, has been given by now. */
  async outputs(state: ResourceState): Promise<void> {
    await this.#record({ outputs: this.#numberOf(state), value: state.outputs });
  }

  /** Makes this list, which a refresh has found, the one that the run goes on with. */
  async rebuild(resources: ResourceState[]): Promise<void> {
    await this.#folds.idle();
    const pending = this.#replay.pending();
    this.#replay.apply({ fold: "", rebuilt: resources.length });
    this.#replay.reload({ resources, pending });
    for (const [number, state] of resources.entries()) this.#numbers.set(state, number);
    await this.#folds.foldRebuilt(resources.length);
  }

  /**
   * Ends the record: everything into the checkpoint, a history entry, no journal, no lock. When the checkpoint cannot be
   * written, journal and lock stay, and the next run or `sluice engine recover` goes on from them.
   */
  async close(run: FinishedRun): Promise<void> {
    const { checkpoint, journal, lock } = this.#parts;
    const { paths, files, name } = this.#stack;
    try {
      await this.#folds.finish();
    } catch (error) {
      await journal.close().catch(() => undefined);
      lock.keepFile();
      throw this.#unfoldable(error);
    }
    try {
      await writeHistory(paths, name, run, checkpoint.text ?? "", files);
    } finally {
      await journal.close();
      await removeJournal(paths.journal, files);
      await lock.release();
    }
  }

  /** Returns what becomes of the old state: it is done with, or stays and is marked. */
  #entryForOld(old: ResourceState, operation: Step["operation"]): Pick<EndEntry, "done" | "marked"> {
    const number = this.#numberOf(old);
    const { pending: type } = traitsOf(operation);
    const stays = type === "creating" ? !old.pendingReplacement : type === "deleting" && old.pendingReplacement;
    if (!stays) return { done: number };
    return { marked: { number, delete: old.delete, pendingReplacement: old.pendingReplacement } };
  }

  /** Throws when the record cannot go on. What is set aside on a full disk is for the steps that are under way. */
  #assertRecordable(): void {
    const reason = this.#folds.fault ?? this.#parts.journal.shortage;
    if (reason) throw reason;
  }

  #numberOf(state: ResourceState): number {
    const number = this.#numbers.get(state) ?? this.#replay.takeNumber();
    this.#numbers.set(state, number);
    return number;
  }

  #record(entry: JournalEntry): Promise<void> {
    this.#note(entry);
    this.#folds.schedule();
    return this.#parts.journal.flush();
  }

  #note(entry: JournalEntry, written: JournalEntry = entry): void {
    this.#replay.apply(entry);
    this.#parts.journal.note(entryLine(written, this.#parts.texts));
    this.#folds.changed();
  }

  #unfoldable(error: unknown): EngineError {
    const { message, advice } = error as EngineError;
    return new EngineError(
      `${message}\nThe state is not up to date; what this run did is in ${this.#stack.paths.journal}`,
      {
        advice: `${advice ?? ""} \`sluice engine recover\` brings the state up to date without an update.`.trim(),
        cause: error,
      },
    );
  }
}

/** Returns the state that the step is about. */
function subjectOf(step: LedgerStep): ResourceState {
  const subject = traitsOf(step.operation).removes ? step.old : step.new;
  if (!subject) throw new Error(`A step ${step.operation} without a state`);
  return subject;
}
