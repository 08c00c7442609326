import type { IncomingMessage } from "node:http";
import type { PolicyDocument } from "./policy.ts";
import type { QuirkName } from "./quirks.ts";
import type { Seed } from "./seed.ts";

/**
 * What a service's handlers are written against. A service is a module that exports `handlers`: one function an
 * operation, named as AWS names it, typed by the SDK's own input and output, over the one World.
 *
 *     export const handlers = { GetTable, ListTables } satisfies Handlers;
 */
export type Handlers = Record<string, Handler<never, unknown>>;

/** One operation. Input and output have the SDK's shapes: dates are Dates, blobs are Uint8Arrays, streams are Readables. */
export type Handler<Input, Output> = (input: Input, context: Context) => Output | Promise<Output>;

/** Who asks, where, and the world that answers. */
export interface Context {
  service: ServiceName;
  operation: string;
  account: string;
  region: string;
  /** The ARN of the caller, for example `arn:aws:iam::111122223333:user/emulator` or an assumed role. */
  principal: string;
  requestId: string;
  world: World;
  /** The raw request; a streaming member of the input is read from it. */
  request: IncomingMessage;
  /** A handler that needs another status than the model's (206 for a range), or headers the model lacks, sets them. */
  response: { status?: number; headers: Record<string, string> };
}

export type ServiceName = "ssm" | "datazone" | "s3tables" | "s3" | "sts" | "organizations" | "iam" | "kms" | "account";

/**
 * An error as AWS's protocol answers it. The HTTP status comes from the model's trait for `code`, else from the table
 * of errors common to all services, unless `status` says otherwise. `members` are further members of the error's shape,
 * `headers` are sent beside it.
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    message: string,
    extra: { status?: number; members?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "ServiceError";
    this.code = code;
    this.status = extra.status;
    this.members = extra.members ?? {};
    this.headers = extra.headers ?? {};
  }
}

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

export interface Encryption {
  sseAlgorithm: "AES256" | "aws:kms";
  kmsKeyArn?: string;
}

/** The export's S3 table, which DataZone makes and fills and which lives in S3 Tables. */
export interface Storage {
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
