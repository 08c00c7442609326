import { hash } from "node:crypto";
import { NameIndex, withRoom } from "./name-index.ts";

/** Not listed; not named; not counted. */
const unknown = -1;
/** Named, and nothing told its checksum. */
const withoutSum = -2;

/**
 * What an object is marked with: that a file was begun, that its live rows were counted on either side, that the inventory has it, that it was
 * listed again.
 */
export const marks = { begun: 1, source: 2, copy: 4, inventory: 8, again: 16 } as const;
type Mark = (typeof marks)[keyof typeof marks];

/** What is known of the objects of a copy, by their URIs, in some sixty bytes each: there may be millions. */
export class ObjectsSeen {
  readonly #index = new NameIndex();
  #sizes = new Float64Array(512).fill(unknown);
  #etags = new Float64Array(512).fill(unknown);
  #sums = new Float64Array(512).fill(unknown);
  #rows = new Float64Array(512).fill(unknown);
  #marks = new Uint32Array(512);
  /** How many were listed, were named by the table's metadata, and both. */
  readonly count = { listed: 0, named: 0, both: 0 };
  bytesListed = 0;
  /** Of those that were both. */
  bytes = 0;
  /** The first few that were named and not listed. */
  readonly missing: string[] = [];

  /** Notes an object as the store lists it, with its ETag where that tells one. */
  list(uri: string, size: number, etag?: string): void {
    const number = this.#numberOf(uri);
    if (this.#sizes[number] === unknown) this.count.listed += 1;
    this.bytesListed += size;
    this.#sizes[number] = size;
    this.#etags[number] = numberOf(etag);
  }

  /** Tells whether an object is listed now as it was noted; one that was not noted is. */
  isAsListed(uri: string, size: number, etag?: string): boolean {
    const number = this.#index.find(uri);
    const noted = known(this.#sizes[number ?? -1]);
    if (number === undefined || noted === undefined) return true;
    const [before, now] = [known(this.#etags[number]), known(numberOf(etag))];
    return noted === size && (before === undefined || now === undefined || before === now);
  }

  /** Bytes, as listed. */
  sizeOf(uri: string): number | undefined {
    return known(this.#sizes[this.#index.find(uri) ?? -1]);
  }

  /** Notes an object that belongs to the copy, with its CRC-32 in base64 where something told it. */
  name(uri: string, crc32: string | undefined): void {
    const number = this.#numberOf(uri);
    if (this.#sums[number] === unknown) {
      const size = this.#sizes[number]!;
      this.count.named += 1;
      if (size !== unknown) {
        this.count.both += 1;
        this.bytes += size;
      } else if (this.missing.length < 50) this.missing.push(uri);
    }
    this.#sums[number] = crc32 === undefined ? withoutSum : Buffer.from(crc32, "base64").readUInt32BE();
  }

  /** Tells whether an object was named. */
  isNamed(uri: string): boolean {
    return (this.#sums[this.#index.find(uri) ?? -1] ?? unknown) !== unknown;
  }

  /** CRC-32 in base64; `undefined` where nothing told it. */
  sumOf(uri: string): string | undefined {
    const sum = known(this.#sums[this.#index.find(uri) ?? -1]);
    if (sum === undefined) return undefined;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(sum);
    return bytes.toString("base64");
  }

  /** Notes how many rows a file holds. */
  countRows(uri: string, rows: number): void {
    this.#rows[this.#numberOf(uri)] = rows;
  }

  /** The rows that a file holds; `undefined` where they were not counted. */
  rowsOf(uri: string): number | undefined {
    return known(this.#rows[this.#index.find(uri) ?? -1]);
  }

  /** Marks an object, and tells whether this is the first time. */
  markOnce(uri: string, mark: Mark): boolean {
    const number = this.#numberOf(uri);
    const isNew = (this.#marks[number]! & mark) === 0;
    this.#marks[number]! |= mark;
    return isNew;
  }

  /** Tells whether an object has a mark. */
  isMarked(uri: string, mark: Mark): boolean {
    return ((this.#marks[this.#index.find(uri) ?? -1] ?? 0) & mark) !== 0;
  }

  #numberOf(uri: string): number {
    const number = this.#index.numberOf(uri);
    this.#sizes = withRoom(this.#sizes, this.#index.size, unknown);
    this.#etags = withRoom(this.#etags, this.#index.size, unknown);
    this.#sums = withRoom(this.#sums, this.#index.size, unknown);
    this.#rows = withRoom(this.#rows, this.#index.size, unknown);
    this.#marks = withRoom(this.#marks, this.#index.size, 0);
    return number;
  }
}

/** 48 bits of an ETag's hash. */
function numberOf(etag: string | undefined): number {
  return etag === undefined ? unknown : hash("sha256", etag, "buffer").readUIntBE(0, 6);
}

function known(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}
