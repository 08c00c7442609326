import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Computes a CRC-32 as S3 writes it in `x-amz-checksum-crc32`: base64 of four bytes, the highest first. */
export function crc32Of(bytes: Uint8Array): string {
  return encode(crc32(bytes));
}

/** Computes the CRC-32 of pieces laid end to end, from each one's CRC-32 and length in bytes. */
export function crc32OfParts(parts: { crc32: string; size: number }[]): string {
  return encode(parts.reduce((crc, part) => multiply(crc, powerOfX(part.size * 8)) ^ decode(part.crc32), 0));
}

/** Computes a SHA-256: `sha256:` and the digest in hexadecimal. */
export function sha256Of(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function encode(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes.toString("base64");
}

function decode(text: string): number {
  return Buffer.from(text, "base64").readUInt32BE();
}

// A CRC is a polynomial over GF(2) modulo `polynomial`; the highest bit is the coefficient of 1. Appending n bits
// multiplies what came before by x^n, so pieces can be read in any order and joined afterwards.
const polynomial = 0xedb88320;
const one = 0x80000000;
const x = 0x40000000;

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= b;
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1;
  }
  return product;
}

function powerOfX(exponent: number): number {
  let power = one;
  let square = x;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}
