import type { ObjectStore } from "../store/object-store.ts";

/** Bytes that are read at once. */
export const pieceBytes = 8 * 2 ** 20;

/** Pieces of one large file that are on their way at once. */
const ahead = 6;

/** Reads an object piece by piece, in order. */
export async function* piecesOfObject(
  store: ObjectStore,
  uri: string,
  size: number,
  etag?: string,
): AsyncGenerator<Buffer> {
  if (size <= pieceBytes) {
    yield bufferOf(await store.get(uri, undefined, etag));
    return;
  }
  const under: Promise<Uint8Array>[] = [];
  let next = 0;
  const begin = () => {
    if (next >= size) return;
    const reading = store.get(uri, { start: next, end: Math.min(size, next + pieceBytes) }, etag);
    // A failure is told where its turn comes.
    reading.catch(() => {});
    under.push(reading);
    next += pieceBytes;
  };
  for (let index = 0; index < ahead; index++) begin();
  for (let piece = under.shift(); piece; piece = under.shift()) {
    yield bufferOf(await piece);
    begin();
  }
}

/** Runs `work` over items, `limit` at once; after a failure none begins, and those under way are waited for. */
export async function forEach<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const run = async () => {
    for (let next = rest.next(); !next.done && failures.length === 0; next = rest.next()) {
      try {
        signal?.throwIfAborted();
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, run));
  if (failures.length > 0) throw failures[0];
}

/** Lets so many works go on at once; the others wait for their turn. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Runs `work` when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resume) => this.#waiting.push(resume));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Returns the same bytes as a Buffer, which are not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Tells by its name whether an error of a store says that the object is not there. */
export function isObjectAbsent(error: unknown): boolean {
  return error instanceof Error && error.name === "ObjectAbsent";
}
