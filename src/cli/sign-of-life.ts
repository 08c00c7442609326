import type { WriteStream } from "node:tty";

/** Milliseconds before a command that says nothing shows what it does, and between two drawings. */
const patienceMs = 300;
const pauseMs = 100;

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Shows on a terminal what a command is doing while it says nothing: one line, which goes away before anything else is written. */
export class SignOfLife {
  readonly #stream: Pick<WriteStream, "write" | "columns">;
  readonly #live: boolean;
  readonly #now: () => number;
  readonly #begun: number;
  #doing: (() => string) | undefined;
  #isDrawn = false;
  #drawnAt = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param live whether the stream is a terminal whose lines can be overwritten; on any other one nothing is ever shown */
  constructor(stream: Pick<WriteStream, "write" | "columns">, live: boolean, now: () => number = Date.now) {
    this.#stream = stream;
    this.#live = live;
    this.#now = now;
    this.#begun = now();
  }

  /** Says what is being done from now on, in words that are asked for when they are drawn; nothing more is shown without it. */
  show(doing?: () => string): void {
    if (!this.#live) return;
    this.#doing = doing;
    if (doing === undefined) return this.clear();
    this.#timer ??= setInterval(() => this.#draw(), pauseMs).unref();
    // Whoever computes for long lets no timer fire.
    this.#draw();
  }

  /** Takes the line away, and shows no more of what was being done: something else is written now. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#doing = undefined;
    if (this.#isDrawn) this.#stream.write("\r\u001B[K");
    this.#isDrawn = false;
  }

  #draw(): void {
    const now = this.#now();
    if (this.#doing === undefined || now - this.#begun < patienceMs || now - this.#drawnAt < pauseMs) return;
    this.#drawnAt = now;
    this.#frame = (this.#frame + 1) % frames.length;
    const line = `${frames[this.#frame]} ${this.#doing()}`.slice(0, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`\r${line}\u001B[K`);
    this.#isDrawn = true;
  }
}
