import { meaningOf } from "../../src/aws/index.ts";
import type { Interrupted } from "./interrupted.ts";
import type { Progress } from "./progress.ts";
import { exportUrnOf } from "./urns.ts";

/**
 * Why an object that exists may be taken over: somebody has asked for it, or it can be of our own making: by a create of an earlier run that
 * was interrupted, or by this very call, whose answer was lost.
 */
export type Ground = "adopt" | "interrupted" | "answerLost";

type FindInterrupted = (urn: string) => Promise<Interrupted | undefined>;

/** How far our clock and AWS's may be apart without anybody's noticing, in milliseconds. */
const clockSkewMs = 60_000;

/** How far clocks may be apart that are kept right, in milliseconds; AWS tells some times in whole seconds. */
const keptClockMs = 5_000;

/** How long after its begin a create may send what makes the object, in milliseconds: it waits its turn, and the SDK tries again. */
const longestCreateMs = 2 * 3_600_000;

/** A change that is sent to AWS, as far as it tells whether an object is its work. */
export class SentChange {
  readonly #begun = Date.now();
  #isUnanswered = false;

  /** Sends it, and notes when an attempt got no answer: the SDK tries again by itself, and meets its own work. */
  async watch<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const { attempts = 1 } = (error as { $metadata?: { attempts?: number } }).$metadata ?? {};
      this.#isUnanswered ||= attempts > 1 || /^(retryable|cancelled)$/.test(meaningOf(error).kind);
      throw error;
    }
  }

  /** Whether an object that was created then can be what this call made without hearing of it. */
  mayHaveMade(createdAt: string | undefined): boolean {
    return this.#isUnanswered && this.precedes(createdAt);
  }

  /**
   * Whether the object was created while this call was under way, as closely as two clocks tell that are kept right. A refusal says that the call
   * made nothing, so that nothing else speaks for it.
   * @param aheadMs how far AWS's clock is known to be ahead of ours
   */
  spans(createdAt: string | undefined, aheadMs = 0): boolean {
    return createdAt !== undefined && Date.parse(createdAt) >= this.#begun + aheadMs - keptClockMs;
  }

  /** Whether this call began before the object was created. */
  precedes(createdAt: string | undefined): boolean {
    return createdAt !== undefined && isSince(createdAt, this.#begun);
  }
}

/** What may be taken over in the creation of one resource. */
export class Ownership {
  readonly #adopt: boolean;
  readonly #urn: string | undefined;
  readonly #interrupted: FindInterrupted;
  readonly #clockAheadMs: () => number;
  #took: Ground | undefined;

  /**
   * @param interrupted finds the interrupted create of a URN
   * @param clockAheadMs tells how far AWS's clock is ahead of ours
   */
  constructor(
    adopt: boolean,
    urn: string | undefined,
    interrupted: FindInterrupted = async () => undefined,
    clockAheadMs = () => 0,
  ) {
    this.#adopt = adopt;
    this.#urn = urn;
    this.#interrupted = interrupted;
    this.#clockAheadMs = clockAheadMs;
  }

  /** Whether somebody has asked for what exists to be taken over. */
  get isAskedFor(): boolean {
    return this.#adopt;
  }

  /** Whether something was taken over that this call has not made. */
  get hasTakenOver(): boolean {
    return this.#took === "adopt" || this.#took === "interrupted";
  }

  /** Whether something was taken over for no other reason than that somebody has asked for it. */
  get hasAdopted(): boolean {
    return this.#took === "adopt";
  }

  /** Returns why an object with this time of creation may be taken over; `undefined` when it is somebody else's as far as anybody knows. */
  async groundFor(createdAt: string | undefined, sending: SentChange): Promise<Ground | undefined> {
    if (sending.mayHaveMade(createdAt)) this.#took = "answerLost";
    else if (this.#adopt) this.#took = "adopt";
    else if (await this.#isInterrupted(createdAt)) this.#took = "interrupted";
    return this.#took;
  }

  /** Returns whether an export that was created then can be the work of the interrupted create of the export that goes with this claim. */
  isOfInterruptedExport(createdAt: string | undefined): Promise<boolean> {
    return this.#isInterrupted(createdAt, exportUrnOf(this.#urn));
  }

  /** Returns what the interrupted create of this resource was to make it with, as far as that is told; `undefined` where there is none. */
  async interruptedInputs(): Promise<Interrupted["inputs"]> {
    return this.#urn === undefined ? undefined : (await this.#interrupted(this.#urn))?.inputs;
  }

  async #isInterrupted(createdAt: string | undefined, urn = this.#urn): Promise<boolean> {
    const create = urn === undefined ? undefined : await this.#interrupted(urn);
    if (!create) return false;
    if (create.since === undefined) return true;
    if (createdAt === undefined) return false;
    // A clock that is wrong today was perhaps not wrong then.
    return [0, this.#clockAheadMs()].some((aheadMs) => isWithin(createdAt, create, aheadMs));
  }
}

/** Whether an object was made while a create can have been under way, by a clock that is ahead of ours. */
function isWithin(createdAt: string, { since, last }: Interrupted, aheadMs: number): boolean {
  const isEarly = last === undefined || Date.parse(createdAt) <= Date.parse(last) + aheadMs + longestCreateMs;
  return isEarly && isSince(createdAt, Date.parse(since!) + aheadMs);
}

function isSince(createdAt: string, time: number): boolean {
  return Date.parse(createdAt) >= time - clockSkewMs;
}

/** Says why an object that was created then will be taken over without anybody's asking for it. */
export function interruptedTakeover(createdAt: string | undefined): string {
  const when = createdAt === undefined ? "" : ` at ${createdAt}`;
  return `It was made${when}, when an earlier run of this stack was interrupted while it made it, and will be taken over as that run's work.`;
}

/** Says what to do about an object that will be taken over. */
export const takeoverCure =
  "Nothing is to be done if that is meant. If it may be somebody else's, ask first, and take `adopt` or the entry out.";

/** Says that an object was taken over and on which ground, and nothing where it is our own new work. */
export function reportTakeover(resource: string, ground: Ground, progress: Progress): void {
  if (ground === "adopt") progress.warn(`${resource} existed, and was taken over as asked.`);
  if (ground === "interrupted") {
    progress.info(`${resource} existed: an earlier run that was interrupted has made it, and it is recorded now.`);
  }
}

/** Returns the error about an object that is not known to be ours. `found` is what it is like, `otherwise` what else can be done about it. */
export function foreignObjectError(resource: string, target: string, found: string, otherwise: string): Error {
  return new Error(
    `${resource} exists in ${target}, and nothing says that this stack made it: another stack, another tool or a person may have. ` +
      `It was left as it is${found && `: ${found}`}.\n` +
      "If it is to be managed here, take it over: `adopt: true` in its entry of the spec, or `sluice up --adopt`. If the program only calls it " +
      `otherwise than before, name its former URN in the option \`aliases\`. Otherwise ${otherwise}.`,
  );
}

/** Returns the error about an object that may be taken over but has settings that AWS cannot change. */
export function unfitObjectError(resource: string, target: string, settings: string): Error {
  return new Error(
    `${resource} exists in ${target} and cannot be taken over, since AWS cannot change this of it: ${settings}. It was left as it is.\n` +
      "Write the settings that it has, run up, and change them afterwards.",
  );
}
