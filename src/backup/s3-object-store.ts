import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart, GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { crc32Of } from "./checksum.ts";
import { ObjectAbsent, ObjectChanged, ObjectExists } from "./object-store.ts";
import type { ObjectHead, ObjectStore, PutOptions, Range, Upload } from "./object-store.ts";
import { parseS3Uri } from "./s3-uri.ts";

/**
 * Amazon S3 and the object side of S3 Tables, which takes GetObject, HeadObject, PutObject and multipart uploads only:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-objects.html.
 * Everything is written with CRC-32, which both accept, so the service refuses a body that changed on its way.
 */
export function s3ObjectStore(client: S3Client): ObjectStore {
  return {
    async head(uri): Promise<ObjectHead | undefined> {
      try {
        const answer = await client.send(new HeadObjectCommand({ ...address(uri), ChecksumMode: "ENABLED" }));
        return {
          size: answer.ContentLength ?? 0,
          etag: answer.ETag ?? "",
          metadata: answer.Metadata ?? {},
          crc32: answer.ChecksumType === "COMPOSITE" ? undefined : answer.ChecksumCRC32,
        };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw explained(error, "read", uri);
      }
    },

    async get(uri, range, etag): Promise<Uint8Array> {
      if (range && range.start >= range.end) return new Uint8Array();
      return read(client, uri, range, etag);
    },

    async put(uri, body, options: PutOptions = {}): Promise<void> {
      try {
        await client.send(
          new PutObjectCommand({
            ...address(uri),
            Body: body,
            ContentLength: body.length,
            ChecksumCRC32: crc32Of(body),
            Metadata: options.metadata,
            IfNoneMatch: options.ifNoneMatch ? "*" : undefined,
          }),
        );
      } catch (error) {
        if (options.ifNoneMatch && statusOf(error) === 412) throw new ObjectExists(uri, { cause: error });
        throw explained(error, "write", uri);
      }
    },

    async upload(uri, metadata): Promise<Upload> {
      try {
        const target = { ...address(uri), ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, Metadata: metadata }));
        return uploadInParts(client, uri, UploadId!);
      } catch (error) {
        throw explained(error, "write", uri);
      }
    },
  };
}

function uploadInParts(client: S3Client, uri: string, id: string): Upload {
  const target = { ...address(uri), UploadId: id };
  const parts: CompletedPart[] = [];
  return {
    async part(number, body) {
      const ChecksumCRC32 = crc32Of(body);
      const input = { ...target, PartNumber: number, Body: body, ContentLength: body.length, ChecksumCRC32 };
      const { ETag } = await client.send(new UploadPartCommand(input));
      parts[number - 1] = { PartNumber: number, ETag, ChecksumCRC32 };
    },
    async complete(size, crc32) {
      await client.send(
        new CompleteMultipartUploadCommand({
          ...target,
          MultipartUpload: { Parts: parts },
          MpuObjectSize: size,
          ChecksumCRC32: crc32,
          ChecksumType: "FULL_OBJECT",
        }),
      );
    },
    async abort() {
      await client.send(new AbortMultipartUploadCommand(target));
    },
  };
}

async function read(client: S3Client, uri: string, range?: Range, etag?: string, attempt = 1): Promise<Uint8Array> {
  const { Body } = await open(client, uri, range, etag);
  try {
    return await Body!.transformToByteArray();
  } catch (error) {
    // The SDK repeats requests, but not one whose answer breaks off in the body.
    if (attempt < 3) return read(client, uri, range, etag, attempt + 1);
    throw explained(error, "read", uri);
  }
}

async function open(client: S3Client, uri: string, range?: Range, etag?: string): Promise<GetObjectCommandOutput> {
  const Range = range && `bytes=${range.start}-${range.end - 1}`;
  try {
    return await client.send(new GetObjectCommand({ ...address(uri), Range, IfMatch: etag }));
  } catch (error) {
    if (statusOf(error) === 404) throw new ObjectAbsent(uri, { cause: error });
    if (statusOf(error) === 412) throw new ObjectChanged(uri, { cause: error });
    throw explained(error, "read", uri);
  }
}

function address(uri: string): { Bucket: string; Key: string } {
  const { bucket, key } = parseS3Uri(uri);
  return { Bucket: bucket, Key: key };
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

function explained(error: unknown, verb: "read" | "write", uri: string): Error {
  const { bucket } = parseS3Uri(uri);
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Without s3:ListBucket, S3 answers 403 for an object that does not exist, so its absence cannot be known.
  const cure =
    statusOf(error) === 403
      ? `\nAllow s3:${verb === "read" ? "GetObject" : "PutObject"} on it, and s3:ListBucket on ${bucket}; for a table bucket s3tables:${verb === "read" ? "GetTableData" : "PutTableData"}.`
      : "";
  return new Error(`Cannot ${verb} ${uri}: ${reason}.${cure}`, { cause: error });
}
