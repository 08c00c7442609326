import type { NormalizedSchema } from "@smithy/core/schema";
import type { ServiceName } from "../world/handler.ts";
import type { Constraints } from "./constraints.ts";
import { schemasOf } from "./smithy-schema.ts";
import type { ErrorSchema, OperationSchema } from "./smithy-schema.ts";

/** A service as its SDK client's own schemas describe it. */
export interface ServiceModel {
  service: ServiceName;
  protocol: ProtocolName;
  xmlNamespace: string;
  /** What stands before the operation in the X-Amz-Target header of the JSON protocol. */
  target: string;
  operations: Map<string, OperationModel>;
  errors: Map<string, ErrorModel>;
  constraints: Constraints;
}

/** The wire protocols that the services speak. */
export type ProtocolName = "awsJson1_1" | "restJson1" | "restXml" | "awsQuery";

/** An operation of a service. */
export interface OperationModel {
  name: string;
  input: NormalizedSchema | undefined;
  output: NormalizedSchema | undefined;
  http: HttpTrait | undefined;
}

/** Which requests are an operation, and the status of its answer. */
export interface HttpTrait {
  method: string;
  /** The path's segments: literal text, or `{Label}` for one of any text and `{Label+}` for one or more. */
  segments: Array<string | { label: string; greedy: boolean }>;
  /** Query parameters that distinguish the operation; an empty value stands for any. */
  query: Array<[name: string, value: string]>;
  status: number;
}

/** An error that a service declares. */
export interface ErrorModel {
  name: string;
  /** The code that the query protocol, and JSON's compatible header, use for it. */
  queryCode: string | undefined;
  status: number | undefined;
  queryStatus: number | undefined;
  client: boolean;
  members: string[];
}

/** Returns the model of a service, from its client package's exports and from the limits that these leave out. */
export function modelOf(service: ServiceName, client: Record<string, unknown>, constraints: Constraints): ServiceModel {
  const { protocol, operations, errors, ...settings } = schemasOf(client);
  return {
    service,
    ...settings,
    protocol: protocol.split("#")[1] as ProtocolName,
    operations: new Map(operations.map((operation) => [operation.name, operationOf(operation)])),
    errors: new Map(errors.map((error) => [error.name, errorOf(error)])),
    constraints,
  };
}

function operationOf({ http, ...operation }: OperationSchema): OperationModel {
  return { ...operation, http: http && httpOf(http) };
}

function httpOf([method, uri, status]: NonNullable<OperationSchema["http"]>): HttpTrait {
  const [path = "", query = ""] = uri.split("?");
  return {
    method,
    segments: path.split("/").slice(1).map(segmentOf),
    // The SDK adds x-id to its own requests only; no other client sends it.
    query: [...new URLSearchParams(query)].filter(([name]) => name !== "x-id"),
    status,
  };
}

function segmentOf(text: string): HttpTrait["segments"][number] {
  const [, label, greedy] = /^\{(\w+)(\+?)\}$/.exec(text) ?? [];
  return label === undefined ? text : { label, greedy: greedy === "+" };
}

function errorOf({ name, traits, members }: ErrorSchema): ErrorModel {
  return {
    name,
    queryCode: traits.awsQueryError?.[0],
    queryStatus: traits.awsQueryError?.[1],
    status: traits.httpError,
    client: traits.error !== "server",
    members,
  };
}
