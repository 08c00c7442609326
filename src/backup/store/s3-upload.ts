import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart, Part } from "@aws-sdk/client-s3";
import { statusOf } from "../../aws/errors.ts";
import { crc32Of } from "./checksum.ts";
import { encryptionDifference } from "./encryption.ts";
import type { ObjectEncryption } from "./encryption.ts";
import { ObjectExists } from "./object-store.ts";
import type { ObjectHead, Upload } from "./object-store.ts";
import { explained } from "./s3-errors.ts";
import { isWarehouse } from "./s3-request.ts";
import type { S3Requests } from "./s3-request.ts";

/** An upload that was begun, and those of its parts that are there. */
interface Begun {
  target: { Bucket: string; Key: string; UploadId: string };
  parts: Map<number, Part>;
}

/**
 * Starts an upload in parts, or takes up the one that an earlier run left for this object: a part that is there with the same bytes is not
 * sent again. The object appears when the upload is completed, unless one is there.
 *
 * An upload keeps the encryption that it was begun with, which nothing tells but the answer to a part: where one is wanted, the first part
 * is sent to the earlier upload in any case, and a new upload is begun unless the answer says the same encryption.
 */
export async function uploadOf(
  requests: S3Requests,
  uri: string,
  metadata: Record<string, string> | undefined,
  head: () => Promise<ObjectHead | undefined>,
): Promise<Upload> {
  const { send, address, encryption, terms } = requests;
  const wanted = encryption(uri);
  const begin = async (): Promise<Begun> => {
    const how = { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;
    const input = { ...address(uri), ...how, ...wanted, Metadata: metadata };
    const { UploadId } = await send(() => new CreateMultipartUploadCommand(input));
    return { target: { ...address(uri), UploadId: UploadId! }, parts: new Map() };
  };
  try {
    const earlier = await earlierUpload(requests, uri);
    if (!earlier) return inParts(requests, uri, await begin(), head);
    if (wanted.ServerSideEncryption === undefined) return inParts(requests, uri, earlier, head);
    return inParts(
      requests,
      uri,
      async (number, body) => ((await takesPart(requests, wanted, earlier, number, body)) ? earlier : begin()),
      head,
    );
  } catch (error) {
    throw explained(error, "write", uri, terms.caller);
  }
}

/** Sends a part to an upload, and tells whether that has the wanted encryption. One that takes no part, as its key may be gone, has not. */
async function takesPart(
  { send }: S3Requests,
  wanted: ObjectEncryption,
  { target, parts }: Begun,
  PartNumber: number,
  Body: Uint8Array,
): Promise<boolean> {
  const ChecksumCRC32 = crc32Of(Body);
  const input = { ...target, PartNumber, Body, ContentLength: Body.length, ChecksumCRC32 };
  try {
    const answer = await send(() => new UploadPartCommand(input));
    parts.set(PartNumber, { PartNumber, Size: Body.length, ChecksumCRC32, ETag: answer.ETag });
    return encryptionDifference(wanted, answer) === undefined;
  } catch (error) {
    if ([400, 403, 404].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}

function inParts(
  { send, terms }: S3Requests,
  uri: string,
  upload: Begun | ((number: number, body: Uint8Array) => Promise<Begun>),
  head: () => Promise<ObjectHead | undefined>,
): Upload {
  const parts: CompletedPart[] = [];
  const isThere = (part: Part | undefined, size: number, crc32: string) =>
    part?.Size === size && part.ChecksumCRC32 === crc32;
  const failed = (error: unknown) => explained(error, "write", uri, terms.caller);
  let begun = typeof upload === "function" ? undefined : Promise.resolve(upload);
  const targetOf = async () => {
    if (begun === undefined) throw new Error(`No part of ${uri} was sent.`);
    return (await begun).target;
  };
  return {
    async part(number, body) {
      const ChecksumCRC32 = crc32Of(body);
      const done = (ETag: string | undefined) => void (parts[number - 1] = { PartNumber: number, ETag, ChecksumCRC32 });
      try {
        begun ??= (upload as (number: number, body: Uint8Array) => Promise<Begun>)(number, body);
        const { target, parts: there } = await begun;
        if (isThere(there.get(number), body.length, ChecksumCRC32)) return done(there.get(number)!.ETag);
        const input = { ...target, PartNumber: number, Body: body, ContentLength: body.length, ChecksumCRC32 };
        const { ETag } = await send(
          () => new UploadPartCommand(input),
          // What timed out may have arrived.
          async () => {
            const one = { ...target, PartNumberMarker: String(number - 1), MaxParts: 1 };
            const [part] = (await send(() => new ListPartsCommand(one))).Parts ?? [];
            return part?.PartNumber === number && isThere(part, body.length, ChecksumCRC32) ? part : undefined;
          },
        );
        done(ETag);
      } catch (error) {
        throw failed(error);
      }
    },

    async complete(size, crc32) {
      const findCompleted = async () => {
        const found = await head();
        return found?.size === size && found.crc32 === crc32 ? {} : undefined;
      };
      const target = await targetOf();
      try {
        await send<unknown, unknown>(
          () =>
            new CompleteMultipartUploadCommand({
              ...target,
              MultipartUpload: { Parts: parts },
              MpuObjectSize: size,
              ChecksumCRC32: crc32,
              ChecksumType: "FULL_OBJECT",
              IfNoneMatch: "*",
            }),
          findCompleted,
        );
      } catch (error) {
        if (statusOf(error) !== 412) throw failed(error);
        await send(() => new AbortMultipartUploadCommand(target)).catch(() => {});
        if (!(await findCompleted())) throw new ObjectExists(uri, { cause: error });
      }
    },
  };
}

/** The newest upload of this object that was begun and not ended, with its parts. Who may not look for it begins anew. */
async function earlierUpload({ send, address }: S3Requests, uri: string): Promise<Begun | undefined> {
  const { Key, ...bucket } = address(uri);
  if (isWarehouse(bucket.Bucket)) return undefined;
  try {
    const { Uploads = [] } = await send(() => new ListMultipartUploadsCommand({ ...bucket, Prefix: Key }));
    const uploadsOfKey = Uploads.filter((upload) => upload.Key === Key && upload.ChecksumAlgorithm === "CRC32");
    const id = uploadsOfKey.toSorted((a, b) => Number(b.Initiated) - Number(a.Initiated))[0]?.UploadId;
    if (id === undefined) return undefined;
    const parts = new Map<number, Part>();
    let marker: string | undefined;
    do {
      const input = { ...bucket, Key, UploadId: id, PartNumberMarker: marker };
      const page = await send(() => new ListPartsCommand(input));
      for (const part of page.Parts ?? []) parts.set(part.PartNumber!, part);
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return { target: { ...bucket, Key, UploadId: id }, parts };
  } catch (error) {
    if ([403, 404, 405, 501].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}
