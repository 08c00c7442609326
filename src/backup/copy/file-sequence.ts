import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** A file to copy as it is: its URI at the source and its size in bytes, as the metadata says. */
export interface PlannedFile {
  path: string;
  size: number;
}

/** Paths of one table are much alike: together they need a fifth of their letters. */
const filesInPiece = 512;

/** Files in the order in which they were added, of which there may be millions: kept compressed, some forty bytes each. */
export class FileSequence {
  count = 0;
  /** Of all files. */
  bytes = 0;
  readonly #pieces: Uint8Array[] = [];
  #last: PlannedFile[] = [];

  /** Adds a file at the end. */
  add({ path, size }: PlannedFile): void {
    this.count += 1;
    this.bytes += size;
    this.#last.push({ path, size });
    if (this.#last.length === filesInPiece) this.pack();
  }

  /** Compresses what was added last, when nothing is added for a while. */
  pack(): void {
    if (this.#last.length === 0) return;
    const packed = zstdCompressSync(JSON.stringify(this.#last.map((file) => [file.path, file.size])));
    // It comes as the begin of a buffer that is much larger.
    this.#pieces.push(new Uint8Array(packed));
    this.#last = [];
  }

  *[Symbol.iterator](): Generator<PlannedFile> {
    for (const piece of this.#pieces) {
      const files = JSON.parse(zstdDecompressSync(piece).toString()) as [path: string, size: number][];
      for (const [path, size] of files) yield { path, size };
    }
    yield* this.#last;
  }
}
