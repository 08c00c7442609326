import type { Readable } from "node:stream";
import { createInterface } from "node:readline";

/** Hands on each line that a process prints, as it comes. Blank lines are dropped. */
export function followLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (!stream) return;
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
    if (line.trim() !== "") onLine(line);
  });
}
