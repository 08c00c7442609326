import type { Io, Sink } from "../../../src/cli/io.ts";

/** Streams that remember, for one command line. */
export interface MemoryIo extends Io {
  stdout(): string;
  stderr(): string;
}

export function memoryIo(more: Partial<Io> & { stdin?: string; answer?: string } = {}): MemoryIo {
  const [out, err] = [memorySink(), memorySink()];
  return {
    out: out.sink,
    err: err.sink,
    busy: () => undefined,
    env: {},
    cwd: process.cwd(),
    interactive: more.answer !== undefined,
    ask: async () => more.answer ?? "",
    read: async () => more.stdin ?? "",
    interrupted: () => new AbortController().signal,
    ...more,
    stdout: out.text,
    stderr: err.text,
  };
}

function memorySink(): { sink: Sink; text: () => string } {
  let text = "";
  const write = (more: string) => void (text += more);
  return {
    sink: { write, line: (line = "") => write(`${line}\n`), color: false, live: false, columns: 100 },
    text: () => text,
  };
}
