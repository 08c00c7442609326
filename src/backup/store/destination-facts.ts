import { partitionOf } from "../../partitions.ts";
import { deniesWriting, expiryOf } from "./bucket-rules.ts";
import type { Expiry } from "./bucket-rules.ts";
import type { BucketFacts } from "./inspect-bucket.ts";
import type { AskedEncryption } from "./s3-request.ts";
import { parseS3Uri } from "./s3-uri.ts";

/** What can be read about the bucket in which backups lie. An absent member is not known; `unknown` says why. */
export interface DestinationFacts extends Omit<BucketFacts, "lifecycle" | "policy"> {
  bucket: string;
  /** Under which the backups lie; empty for the whole bucket. */
  prefix: string;
  /** The enabled lifecycle rule that removes backups first, or moves them first to where they cannot be read at once; `false` for none. */
  expires?: Expiry | false;
  /** `denied` where the bucket's policy plainly refuses every write; whether a write succeeds is told by writing alone. */
  writable: "unknown" | "denied";
}

/** Whose backups a place is to hold. */
export interface Backups {
  /** Of the tables. */
  account: string;
  region: string;
  /** As which it is asked for that they be encrypted, each of them. @default not known */
  encryptions?: readonly AskedEncryption[];
  /** ARN of the role that writes them. @default not known */
  role?: string;
}

/** Returns what a bucket is to backups that are to lie in it: only rules for their folder concern them. */
export function destinationFacts(
  { lifecycle, policy, ...facts }: BucketFacts,
  uri: string,
  { account, region, encryptions = [], role }: Backups,
): DestinationFacts {
  const { bucket, key: prefix } = parseS3Uri(uri);
  const folder = `${prefix && `${prefix}/`}${account}/${region}/`;
  const object = `arn:${partitionOf(region)}:s3:::${bucket}/${folder}x`;
  const ways = encryptions.length > 0 ? encryptions : [undefined];
  const isDenied =
    typeof policy === "string" &&
    ways.some((encryption) => deniesWriting(policy, { resource: object, encryption, writer: { account, role } }));
  return {
    bucket,
    prefix,
    ...facts,
    ...(lifecycle && { expires: expiryOf(lifecycle, folder) ?? false }),
    writable: isDenied ? "denied" : "unknown",
  };
}
