/**
 * When the journal is to be folded into the checkpoint. Writing the whole state at every step is quadratic, so a fold is
 * due once the journal has grown by half of the checkpoint: all folds together then write at most twice what the journal
 * does. But the journal must not stay long: `pulumi cancel` removes our lock, and the CLI then goes on from the last fold.
 */
export class FoldPace {
  #foldedAt: number;
  #journalThen: number;
  #checkpoint: number;

  constructor(checkpointBytes: number, now: number) {
    this.#checkpoint = checkpointBytes;
    this.#journalThen = 0;
    this.#foldedAt = now;
  }

  folded(checkpointBytes: number, journalBytes: number, now: number): void {
    this.#checkpoint = checkpointBytes;
    this.#journalThen = journalBytes;
    this.#foldedAt = now;
  }

  /** Milliseconds until the next fold, if nothing else is recorded until then. */
  remaining(journalBytes: number, now: number): number {
    const grown = (journalBytes - this.#journalThen) * 2 >= this.#checkpoint;
    return Math.max(0, this.#foldedAt + (grown ? PAUSE : LONGEST_PAUSE) - now);
  }

  /** Whether a whole state is so little that it may be written after each delete. */
  get isSmall(): boolean {
    return this.#checkpoint <= 64 * 1024;
  }
}

const PAUSE = 1_500;
const LONGEST_PAUSE = 10_000;
