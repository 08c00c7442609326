import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "../../aws/errors.ts";
import { crc32Of } from "./checksum.ts";
import { encryptionDifference } from "./encryption.ts";
import { BucketAbsent, ObjectAbsent, ObjectChanged, ObjectExists } from "./object-store.ts";
import type { ListedObject, ObjectHead, ObjectStore, PutOptions, StoredBytes } from "./object-store.ts";
import { explained, isBucketAbsent } from "./s3-errors.ts";
import { isWarehouse, s3Requests } from "./s3-request.ts";
import type { StoreOptions } from "./s3-request.ts";
import { uploadOf } from "./s3-upload.ts";

/**
 * Returns the store of Amazon S3 and of the object side of S3 Tables, which takes GetObject, HeadObject, PutObject and multipart uploads only:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-objects.html.
 * Everything is written with CRC-32, which both accept, so the service refuses a body that changed on its way; a bucket with Object Lock
 * demands a checksum too, and its default retention is left to count.
 */
export function s3ObjectStore(client: S3Client, terms: StoreOptions = {}): ObjectStore {
  const requests = s3Requests(client, terms);
  const { send, address, encryption } = requests;
  const failed = (error: unknown, verb: "read" | "write" | "list", uri: string) =>
    explained(error, verb, uri, terms.caller);
  const unread = (error: unknown, uri: string) => {
    if (statusOf(error) === 404 && !isBucketAbsent(error)) return new ObjectAbsent(uri, { cause: error });
    if (statusOf(error) === 412) return new ObjectChanged(uri, { cause: error });
    return failed(error, "read", uri);
  };
  /** Buckets that answered, so that a 404 speaks of an object in them. */
  const known = new Set<string>();
  const expectBucket = async (uri: string) => {
    const { Key: _, ...bucket } = address(uri);
    if (isWarehouse(bucket.Bucket) || known.has(bucket.Bucket)) return;
    try {
      await send(() => new HeadBucketCommand(bucket));
      known.add(bucket.Bucket);
    } catch (error) {
      if (statusOf(error) === 404) throw new BucketAbsent(bucket.Bucket, `read ${uri}`, { cause: error });
      throw failed(error, "list", uri);
    }
  };
  const head = async (uri: string): Promise<ObjectHead | undefined> => {
    try {
      const answer = await send(() => new HeadObjectCommand({ ...address(uri), ChecksumMode: "ENABLED" }));
      const { ChecksumCRC32: crc32, ChecksumCRC64NVME: crc64nvme, ChecksumSHA256: sha256 } = answer;
      const checksums = answer.ChecksumType === "COMPOSITE" ? {} : { crc32, crc64nvme, sha256 };
      const { ContentLength: size = 0, ETag: etag = "", Metadata: metadata = {} } = answer;
      const difference = encryptionDifference(encryption(uri), answer);
      const otherwise = difference !== undefined && { encryptionDifference: difference };
      return { size, etag, metadata, crc32: checksums.crc32, checksums, ...otherwise };
    } catch (error) {
      if (statusOf(error) !== 404) throw failed(error, "read", uri);
      // An answer to HEAD has no words: whether the bucket is missing must be asked for.
      await expectBucket(uri);
      return undefined;
    }
  };
  return {
    head,

    async get(uri, range, etag): Promise<Uint8Array> {
      if (range && range.start >= range.end) return new Uint8Array();
      const Range = range && `bytes=${range.start}-${range.end - 1}`;
      try {
        return await send(
          () => new GetObjectCommand({ ...address(uri), Range, IfMatch: etag }),
          undefined,
          ({ Body }) => Body!.transformToByteArray(),
        );
      } catch (error) {
        throw unread(error, uri);
      }
    },

    async getWithEtag(uri): Promise<StoredBytes> {
      try {
        return await send(
          () => new GetObjectCommand(address(uri)),
          undefined,
          async ({ Body, ETag = "" }) => ({ body: await Body!.transformToByteArray(), etag: ETag }),
        );
      } catch (error) {
        throw unread(error, uri);
      }
    },

    async *list(uri): AsyncIterable<ListedObject> {
      const { Key: Prefix, ...bucket } = address(uri);
      let token: string | undefined;
      do {
        const input = { ...bucket, Prefix, ContinuationToken: token };
        const page = await send(() => new ListObjectsV2Command(input)).catch((error: unknown) => {
          throw failed(error, "list", uri);
        });
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          const attributes = { ...(ETag && { etag: ETag }), ...(LastModified && { modified: LastModified }) };
          yield { uri: `s3://${bucket.Bucket}/${Key}`, size: Size ?? 0, ...attributes };
        }
        token = page.NextContinuationToken;
      } while (token);
    },

    async put(uri, body, { ifNoneMatch, ifMatch, metadata }: PutOptions = {}): Promise<void> {
      const ChecksumCRC32 = crc32Of(body);
      const input = {
        ...address(uri),
        ...encryption(uri),
        Body: body,
        ContentLength: body.length,
        ChecksumCRC32,
        Metadata: metadata,
        IfMatch: ifMatch,
        IfNoneMatch: ifNoneMatch ? "*" : undefined,
      };
      const arrived = async () => {
        const found = await head(uri);
        return found?.size === body.length && found.crc32 === ChecksumCRC32 ? {} : undefined;
      };
      const isConditional = ifNoneMatch || ifMatch !== undefined;
      let attempt = 0;
      try {
        await send(() => ((attempt += 1), new PutObjectCommand(input)), isConditional ? arrived : undefined);
      } catch (error) {
        const isGone = ifMatch !== undefined && statusOf(error) === 404 && !isBucketAbsent(error);
        if (!isConditional || (statusOf(error) !== 412 && !isGone)) throw failed(error, "write", uri);
        // An attempt whose answer was lost meets its own effect.
        if (attempt > 1 && (await arrived())) return;
        throw ifNoneMatch ? new ObjectExists(uri, { cause: error }) : new ObjectChanged(uri, { cause: error });
      }
    },

    upload: (uri, metadata) => uploadOf(requests, uri, metadata, () => head(uri)),
  };
}
