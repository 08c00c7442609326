import { closeSync, createReadStream, createWriteStream, openSync, unlinkSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Writable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Larger bodies go to disk, so that a big object never weighs on memory. */
const memoryLimitBytes = 1024 * 1024;

/** The bytes of an object: pieces in memory or in files, in order. A multipart object has the pieces of its parts. */
export class Body {
  readonly size: number;
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.size = pieces.reduce((sum, piece) => sum + piece.size, 0);
  }

  static of(bytes: Buffer): Body {
    return new Body([{ size: bytes.length, bytes }]);
  }

  static join(bodies: readonly Body[]): Body {
    return new Body(bodies.flatMap((body) => body.#pieces));
  }

  /** The bytes from `start` up to, not including, `end`: at once where they lie in memory in one piece, else as a stream. */
  content(start = 0, end = this.size): Uint8Array | Readable {
    const [piece, ...others] = this.#pieces;
    const inMemory = piece !== undefined && others.length === 0 && "bytes" in piece;
    return inMemory ? piece.bytes.subarray(start, end) : this.read(start, end);
  }

  /** Streams the bytes from `start` up to, not including, `end`. */
  read(start = 0, end = this.size): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, piece.size);
      if (from < to) yield* "bytes" in piece ? [piece.bytes.subarray(from, to)] : piece.file.read(from, to);
      // The piece is needed to the last: its file is closed as soon as nothing refers to it.
      offset += piece.size;
    }
  }
}

type Piece = { size: number; bytes: Buffer } | { size: number; file: SpoolFile };

/** Takes a stream in, in memory up to a megabyte and on disk beyond it. */
export async function storeBody(source: AsyncIterable<Buffer>): Promise<Body> {
  const held: Buffer[] = [];
  let size = 0;
  const iterator = source[Symbol.asyncIterator]();
  while (size <= memoryLimitBytes) {
    const next = await iterator.next();
    if (next.done) return Body.of(Buffer.concat(held));
    held.push(next.value);
    size += next.value.length;
  }
  const file = new SpoolFile();
  const written = await file.takeIn(held, iterator);
  return new Body([{ size: written, file }]);
}

/**
 * A file without a name, closed when no body refers to it any more: parts, copies and running reads may share it. Nothing
 * of it is left however the process ends.
 */
class SpoolFile {
  static readonly #unused = new FinalizationRegistry<number>((fd) => closeSync(fd));

  readonly #fd: number;

  constructor() {
    const path = join(tmpdir(), `sluice-emulator-${randomUUID()}`);
    this.#fd = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    SpoolFile.#unused.register(this, this.#fd, this);
  }

  /** Writes what has come and what is still to come, and says how much it was. */
  async takeIn(held: Buffer[], rest: AsyncIterator<Buffer>): Promise<number> {
    const output = createWriteStream("", { fd: this.#fd, autoClose: false, start: 0 });
    try {
      for (let bytes = held.shift(); bytes; bytes = held.shift()) await write(output, bytes);
      for (let next = await rest.next(); !next.done; next = await rest.next()) await write(output, next.value);
      output.end();
      await finished(output);
      return output.bytesWritten;
    } catch (error) {
      output.end();
      await finished(output).catch(() => undefined);
      SpoolFile.#unused.unregister(this);
      closeSync(this.#fd);
      throw error;
    }
  }

  read(start: number, end: number): Readable {
    return createReadStream("", { fd: this.#fd, autoClose: false, start, end: end - 1, highWaterMark: 256 * 1024 });
  }
}

async function write(output: Writable, bytes: Buffer): Promise<void> {
  if (!output.write(bytes)) await once(output, "drain");
}
