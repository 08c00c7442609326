import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent } from "../../preview/index.ts";

/** Reads a growing file of JSON lines, several times a second, as no file system tells of growth everywhere. */
export function followEvents(file: string, onEvent: (event: EngineEvent) => void): { end(): Promise<void> } {
  let ending = false;
  const wake = new AbortController();
  const followed = (async () => {
    const handle = await open(file);
    const buffer = Buffer.alloc(1 << 16);
    let rest = Buffer.alloc(0);
    try {
      for (;;) {
        const last = ending;
        for (;;) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
          if (bytesRead === 0) break;
          rest = emitLines(Buffer.concat([rest, buffer.subarray(0, bytesRead)]), onEvent);
        }
        if (last) return;
        await sleep(100, undefined, { signal: wake.signal }).catch(() => undefined);
      }
    } finally {
      await handle.close();
    }
  })();
  return {
    end: () => {
      ending = true;
      wake.abort();
      return followed;
    },
  };
}

/** Hands on each whole line; returns what follows the last one. */
function emitLines(bytes: Buffer, onEvent: (event: EngineEvent) => void): Buffer<ArrayBuffer> {
  const end = bytes.lastIndexOf("\n") + 1;
  for (const line of bytes.toString("utf8", 0, end).split("\n")) {
    if (line.trim()) onEvent(JSON.parse(line) as EngineEvent);
  }
  return Buffer.from(bytes.subarray(end));
}
