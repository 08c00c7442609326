import { createHash } from "node:crypto";
import type { ChecksumAlgorithm, ChecksumType } from "@aws-sdk/client-s3";
import { combine, crc32Form, crc32cForm, crc64NvmeForm } from "./crc.ts";
import type { Crc } from "./crc.ts";

/** The algorithms that this emulator computes: all of S3's but the XXHASH family. */
const algorithms = [
  "CRC32",
  "CRC32C",
  "CRC64NVME",
  "SHA1",
  "SHA256",
  "SHA512",
  "MD5",
] as const satisfies ChecksumAlgorithm[];
/** The name of an algorithm that the emulator computes. */
export type Algorithm = (typeof algorithms)[number];

/** A checksum of an object or part, in base64. */
export interface Checksum {
  algorithm: Algorithm;
  value: string;
  type: ChecksumType;
}

/** A checksum in the making. */
export interface Digest {
  update(bytes: Uint8Array): void;
  value(): string;
}

const crcs: Partial<Record<Algorithm, Crc>> = { CRC32: crc32Form, CRC32C: crc32cForm, CRC64NVME: crc64NvmeForm };

/** Begins a checksum. */
export function digest(algorithm: Algorithm): Digest {
  const crc = crcs[algorithm];
  if (!crc) {
    const hash = createHash(algorithm.toLowerCase());
    return { update: (bytes) => void hash.update(bytes), value: () => hash.digest("base64") };
  }
  let value = 0n;
  return {
    update: (bytes) => void (value = crc.extend(value, bytes)),
    value: () => encode(crc, value),
  };
}

/** Returns whether S3 can tell the checksum of a whole multipart object from its parts' checksums. */
export function isLinear(algorithm: Algorithm): boolean {
  return crcs[algorithm] !== undefined;
}

/** Computes the checksum of type `FULL_OBJECT`: that of all parts joined, from the checksum and size in bytes of each. */
export function joinChecksums(algorithm: Algorithm, parts: readonly { value: string; size: number }[]): string {
  const crc = crcs[algorithm];
  if (!crc) throw new TypeError(`${algorithm} cannot be joined`);
  const joined = parts.reduce((sum, { value, size }) => combine(crc, sum, decode(value), size), 0n);
  return encode(crc, joined);
}

/** Computes the checksum of type `COMPOSITE`: that of the parts' checksums, with their number. */
export function composeChecksums(algorithm: Algorithm, parts: readonly { value: string }[]): string {
  const outer = digest(algorithm);
  for (const { value } of parts) outer.update(Buffer.from(value, "base64"));
  return `${outer.value()}-${parts.length}`;
}

/** Returns the output members that echo a checksum: `ChecksumCRC32` and so on. */
export function checksumMembers(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type } : {};
}

/** Returns the checksum that an input states for its algorithm, if it states one. */
export function statedChecksum(input: object): { algorithm: Algorithm; value: string } | undefined {
  for (const algorithm of algorithms) {
    const value = (input as Record<string, unknown>)[`Checksum${algorithm}`];
    if (typeof value === "string") return { algorithm, value };
  }
  return undefined;
}

/** Returns whether the emulator computes an algorithm of that name. */
export function isAlgorithm(name: string | undefined): name is Algorithm {
  return (algorithms as readonly (string | undefined)[]).includes(name);
}

function encode(crc: Crc, value: bigint): string {
  return Buffer.from(value.toString(16).padStart(crc.width * 2, "0"), "hex").toString("base64");
}

function decode(value: string): bigint {
  return BigInt(`0x${Buffer.from(value, "base64").toString("hex") || "0"}`);
}
