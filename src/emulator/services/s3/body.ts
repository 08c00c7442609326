import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { Readable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Larger bodies go to disk, so that a big object never weighs on memory. */
const MEMORY_LIMIT = 1024 * 1024;

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

  /** Streams the bytes from `start` up to, not including, `end`. */
  read(start = 0, end = this.size): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, piece.size);
      offset += piece.size;
      if (from >= to) continue;
      if ("bytes" in piece) yield piece.bytes.subarray(from, to);
      else yield* createReadStream(piece.file.path, { start: from, end: to - 1, highWaterMark: 256 * 1024 });
    }
  }
}

type Piece = { size: number; bytes: Buffer } | { size: number; file: SpoolFile };

/** Takes a stream in, in memory up to a megabyte and on disk beyond it. */
export async function storeBody(source: AsyncIterable<Buffer>): Promise<Body> {
  const held: Buffer[] = [];
  let size = 0;
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done) return Body.of(Buffer.concat(held));
    held.push(next.value);
    size += next.value.length;
    if (size > MEMORY_LIMIT) break;
  }
  const file = new SpoolFile();
  const output = createWriteStream(file.path, { flags: "wx" });
  try {
    for (const bytes of held) output.write(bytes);
    held.length = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      size += next.value.length;
      if (!output.write(next.value)) await once(output, "drain");
    }
  } finally {
    output.end();
    await finished(output);
  }
  return new Body([{ size, file }]);
}

/** A file that is removed when no body refers to it any more: parts, copies and running reads may share it. */
class SpoolFile {
  static #folder: string | undefined;
  static #next = 0;
  static readonly #unused = new FinalizationRegistry<string>((path) => rmSync(path, { force: true }));

  readonly path: string;

  constructor() {
    SpoolFile.#folder ??= temporaryFolder();
    this.path = join(SpoolFile.#folder, String(SpoolFile.#next++));
    SpoolFile.#unused.register(this, this.path);
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-emulator-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
