import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ServiceError } from "../../world/handler.ts";
import { decodeAwsChunked, isAwsChunked } from "../../protocol/aws-chunked.ts";
import { storeBody } from "./body.ts";
import type { Body } from "./body.ts";
import { digest, isAlgorithm, statedChecksum } from "../../protocol/checksums.ts";
import type { Algorithm, Checksum } from "../../protocol/checksums.ts";

/** PutObject and UploadPart take no more in one request: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const largestBodyBytes = 5 * 1024 ** 3;

/** A payload that has come whole. */
export interface ReceivedPayload {
  body: Body;
  md5: Buffer;
  checksum: Checksum;
}

/**
 * Takes in the payload of PutObject or UploadPart and holds it against everything that the request says of it: length,
 * Content-MD5, the signed SHA-256, and a checksum in a header or trailer.
 */
export async function receivePayload(
  request: IncomingMessage,
  input: { Body?: unknown; ContentMD5?: string | undefined },
  algorithm?: Algorithm,
): Promise<ReceivedPayload> {
  checkSize(request);
  const trailers = new Map<string, string>();
  const trailing = trailingAlgorithm(request);
  const stated = statedChecksum(input);
  const kind = trailing ?? stated?.algorithm ?? algorithm ?? "CRC64NVME";
  const sum = digest(kind);
  const md5 = createHash("md5");
  const signedHash = /^[0-9a-f]{64}$/.exec(header(request, "x-amz-content-sha256") ?? "")?.[0];
  const sha256 = signedHash === undefined ? undefined : createHash("sha256");
  const body = await storeBody(
    tap(payload(request, input.Body as AsyncIterable<Buffer>, trailers), [sum, md5, sha256]),
  );
  checkLength(request, body.size);
  const digested = md5.digest();
  if (input.ContentMD5 !== undefined) checkMd5(input.ContentMD5, digested);
  if (sha256 && sha256.digest("hex") !== signedHash) {
    throw new ServiceError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const expected = trailing ? trailers.get(`x-amz-checksum-${trailing.toLowerCase()}`) : stated?.value;
  const checksum: Checksum = { algorithm: kind, value: sum.value(), type: "FULL_OBJECT" };
  if (trailing && expected === undefined) {
    throw new ServiceError("MalformedTrailerError", "The trailer named by x-amz-trailer is missing.");
  }
  if (expected !== undefined) checkSum(expected, checksum);
  return { body, md5: digested, checksum };
}

async function* payload(
  request: IncomingMessage,
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  try {
    yield* isAwsChunked(request) ? decodeAwsChunked(source, trailers) : source;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    // The client hung up in the middle; nobody reads this answer, and nothing is stored.
    throw new ServiceError("RequestTimeout", "Your socket connection to the server was closed.");
  }
}

async function* tap(
  source: AsyncIterable<Buffer>,
  sinks: ({ update(bytes: Uint8Array): unknown } | undefined)[],
): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    for (const sink of sinks) sink?.update(bytes);
    yield bytes;
  }
}

function trailingAlgorithm(request: IncomingMessage): Algorithm | undefined {
  const trailer = header(request, "x-amz-trailer")?.trim().toLowerCase();
  if (!trailer?.startsWith("x-amz-checksum-")) return undefined;
  const algorithm = trailer.slice("x-amz-checksum-".length).toUpperCase();
  if (isAlgorithm(algorithm)) return algorithm;
  throw new ServiceError("InvalidRequest", `The value specified in the x-amz-trailer header is not supported`);
}

/** Refuses what is too large by what its headers say, before it has come. */
function checkSize(request: IncomingMessage): void {
  const size = Number(header(request, "x-amz-decoded-content-length") ?? header(request, "content-length") ?? 0);
  if (size <= largestBodyBytes) return;
  throw new ServiceError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    members: { ProposedSize: size, MaxSizeAllowed: largestBodyBytes },
  });
}

function checkLength(request: IncomingMessage, size: number): void {
  const length = header(request, "x-amz-decoded-content-length");
  if (length === undefined || Number(length) === size) return;
  throw new ServiceError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header.",
  );
}

/** Checks a Content-MD5 header against the digest of what came. */
function checkMd5(stated: string, actual: Buffer): void {
  const bytes = Buffer.from(stated, "base64");
  if (bytes.length !== 16) {
    throw new ServiceError("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  if (!bytes.equals(actual)) {
    throw new ServiceError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
}

function checkSum(stated: string, actual: Checksum): void {
  if (Buffer.from(stated, "base64").length !== Buffer.from(actual.value, "base64").length) {
    throw new ServiceError(
      "InvalidRequest",
      `Value for x-amz-checksum-${actual.algorithm.toLowerCase()} header is invalid.`,
    );
  }
  if (stated === actual.value) return;
  throw new ServiceError("BadDigest", `The ${actual.algorithm} you specified did not match the calculated checksum.`);
}

function header(request: IncomingMessage, name: string): string | undefined {
  return [request.headers[name]].flat()[0];
}
