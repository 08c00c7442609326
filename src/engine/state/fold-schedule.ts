/**
 * Says when the journal is to be folded into the checkpoint. Writing the whole state at every step is quadratic, so a fold
 * is due once the journal has grown by half of the checkpoint: all folds together then write at most twice what the
 * journal does. But the journal must not stay long: `pulumi cancel` removes our lock, and the CLI then goes on from the
 * last fold.
 */
export class FoldSchedule {
  #foldedAtMs: number;
  #journalBytesAtFold: number;
  #checkpointBytes: number;

  constructor(checkpointBytes: number, nowMs: number) {
    this.#checkpointBytes = checkpointBytes;
    this.#journalBytesAtFold = 0;
    this.#foldedAtMs = nowMs;
  }

  /** Notes a fold. */
  noteFold(checkpointBytes: number, journalBytes: number, nowMs: number): void {
    this.#checkpointBytes = checkpointBytes;
    this.#journalBytesAtFold = journalBytes;
    this.#foldedAtMs = nowMs;
  }

  /** Returns the milliseconds until the next fold, if nothing else is recorded until then. */
  remainingMs(journalBytes: number, nowMs: number): number {
    const grown = (journalBytes - this.#journalBytesAtFold) * 2 >= this.#checkpointBytes;
    return Math.max(0, this.#foldedAtMs + (grown ? pauseMs : longestPauseMs) - nowMs);
  }

  /** Returns whether a whole state is so little that it may be written after each delete. */
  get isSmall(): boolean {
    return this.#checkpointBytes <= smallStateBytes;
  }
}

const smallStateBytes = 64 * 1024;
/** Between two folds. */
const pauseMs = 1_500;
/** Between two folds, where the journal has hardly grown. */
const longestPauseMs = 10_000;
