import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { Context, ServiceError } from "../world/handler.ts";
import type { OperationModel, ServiceModel } from "./model.ts";

/** A wire protocol: from a request to an operation and its input, from an output or error to an answer. */
export interface Protocol {
  /** Which operation the request asks for. Throws a ServiceError where it is none of the service's. */
  identify(model: ServiceModel, call: IncomingCall): Promise<Route>;
  /** The operation's input in the SDK's types. Throws a ServiceError where the request is malformed. */
  decode(model: ServiceModel, route: Route, call: IncomingCall): Promise<Record<string, unknown>>;
  encode(model: ServiceModel, operation: OperationModel, output: Record<string, unknown>, context: Context): Answer;
  encodeError(model: ServiceModel, error: WireError): Answer;
  /** The error for an input that violates the model's limits, of the class that the service declares. */
  invalid(model: ServiceModel, operation: OperationModel, input: Record<string, unknown>): ServiceError | undefined;
}

/** A request as the protocols read it. */
export interface IncomingCall {
  method: string;
  /** The path's segments as they came, still percent-encoded: an ARN is one segment. */
  path: string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  request: IncomingMessage;
  /** The whole body, read on first use. */
  body(): Promise<Buffer>;
}

/** The operation that a request asks for, and what its path says. */
export interface Route {
  operation: OperationModel;
  labels: Record<string, string>;
}

/** An answer on its way to the client. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: string | Uint8Array | Readable;
}

/** An error as a protocol puts it into an answer. */
export interface WireError {
  code: string;
  message: string;
  status: number;
  members: Record<string, unknown>;
  requestId: string;
}
