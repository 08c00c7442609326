import type { Ids } from "./world.ts";

const lettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Identifiers from a small deterministic generator (mulberry32): the same requests get the same ids on every run. */
export class SeededIds implements Ids {
  #state = 0x5eed;

  uuid(): string {
    const hex = this.text(32, "0123456789abcdef");
    const variant = "89ab"[this.#below(4)];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  text(length: number, alphabet = lettersAndDigits): string {
    return Array.from({ length }, () => alphabet[this.#below(alphabet.length)]).join("");
  }

  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
}
