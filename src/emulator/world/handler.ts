import type { IncomingMessage } from "node:http";
import type { World } from "./world.ts";

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

/** An account and Region of the world, whoever asks about them. */
export type RegionalContext = Pick<Context, "world" | "account" | "region">;

/** The signing name of a service that the emulator has. */
export type ServiceName =
  | "ssm"
  | "datazone"
  | "s3tables"
  | "s3"
  | "sts"
  | "organizations"
  | "iam"
  | "kms"
  | "account"
  | "glue";

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
