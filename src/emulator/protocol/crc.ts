import { crc32 } from "node:zlib";

/** A reflected CRC with all ones as start and final value: the form of CRC-32, CRC-32C and CRC-64/NVME alike. */
export interface Crc {
  /** Width in bytes. */
  width: 4 | 8;
  /** The reflected polynomial. */
  polynomial: bigint;
  /** The CRC of `bytes` appended to what `previous` stands for; the CRC of nothing is 0. */
  extend(previous: bigint, bytes: Uint8Array): bigint;
}

/** CRC-32, as zip and PNG have it. */
export const crc32Form: Crc = {
  width: 4,
  polynomial: 0xedb88320n,
  extend: (previous, bytes) => BigInt(crc32(bytes, Number(previous))),
};

const crc32cPolynomial = 0x82f63b78n;
/** CRC-32C, after Castagnoli. */
export const crc32cForm: Crc = { width: 4, polynomial: crc32cPolynomial, extend: crc32cExtend };

const crc64nvmePolynomial = 0x9a6c9329ac4bc9b5n;
/** CRC-64/NVME, which S3 computes where a client sends no checksum. */
export const crc64NvmeForm: Crc = { width: 8, polynomial: crc64nvmePolynomial, extend: crc64Extend };

/** Returns the CRC of two joined texts, from the CRC of each and the second's length: a multipart upload is not read again. */
export function combine(crc: Crc, first: bigint, second: bigint, secondLength: number): bigint {
  return multiply(crc, first, powerOfX(crc, BigInt(secondLength) * 8n)) ^ second;
}

/** x^n modulo the polynomial, in reflected form: the highest bit stands for x^0. */
function powerOfX(crc: Crc, exponent: bigint): bigint {
  const one = 1n << BigInt(crc.width * 8 - 1);
  let result = one;
  let square = one >> 1n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(crc, result, square);
    square = multiply(crc, square, square);
  }
  return result;
}

function multiply({ width, polynomial }: Crc, left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = 1n << BigInt(width * 8 - 1); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

function tableOf(polynomial: bigint): bigint[] {
  return Array.from({ length: 256 }, (_, index) => {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
}

const table32c = Uint32Array.from(tableOf(crc32cPolynomial), Number);

function crc32cExtend(previous: bigint, bytes: Uint8Array): bigint {
  let crc = ~Number(previous);
  for (const byte of bytes) crc = (crc >>> 8) ^ (table32c[(crc ^ byte) & 255] as number);
  return BigInt(~crc >>> 0);
}

const table64 = tableOf(crc64nvmePolynomial);
const table64High = Uint32Array.from(table64, (value) => Number(value >> 32n));
const table64Low = Uint32Array.from(table64, (value) => Number(value & 0xffff_ffffn));

/** Two halves of 32 bits: a bigint a byte would cost seconds for each 10 MiB. */
function crc64Extend(previous: bigint, bytes: Uint8Array): bigint {
  let high = ~Number(previous >> 32n);
  let low = ~Number(previous & 0xffff_ffffn);
  for (const byte of bytes) {
    const index = (low ^ byte) & 255;
    low = ((low >>> 8) | (high << 24)) ^ (table64Low[index] as number);
    high = (high >>> 8) ^ (table64High[index] as number);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}
