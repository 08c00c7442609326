import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Checksums by which a storage can tell two files of equal size apart, the strongest first. */
const algorithms = ["sha256", "crc64nvme", "crc32"] as const;
/** Checksums of a file by algorithm, in base64. */
export type Sums = Partial<Record<(typeof algorithms)[number], string>>;

/** Returns the strongest of the checksums that are known, with its algorithm; `undefined` when none is. */
export function strongestOf(sums: Sums): { algorithm: keyof Sums; value: string } | undefined {
  const algorithm = algorithms.find((name) => sums[name] !== undefined);
  return algorithm && { algorithm, value: sums[algorithm]! };
}

/** Checksums of a file that is read from its begin to its end; CRC-32 always. */
export class FileSums {
  #crc32 = 0;
  readonly #crc64: Crc64 | undefined;
  readonly #sha256: Hash | undefined;

  constructor(also: keyof Sums | undefined) {
    this.#crc64 = also === "crc64nvme" ? new Crc64() : undefined;
    this.#sha256 = also === "sha256" ? createHash("sha256") : undefined;
  }

  update(bytes: Uint8Array): void {
    this.#crc32 = crc32(bytes, this.#crc32);
    this.#crc64?.update(bytes);
    this.#sha256?.update(bytes);
  }

  /** In base64, as S3 shows them. */
  value(): Sums & { crc32: string } {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(this.#crc32);
    return {
      crc32: sum.toString("base64"),
      ...(this.#crc64 && { crc64nvme: this.#crc64.value() }),
      ...(this.#sha256 && { sha256: this.#sha256.digest("base64") }),
    };
  }
}

/** CRC-64/NVME, which S3 computes where a client sends no checksum; in two halves of 32 bits. */
class Crc64 {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    const { highs, lows } = (tables ??= makeTables());
    let high = this.#high;
    let low = this.#low;
    for (const byte of bytes) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ lows[index]!;
      high = (high >>> 8) ^ highs[index]!;
    }
    this.#high = high;
    this.#low = low;
  }

  value(): string {
    const sum = Buffer.alloc(8);
    sum.writeInt32BE(~this.#high, 0);
    sum.writeInt32BE(~this.#low, 4);
    return sum.toString("base64");
  }
}

let tables: { highs: Int32Array; lows: Int32Array } | undefined;

function makeTables(): { highs: Int32Array; lows: Int32Array } {
  const polynomial = 0x9a6c9329ac4bc9b5n;
  const made = { highs: new Int32Array(256), lows: new Int32Array(256) };
  for (let index = 0; index < 256; index++) {
    let crc = BigInt(index);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    made.highs[index] = Number(BigInt.asIntN(32, crc >> 32n));
    made.lows[index] = Number(BigInt.asIntN(32, crc));
  }
  return made;
}
