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

/** Every AWS call in the order of arrival. */
export class CallLog {
  #calls: Call[] = [];
  #seq = 0;

  begin(call: Pick<Call, "service" | "operation" | "account" | "region">): Call {
    const entry: Call = { seq: ++this.#seq, ...call, status: 0, error: null };
    this.#calls.push(entry);
    return entry;
  }

  list(): Call[] {
    return this.#calls;
  }

  clear(): void {
    this.#calls = [];
    this.#seq = 0;
  }
}
