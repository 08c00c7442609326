import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart, GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { crc32Of } from "./checksum.ts";
import { BucketAbsent, ObjectAbsent, ObjectChanged, ObjectExists } from "./object-store.ts";
import type { ListedObject, ObjectHead, ObjectStore, PutOptions, Range, Upload } from "./object-store.ts";
import { explained, isBucketAbsent, statusOf } from "./s3-errors.ts";
import type { CallerPlace } from "./s3-errors.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** On whose terms objects are read and written. */
export interface StoreOptions {
  /** The account that must own the buckets, 12 digits; S3 refuses every request where another does. Tables' own warehouses are AWS's. */
  owner?: string;
  /** How what is written is encrypted. @default as the bucket says */
  encryption?: { sseAlgorithm: "AES256" | "aws:kms"; kmsKeyArn?: string };
  /** Who reads and writes, for cures. */
  caller?: CallerPlace;
}

/**
 * Amazon S3 and the object side of S3 Tables, which takes GetObject, HeadObject, PutObject and multipart uploads only:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-objects.html.
 * Everything is written with CRC-32, which both accept, so the service refuses a body that changed on its way.
 */
export function s3ObjectStore(client: S3Client, terms: StoreOptions = {}): ObjectStore {
  const { caller } = terms;
  const address = (uri: string) => addressOf(uri, terms.owner);
  /** Buckets that answered, so that a 404 speaks of an object in them. */
  const known = new Set<string>();
  const expectBucket = async (uri: string) => {
    const { Key: _, ...bucket } = address(uri);
    if (isWarehouse(bucket.Bucket) || known.has(bucket.Bucket)) return;
    try {
      await client.send(new HeadBucketCommand(bucket));
      known.add(bucket.Bucket);
    } catch (error) {
      if (statusOf(error) === 404) throw new BucketAbsent(bucket.Bucket, `read ${uri}`, { cause: error });
      throw explained(error, "list", uri, caller);
    }
  };
  return {
    async head(uri): Promise<ObjectHead | undefined> {
      try {
        const answer = await client.send(new HeadObjectCommand({ ...address(uri), ChecksumMode: "ENABLED" }));
        const whole = answer.ChecksumType !== "COMPOSITE";
        return {
          size: answer.ContentLength ?? 0,
          etag: answer.ETag ?? "",
          metadata: answer.Metadata ?? {},
          crc32: whole ? answer.ChecksumCRC32 : undefined,
          checksums: whole
            ? { crc32: answer.ChecksumCRC32, crc64nvme: answer.ChecksumCRC64NVME, sha256: answer.ChecksumSHA256 }
            : {},
        };
      } catch (error) {
        if (statusOf(error) !== 404) throw explained(error, "read", uri, caller);
        // An answer to HEAD has no words: whether the bucket is missing must be asked for.
        await expectBucket(uri);
        return undefined;
      }
    },

    async get(uri, range, etag): Promise<Uint8Array> {
      if (range && range.start >= range.end) return new Uint8Array();
      return read(client, uri, terms, range, etag);
    },

    async *list(uri): AsyncIterable<ListedObject> {
      const { Key: Prefix, ...bucket } = address(uri);
      let token: string | undefined;
      do {
        const request = { ...bucket, Prefix, ContinuationToken: token };
        const page = await client.send(new ListObjectsV2Command(request)).catch((error: unknown) => {
          throw explained(error, "list", uri, caller);
        });
        for (const { Key, Size } of page.Contents ?? []) yield { uri: `s3://${bucket.Bucket}/${Key}`, size: Size ?? 0 };
        token = page.NextContinuationToken;
      } while (token);
    },

    async put(uri, body, options: PutOptions = {}): Promise<void> {
      try {
        await client.send(
          new PutObjectCommand({
            ...address(uri),
            ...encrypted(uri, terms),
            Body: body,
            ContentLength: body.length,
            ChecksumCRC32: crc32Of(body),
            Metadata: options.metadata,
            IfNoneMatch: options.ifNoneMatch ? "*" : undefined,
          }),
        );
      } catch (error) {
        if (options.ifNoneMatch && statusOf(error) === 412) throw new ObjectExists(uri, { cause: error });
        throw explained(error, "write", uri, caller);
      }
    },

    async upload(uri, metadata): Promise<Upload> {
      try {
        const target = { ...address(uri), ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;
        const { UploadId } = await client.send(
          new CreateMultipartUploadCommand({ ...target, ...encrypted(uri, terms), Metadata: metadata }),
        );
        return uploadInParts(client, uri, UploadId!, terms);
      } catch (error) {
        throw explained(error, "write", uri, caller);
      }
    },
  };
}

function uploadInParts(client: S3Client, uri: string, id: string, { owner }: StoreOptions): Upload {
  const target = { ...addressOf(uri, owner), UploadId: id };
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

async function read(
  client: S3Client,
  uri: string,
  options: StoreOptions,
  range?: Range,
  etag?: string,
  attempt = 1,
): Promise<Uint8Array> {
  const { Body } = await open(client, uri, options, range, etag);
  try {
    return await Body!.transformToByteArray();
  } catch (error) {
    // The SDK repeats requests, but not one whose answer breaks off in the body.
    if (attempt < 3) return read(client, uri, options, range, etag, attempt + 1);
    throw explained(error, "read", uri, options.caller);
  }
}

async function open(
  client: S3Client,
  uri: string,
  { owner, caller }: StoreOptions,
  range?: Range,
  etag?: string,
): Promise<GetObjectCommandOutput> {
  const Range = range && `bytes=${range.start}-${range.end - 1}`;
  try {
    return await client.send(new GetObjectCommand({ ...addressOf(uri, owner), Range, IfMatch: etag }));
  } catch (error) {
    if (statusOf(error) === 404 && !isBucketAbsent(error)) throw new ObjectAbsent(uri, { cause: error });
    if (statusOf(error) === 412) throw new ObjectChanged(uri, { cause: error });
    throw explained(error, "read", uri, caller);
  }
}

/** A table's own warehouse belongs to S3 Tables, whose objects are encrypted as the table is. */
function isWarehouse(bucket: string): boolean {
  return bucket.endsWith("--table-s3");
}

function addressOf(
  uri: string,
  owner: string | undefined,
): { Bucket: string; Key: string; ExpectedBucketOwner?: string } {
  const { bucket, key } = parseS3Uri(uri);
  return { Bucket: bucket, Key: key, ...(owner && !isWarehouse(bucket) && { ExpectedBucketOwner: owner }) };
}

/** Said in every request, S3's own keys too: a bucket's policy may refuse what does not name its encryption. */
function encrypted(uri: string, { encryption }: StoreOptions) {
  if (!encryption || isWarehouse(parseS3Uri(uri).bucket)) return {};
  const { sseAlgorithm, kmsKeyArn } = encryption;
  return { ServerSideEncryption: sseAlgorithm, ...(kmsKeyArn && { SSEKMSKeyId: kmsKeyArn }) } as const;
}
