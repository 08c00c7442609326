import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart, CompleteMultipartUploadCommandOutput, Part } from "@aws-sdk/client-s3";
import { crc32Of } from "./checksum.ts";
import { ObjectExists } from "./object-store.ts";
import type { ObjectHead, Upload } from "./object-store.ts";
import { explained, statusOf } from "./s3-errors.ts";
import { isWarehouse } from "./s3-request.ts";
import type { S3Requests } from "./s3-request.ts";

/**
 * Starts an upload in parts, or takes up the one that an earlier run left for this object: a part that is there with the same bytes is not
 * sent again. The object appears when the upload is completed, unless one is there.
 */
export async function uploadOf(
  requests: S3Requests,
  uri: string,
  metadata: Record<string, string> | undefined,
  head: () => Promise<ObjectHead | undefined>,
): Promise<Upload> {
  const { send, address, encryption, terms } = requests;
  const begin = async () => {
    const how = { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;
    const input = { ...address(uri), ...how, ...encryption(uri), Metadata: metadata };
    return (await send(() => new CreateMultipartUploadCommand(input))).UploadId!;
  };
  try {
    const earlier = await earlierUpload(requests, uri);
    const UploadId = earlier?.id ?? (await begin());
    return inParts(requests, uri, { ...address(uri), UploadId }, earlier?.parts ?? new Map(), head);
  } catch (error) {
    throw explained(error, "write", uri, terms.caller);
  }
}

function inParts(
  { send, terms, encryption }: S3Requests,
  uri: string,
  target: { Bucket: string; Key: string; UploadId: string },
  there: Map<number, Part>,
  head: () => Promise<ObjectHead | undefined>,
): Upload {
  const wanted = encryption(uri);
  const parts: CompletedPart[] = [];
  const isThere = (part: Part | undefined, size: number, crc32: string) =>
    part?.Size === size && part.ChecksumCRC32 === crc32;
  const failed = (error: unknown) => explained(error, "write", uri, terms.caller);
  return {
    async part(number, body) {
      const ChecksumCRC32 = crc32Of(body);
      const done = (ETag: string | undefined) => void (parts[number - 1] = { PartNumber: number, ETag, ChecksumCRC32 });
      if (isThere(there.get(number), body.length, ChecksumCRC32)) return done(there.get(number)!.ETag);
      const input = { ...target, PartNumber: number, Body: body, ContentLength: body.length, ChecksumCRC32 };
      try {
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
      const isOwn = async () => {
        const found = await head();
        return found?.size === size && found.crc32 === crc32 ? {} : undefined;
      };
      try {
        const made: CompleteMultipartUploadCommandOutput | object = await send(
          () =>
            new CompleteMultipartUploadCommand({
              ...target,
              MultipartUpload: { Parts: parts },
              MpuObjectSize: size,
              ChecksumCRC32: crc32,
              ChecksumType: "FULL_OBJECT",
              IfNoneMatch: "*",
            }),
          isOwn,
        );
        expectEncryption(uri, wanted, made);
      } catch (error) {
        if (statusOf(error) !== 412) throw failed(error);
        await send(() => new AbortMultipartUploadCommand(target)).catch(() => {});
        if (!(await isOwn())) throw new ObjectExists(uri, { cause: error });
      }
    },

    async abort() {
      await send(() => new AbortMultipartUploadCommand(target));
    },
  };
}

/** An upload keeps the encryption that it was begun with, which an earlier run may have been told otherwise. */
function expectEncryption(
  uri: string,
  wanted: ReturnType<S3Requests["encryption"]>,
  made: Pick<CompleteMultipartUploadCommandOutput, "ServerSideEncryption" | "SSEKMSKeyId">,
): void {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: key } = made;
  if (algorithm === undefined || wanted.ServerSideEncryption === undefined) return;
  if (algorithm === wanted.ServerSideEncryption && (key ?? wanted.SSEKMSKeyId) === wanted.SSEKMSKeyId) return;
  throw new Error(
    `${uri} was begun by an earlier run with the encryption ${algorithm} ${key ?? ""}, not ${wanted.ServerSideEncryption} ${wanted.SSEKMSKeyId ?? ""}. Move it away and run again.`,
  );
}

/** The newest upload of this object that was begun and not ended, with its parts. Who may not look for it begins anew. */
async function earlierUpload(
  { send, address }: S3Requests,
  uri: string,
): Promise<{ id: string; parts: Map<number, Part> } | undefined> {
  const { Key, ...bucket } = address(uri);
  if (isWarehouse(bucket.Bucket)) return undefined;
  try {
    const { Uploads = [] } = await send(() => new ListMultipartUploadsCommand({ ...bucket, Prefix: Key }));
    const own = Uploads.filter((upload) => upload.Key === Key && upload.ChecksumAlgorithm === "CRC32");
    const id = own.toSorted((a, b) => Number(b.Initiated) - Number(a.Initiated))[0]?.UploadId;
    if (id === undefined) return undefined;
    const parts = new Map<number, Part>();
    let marker: string | undefined;
    do {
      const input = { ...bucket, Key, UploadId: id, PartNumberMarker: marker };
      const page = await send(() => new ListPartsCommand(input));
      for (const part of page.Parts ?? []) parts.set(part.PartNumber!, part);
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return { id, parts };
  } catch (error) {
    if ([403, 404, 405, 501].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}
