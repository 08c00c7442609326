import type { S3Client } from "@aws-sdk/client-s3";
import type { MiddlewareStack } from "@smithy/types";
import { singleAttempt, Flow } from "./flow.ts";
import type { CallerTarget } from "./s3-errors.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** How what is written is to be encrypted. */
export interface AskedEncryption {
  sseAlgorithm: "AES256" | "aws:kms";
  kmsKeyArn?: string;
}

/** On whose terms objects are read and written. */
export interface StoreOptions {
  /** The account that must own the buckets, 12 digits; S3 refuses every request where another does. Tables' own warehouses are AWS's. */
  owner?: string;
  /** How what is written is encrypted. @default as the bucket says */
  encryption?: AskedEncryption;
  /** Who reads and writes, for cures. */
  caller?: CallerTarget;
  /** Ends the pauses between attempts of a request. */
  signal?: AbortSignal;
}

type Command = Parameters<S3Client["send"]>[0];

/** The requests of one store. */
export interface S3Requests {
  terms: StoreOptions;
  /**
   * Sends a command, again where its answer passes. Before a further attempt `arrived` may tell what came of the last one.
   * @param read reads the answer's body, which may break off as well
   */
  send: <Output, Result = Output>(
    command: () => CommandOf<Output>,
    arrived?: () => Promise<Result | undefined>,
    read?: (output: Output) => Promise<Result>,
  ) => Promise<Result>;
  address: (uri: string) => { Bucket: string; Key: string; ExpectedBucketOwner?: string };
  /** Said in every request, S3's own keys too: a bucket's policy may refuse what does not name its encryption. */
  encryption: (uri: string) => { ServerSideEncryption?: "AES256" | "aws:kms"; SSEKMSKeyId?: string };
}

/** A command of S3's client with this output. */
export interface CommandOf<Output> {
  resolveMiddleware(...given: never[]): (request: never) => Promise<{ output: Output }>;
}

/** Returns the requests of one store, which share the limit of how many are under way at once. */
export function s3Requests(client: S3Client, terms: StoreOptions): S3Requests {
  const flow = new Flow(terms.signal);
  return {
    terms,
    send: (command, arrived, read) =>
      flow.request(async () => {
        const asked = command() as unknown as Command;
        (asked.middlewareStack as unknown as MiddlewareStack<object, object>).use(singleAttempt);
        const output = await client.send(asked);
        return read ? read(output as never) : (output as never);
      }, arrived),
    address(uri) {
      const { bucket, key } = parseS3Uri(uri);
      const owner = terms.owner !== undefined && !isWarehouse(bucket) && { ExpectedBucketOwner: terms.owner };
      return { Bucket: bucket, Key: key, ...owner };
    },
    encryption(uri) {
      if (!terms.encryption || isWarehouse(parseS3Uri(uri).bucket)) return {};
      const { sseAlgorithm, kmsKeyArn } = terms.encryption;
      return { ServerSideEncryption: sseAlgorithm, ...(kmsKeyArn && { SSEKMSKeyId: kmsKeyArn }) };
    },
  };
}

/** Tells whether a bucket is a table's own warehouse, which belongs to S3 Tables and whose objects are encrypted as the table is. */
export function isWarehouse(bucket: string): boolean {
  return bucket.endsWith("--table-s3");
}
