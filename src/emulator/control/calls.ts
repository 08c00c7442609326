/** One AWS call as the emulator saw it. */
export interface Call {
  seq: number;
  service: string;
  operation: string;
  account: string;
  region: string;
  /** The HTTP status of the answer; 0 while there is none, which after a reset or stall it stays. */
  status: number;
  /** The error's code, or the name of the fault that took the answer's place. */
  error: string | null;
  stalled?: true;
}

/** How many calls the log keeps: an emulator may run for weeks. */
const mostCalls = 100_000;

/** Every AWS call in the order of arrival; the oldest are forgotten when there are too many. */
export class CallLog {
  readonly #limit: number;
  #calls: Call[] = [];
  #seq = 0;
  #forgotten = 0;

  constructor(limit = mostCalls) {
    this.#limit = limit;
  }

  /** How many calls were forgotten since the log was cleared; the numbers of those that are left go on. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Adds a call that has just come in, and returns its entry to be filled in. */
  begin(call: Pick<Call, "service" | "operation" | "account" | "region">): Call {
    const entry: Call = { seq: ++this.#seq, ...call, status: 0, error: null };
    this.#calls.push(entry);
    // A tenth at once: to drop the first of so many for each new one would copy them all each time.
    if (this.#calls.length > this.#limit) this.#forget(Math.ceil(this.#limit / 10));
    return entry;
  }

  /** Returns the calls that are kept. */
  list(): Call[] {
    return this.#calls;
  }

  /** Forgets every call and counts from 1 again. */
  clear(): void {
    this.#calls = [];
    this.#seq = 0;
    this.#forgotten = 0;
  }

  #forget(count: number): void {
    if (this.#forgotten === 0) {
      console.error(`[emulator] The call log is full: of more than ${this.#limit} calls it forgets the oldest.`);
    }
    this.#calls = this.#calls.slice(count);
    this.#forgotten += count;
  }
}
