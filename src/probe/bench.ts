import type { QuirkName } from "../emulator/index.ts";
import type { Before } from "./before.ts";
import { entryOf } from "./ledger.ts";
import type { Made } from "./ledger.ts";
import type { ProbeAllowance, ProbeTarget } from "./probe-target.ts";
import { isAnswer } from "./refusal.ts";
import { removeEntry } from "./removing.ts";
import { nameOfError, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";

/** Where questions are asked: it keeps the ledger before anything is made, and the answers. */
export class Bench {
  readonly answers = new Map<QuirkName, QuirkAnswer>();
  /** What AWS keeps although it was asked to delete it. */
  readonly left: string[] = [];
  readonly target: ProbeTarget;
  readonly allowed: ProbeAllowance;
  readonly before: Before;

  constructor(target: ProbeTarget, allowed: ProbeAllowance, before: Before) {
    this.target = target;
    this.allowed = allowed;
    this.before = before;
  }

  /** A name that no other run has. */
  name(what: string): string {
    return `sluice-probe-${this.target.ledger.content.run}-${what}`;
  }

  /** Writes down what is about to be made, and has it made. */
  async make<T>(made: Made, create: () => Promise<T>): Promise<T> {
    const { ledger, signal, now } = this.target;
    signal?.throwIfAborted();
    if (entryOf(ledger, made) === undefined) {
      ledger.content.entries.push({ made, at: new Date(now()).toISOString() });
      await ledger.keep();
    }
    return create();
  }

  /** Takes away one thing that was made, and tells what AWS keeps of it; does nothing where the ledger does not have it. */
  async remove(made: Made): Promise<string | undefined> {
    const entry = entryOf(this.target.ledger, made);
    const kept = entry && (await removeEntry(this.target, entry));
    if (kept !== undefined) this.left.push(kept);
    return kept;
  }

  /** Writes down what AWS tells of something that was made. */
  async mark(made: Made, mark: string | undefined): Promise<void> {
    const entry = entryOf(this.target.ledger, made);
    if (entry === undefined || mark === undefined || entry.mark === mark) return;
    entry.mark = mark;
    await this.target.ledger.keep();
  }

  /** Answers one question. A call that fails for another reason leaves it untold, and stops no other question. */
  async ask(quirk: QuirkName, question: () => Promise<QuirkAnswer>): Promise<void> {
    this.target.signal?.throwIfAborted();
    this.answers.set(quirk, await question().catch((error: unknown) => this.#failed(error)));
  }

  /** Asks questions that need the same things; where those cannot be had, all that are open stay untold for the reason that it returns. */
  async group(quirks: readonly QuirkName[], questions: () => Promise<QuirkAnswer | undefined>): Promise<void> {
    this.target.signal?.throwIfAborted();
    const failed =
      (await questions().catch((error: unknown) => this.#failed(error))) ?? unanswered("It was not asked.");
    for (const quirk of quirks) if (!this.answers.has(quirk)) this.answers.set(quirk, failed);
  }

  /** Waits until something is so, and tells whether it came to be. */
  async until(what: () => Promise<boolean>, patienceMs: number, stepMs = 1_000): Promise<boolean> {
    const end = this.target.now() + patienceMs;
    for (;;) {
      this.target.signal?.throwIfAborted();
      if (await what()) return true;
      if (this.target.now() >= end) return false;
      await this.target.wait(stepMs);
    }
  }

  #failed(error: unknown): QuirkAnswer {
    this.target.signal?.throwIfAborted();
    if (!isAnswer(error)) throw error;
    return unanswered(`AWS answered ${nameOfError(error as Error)}: ${(error as Error).message.split("\n")[0]}`);
  }
}
