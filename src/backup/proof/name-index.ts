import { hash } from "node:crypto";

/** How many words of 32 bits of its SHA-256 stand for a name: nobody makes two names that agree in 128 bits. */
const words = 4;

/** Numbers names in the order in which they come, and keeps some thirty bytes of each, however long it is. */
export class NameIndex {
  #hashes = new Uint32Array(words * 512);
  /** By the first word of the hash: the number plus one, or where that is taken, in the next free place. */
  #places = new Uint32Array(1024);
  #size = 0;

  /** Of all names so far. */
  get size(): number {
    return this.#size;
  }

  /** The number of a name, which it gets now if it has none. */
  numberOf(name: string): number {
    const digest = hashOf(name);
    const place = this.#placeOf(digest, 0);
    const known = this.#places[place]!;
    if (known > 0) return known - 1;
    const number = this.#size++;
    this.#hashes = withRoom(this.#hashes, this.#size * words, 0);
    this.#hashes.set(digest, number * words);
    this.#places[place] = this.#size;
    if (this.#size * 2 > this.#places.length) this.#widen();
    return number;
  }

  /** The number of a name; `undefined` where it has none. */
  find(name: string): number | undefined {
    const known = this.#places[this.#placeOf(hashOf(name), 0)]!;
    return known > 0 ? known - 1 : undefined;
  }

  #placeOf(hashes: Uint32Array, at: number): number {
    const last = this.#places.length - 1;
    for (let place = hashes[at]! & last; ; place = (place + 1) & last) {
      const known = this.#places[place]!;
      if (known === 0 || this.#isAt((known - 1) * words, hashes, at)) return place;
    }
  }

  #isAt(base: number, hashes: Uint32Array, at: number): boolean {
    for (let word = 0; word < words; word++) if (this.#hashes[base + word] !== hashes[at + word]) return false;
    return true;
  }

  #widen(): void {
    this.#places = new Uint32Array(this.#places.length * 2);
    for (let number = 0; number < this.#size; number++) {
      this.#places[this.#placeOf(this.#hashes, number * words)] = number + 1;
    }
  }
}

/** Returns the array, or a longer one that begins like it, whose further places hold `filler`. */
export function withRoom<Column extends Uint32Array | Float64Array>(
  column: Column,
  length: number,
  filler: number,
): Column {
  if (length <= column.length) return column;
  const longer = new (column.constructor as new (length: number) => Column)(Math.max(length, column.length * 2));
  longer.set(column);
  return filler === 0 ? longer : (longer.fill(filler, column.length) as Column);
}

function hashOf(name: string): Uint32Array {
  const digest = hash("sha256", name, "buffer");
  return new Uint32Array(digest.buffer.slice(digest.byteOffset, digest.byteOffset + words * 4));
}
