import type { PolicyDocument } from "./policy.ts";
import type { QuirkName } from "./quirks.ts";
import type { Seed } from "./seed.ts";

/** Everything that the emulator holds. A service keeps its own state in slices, which `reset` empties and `state` shows. */
export interface World {
  readonly seed: Seed;
  /** Without a seed the world is open: each domain and bucket that a request names exists. */
  readonly open: boolean;
  readonly clock: Clock;
  /** When the world was last as its seed says. */
  readonly seededAt: Date;
  readonly ids: Ids;
  /** The chosen value of an undocumented behaviour. */
  quirk(name: QuirkName): string;
  /** State that belongs to one account and Region; made on first use. */
  regional<T>(slice: Slice<T>, account: string, region: string): T;
  /** State that belongs to nobody's Region; made on first use. */
  global<T>(slice: Slice<T>): T;
  /** Each account and Region for which the slice holds state. */
  holders<T>(slice: Slice<T>): Array<{ account: string; region: string; state: T }>;
  /** General purpose buckets by name, in all accounts and Regions, seeded ones included. */
  readonly buckets: Map<string, Bucket>;
  /** What the storage services do for the others. */
  readonly storage: Storage;
}

/** Names one kind of state and says how it begins. */
export interface Slice<T> {
  name: string;
  initial(world: World, account: string, region: string): T;
}

/** The emulator's time: the machine's, moved forward by `advance`. */
export interface Clock {
  now(): Date;
  advance(milliseconds: number): void;
}

/** Identifiers that look like AWS's, from a seeded generator: the same requests get the same ones. */
export interface Ids {
  uuid(): string;
  /** `length` characters of the alphabet, lower-case letters and digits unless told otherwise. */
  text(length: number, alphabet?: string): string;
}

/** A general purpose bucket as other services see it; its objects are the S3 service's own state. */
export interface Bucket {
  name: string;
  account: string;
  region: string;
  createdAt: Date;
  policy?: PolicyDocument;
  versioning?: "Enabled" | "Suspended" | undefined;
  /** Object Lock: the days for which each new version is kept, and the account whose callers may bypass that. */
  lock?: { days?: number; account?: string | undefined } | undefined;
  lifecycle?: Array<{ prefix: string; days?: number | undefined; noncurrentDays?: number | undefined }> | undefined;
  /** Whether no public access block keeps everybody out. */
  open?: boolean;
}

/** How a table or bucket is encrypted. */
export interface Encryption {
  sseAlgorithm: "AES256" | "aws:kms";
  kmsKeyArn?: string;
}

/** The export's S3 table, which DataZone makes and fills and which lives in S3 Tables. */
export interface Storage {
  /** The table bucket `aws-sagemaker-catalog` of the account and Region. */
  exportBucket(world: World, at: { account: string; region: string }): { bucketArn: string; exists: boolean };
  /** The `asset` table of the account and Region with its encryption, or undefined where there is none. */
  exportTable(
    world: World,
    at: { account: string; region: string },
  ): { tableArn: string; encryption: Encryption } | undefined;
  /** Makes bucket `aws-sagemaker-catalog`, namespace `asset_metadata` and an empty table `asset`, as far as missing. */
  ensureExportTable(
    world: World,
    at: { account: string; region: string; encryption: Encryption },
  ): Promise<{ bucketArn: string; tableArn: string }>;
  /** Appends one day's snapshot with `assets` rows of the domain; does nothing where the table was dropped. */
  appendSnapshot(
    world: World,
    at: { account: string; region: string; domain: string; time: Date; assets: number },
  ): Promise<void>;
}
