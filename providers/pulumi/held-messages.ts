import { setTimeout as sleep } from "node:timers/promises";
import { messagesSent } from "../lifecycle/progress.ts";
import type { Progress } from "../lifecycle/progress.ts";

/** How long the engine may take after a read to ask for the differences, in milliseconds. It asks at once, but a machine may be busy. */
const graceMs = 10_000;

/** What was said of a resource while nobody knew its URN. */
interface Held {
  readonly messages: { kind: "info" | "warn"; text: string }[];
  /** Where it is said when nobody names the resource: in the stack's row. */
  readonly unnamed: Progress;
}

/**
 * The messages of the first read of a host, which comes without a URN: in a refresh the engine asks for the differences of what was read right
 * afterwards, and that names the resource. Where it does not ask, they are said without.
 */
export class HeldMessages {
  readonly #held = new Map<string, Held>();

  /** Returns what holds the messages of the resource with this id. What is only for its status column is dropped. */
  hold(id: string, unnamed: Progress): Progress {
    const held: Held = { messages: [], unnamed };
    this.#held.set(id, held);
    const keep = (kind: "info" | "warn") => (text: string) => void held.messages.push({ kind, text });
    return { status: () => {}, info: keep("info"), warn: keep("warn") };
  }

  /** Says what is held of a resource, by what reports on it where that is known now. */
  report(id: string, progressOf?: () => Progress): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    const progress = progressOf?.() ?? held.unnamed;
    for (const { kind, text } of held.messages) progress[kind](text);
  }

  /** Says it after all when nobody has asked for the differences, or when the host is to end. */
  async expire(id: string, signal: AbortSignal): Promise<void> {
    await sleep(graceMs, undefined, { ref: false, signal }).catch(() => {});
    this.report(id);
    await messagesSent();
  }
}
