import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import type { ReadStream, WriteStream } from "node:tty";
import { Exit } from "./exit.ts";
import { SignOfLife } from "./sign-of-life.ts";

/** Everything a command touches outside its arguments. Data goes to `out`, all else to `err`. */
export interface Io {
  out: Sink;
  err: Sink;
  env: NodeJS.ProcessEnv;
  /** Absolute; relative paths of the command line start here. */
  cwd: string;
  /** Shows on a terminal what is being done until something else is written, or is done without it; anywhere else nothing. */
  busy(doing?: () => string): void;
  /** Whether somebody sits at the other end and can answer {@link Io.ask}. */
  interactive: boolean;
  /** One line of an answer; only when {@link Io.interactive}. */
  ask(question: string): Promise<string>;
  /** All of standard input, for `-`. */
  read(): Promise<string>;
  /** Aborted by the first SIGINT, SIGTERM, SIGHUP or SIGBREAK; the second one ends the process at once, as cancelled. Asking for it is what catches the signals. */
  interrupted(): AbortSignal;
}

/** Where text goes: standard output or standard error. */
export interface Sink {
  write(text: string): void;
  /** Writes the text and a newline. */
  line(text?: string): void;
  color: boolean;
  /** Lines may be overwritten in place. */
  live: boolean;
  /** As wide as it is now. */
  readonly columns: number;
}

/** Returns the process's own streams, environment and signals. */
export function processIo(): Io {
  let abort: AbortController | undefined;
  for (const stream of [process.stdout, process.stderr]) stream.on("error", unlessClosed);
  const life = new SignOfLife(process.stderr, isLive(process.stderr));
  const err = sinkOf(process.stderr, life);
  return {
    out: sinkOf(process.stdout, life),
    err,
    busy: (doing) => life.show(doing),
    env: process.env,
    cwd: process.cwd(),
    interactive: Boolean((process.stdin as ReadStream).isTTY && process.stderr.isTTY && !process.env["CI"]),
    ask: async (question) => {
      life.clear();
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    read: () => text(process.stdin),
    interrupted: () => {
      abort ??= abortOnSignals();
      return abort.signal;
    },
  };
}

/** Whoever reads may have seen enough (`sluice check | head`); what is under way is brought to its end all the same. */
function unlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Resolves when everything written has left the process. */
export async function flushOutput(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((done) => stream.write("", () => done()));
  }
}

function sinkOf(stream: WriteStream, life: SignOfLife): Sink {
  const write = (text: string) => {
    life.clear();
    stream.write(text);
  };
  return {
    write,
    line: (text = "") => write(`${text}\n`),
    color: wantsColor(process.env, stream.isTTY),
    live: isLive(stream),
    get columns() {
      return stream.columns ?? 100;
    },
  };
}

function isLive({ isTTY }: WriteStream): boolean {
  return Boolean(isTTY) && process.env["TERM"] !== "dumb" && !process.env["CI"];
}

function wantsColor(env: NodeJS.ProcessEnv, terminal: boolean | undefined): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return Boolean(terminal) && env["TERM"] !== "dumb";
}

function abortOnSignals(): AbortController {
  const abort = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    // The kernel and the shell may both tell of a closed terminal: two of these are no second wish.
    if (abort.signal.aborted && signal === "SIGHUP") return;
    if (abort.signal.aborted) process.exit(Exit.cancelled);
    // What is written to a terminal that is gone fails, and must not end what is under way.
    if (signal === "SIGHUP") for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    abort.abort(signal);
  };
  // A closed terminal and an ended ssh session send SIGHUP, Windows' Ctrl-Break and closed windows SIGBREAK.
  const signals = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    ...(process.platform === "win32" ? ["SIGBREAK" as const] : []),
  ] as const;
  for (const signal of signals) process.on(signal, stop);
  return abort;
}
