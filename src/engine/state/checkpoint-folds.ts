import type { CheckpointFile } from "./checkpoint-file.ts";
import { checkpointDigest } from "./checkpoint.ts";
import { FoldSchedule } from "./fold-schedule.ts";
import type { Recorded } from "./journal-replay.ts";
import { entryLine } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { ResourceTexts } from "./resource-texts.ts";
import { snapshotText } from "./snapshot.ts";

/** What is folded, and into which checkpoint. */
export interface FoldParts {
  readonly checkpoint: CheckpointFile;
  readonly journal: Journal;
  readonly texts: ResourceTexts;
  /** `organization/<project>/<stack>`. */
  readonly fullName: string;
  readonly salt: string;
  /** Returns the state as the journal has it by now. */
  readonly recorded: () => Recorded;
}

/** Folds a run's journal into the checkpoint: every now and then in the background, and at the end. */
export class CheckpointFolds {
  readonly #parts: FoldParts;
  readonly #pace: FoldSchedule;
  #folding: Promise<void> = Promise.resolve();
  #waits = false;
  #unfolded = true;
  /** The length of a list that no checkpoint holds yet. */
  #rebuilt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fault: unknown;

  constructor(parts: FoldParts) {
    this.#parts = parts;
    this.#pace = new FoldSchedule(parts.checkpoint.text?.length ?? 0, Date.now());
  }

  /**
   * Returns why the checkpoint cannot be written any more; `undefined` also for a full disk, which may be a better one
   * next time.
   */
  get fault(): unknown {
    return this.#fault;
  }

  /** Notes that the journal holds what the checkpoint does not. */
  changed(): void {
    this.#unfolded = true;
  }

  /** Folds when it is time to. */
  schedule(): void {
    if (this.#timer || this.#waits) return;
    const waitMs = this.#pace.remainingMs(this.#parts.journal.sizeBytes, Date.now());
    if (waitMs === 0) return void this.#fold();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.schedule();
    }, waitMs).unref();
  }

  /** Folds at once where a whole state is little to write. */
  foldIfSmall(): void {
    if (this.#pace.isSmall) void this.#fold();
  }

  /** Resolves when no fold is under way. */
  async idle(): Promise<void> {
    await this.#folding;
  }

  /** Writes a list that a refresh has made. */
  async foldRebuilt(resources: number): Promise<void> {
    this.#rebuilt = resources;
    await this.#write();
  }

  /** Folds for the last time. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#folding;
    if (this.#unfolded) await this.#write();
  }

  /** Folds in the background, one fold after another. */
  #fold(): Promise<void> {
    if (this.#waits) return this.#folding;
    this.#waits = true;
    this.#folding = this.#folding.then(async () => {
      this.#waits = false;
      if (!this.#unfolded || this.#fault || this.#parts.journal.shortage) return;
      await this.#write().catch((error: unknown) => {
        const { cause } = error as Error;
        if (!cause) this.#fault = error;
      });
    });
    return this.#folding;
  }

  async #write(): Promise<void> {
    const { checkpoint, journal, texts, recorded, fullName, salt } = this.#parts;
    const text = snapshotText(recorded(), texts, fullName, salt);
    this.#unfolded = false;
    try {
      const folding = journal.append(entryLine({ fold: checkpointDigest(text), rebuilt: this.#rebuilt }, texts));
      const { sizeBytes } = journal;
      await folding;
      await checkpoint.replace(text);
      this.#rebuilt = undefined;
      this.#pace.noteFold(text.length, sizeBytes, Date.now());
    } catch (error) {
      this.#unfolded = true;
      this.#pace.noteFold(text.length, journal.sizeBytes, Date.now());
      throw error;
    }
  }
}
