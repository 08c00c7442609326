import { NormalizedSchema } from "@smithy/core/schema";
import type { ServiceName } from "../service.ts";
import type { Constraints } from "./validation.ts";

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

export type ProtocolName = "awsJson1_1" | "restJson1" | "restXml" | "awsQuery";

export interface OperationModel {
  name: string;
  input: NormalizedSchema | undefined;
  output: NormalizedSchema | undefined;
  http: HttpTrait | undefined;
}

export interface HttpTrait {
  method: string;
  /** The path's segments: literal text, or `{Label}` for one of any text and `{Label+}` for one or more. */
  segments: Array<string | { label: string; greedy: boolean }>;
  /** Query parameters that distinguish the operation; an empty value stands for any. */
  query: Array<[name: string, value: string]>;
  status: number;
}

export interface ErrorModel {
  name: string;
  /** The code that the query protocol, and JSON's compatible header, use for it. */
  queryCode: string | undefined;
  status: number | undefined;
  queryStatus: number | undefined;
  client: boolean;
  members: string[];
}

/** What a client package exports; its schemas are arrays whose first element tells their kind. */
type ClientModule = Record<string, unknown>;
interface ClientConfig {
  config: {
    protocol: { getShapeId(): string };
    protocolSettings: { xmlNamespace?: string; serviceTarget?: string };
  };
}

const OPERATION = 9;
const ERROR = -3;

/** Reads the schemas out of a client package. */
export function modelOf(service: ServiceName, client: ClientModule, constraints: Constraints): ServiceModel {
  const { protocol, protocolSettings } = clientConfig(client);
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, ErrorModel>();
  for (const schema of Object.values(client)) {
    if (!Array.isArray(schema)) continue;
    if (schema[0] === OPERATION) operations.set(schema[2], operationOf(schema));
    if (schema[0] === ERROR) errors.set(schema[2], errorOf(schema));
  }
  return {
    service,
    protocol: protocol.getShapeId().split("#")[1] as ProtocolName,
    xmlNamespace: protocolSettings.xmlNamespace ?? "",
    target: protocolSettings.serviceTarget ?? "",
    operations,
    errors,
    constraints,
  };
}

/** The names of a structure's required members: its schema counts how many of the first ones are. */
export function requiredMembers(structure: NormalizedSchema): string[] {
  const schema = structure.getSchema() as unknown as [unknown, unknown, unknown, unknown, string[], unknown, number?];
  return schema[4].slice(0, schema[6] ?? 0);
}

/** A structure with some of another's members, as a body is that has its other members in path, query and headers. */
export function partOf(structure: NormalizedSchema, members: string[], name = structure.getName()): NormalizedSchema {
  const [kind, namespace, , traits, names, schemas] = structure.getSchema() as unknown as unknown[] & {
    4: string[];
    5: unknown[];
  };
  const chosen = members.map((member) => schemas[names.indexOf(member)]);
  return NormalizedSchema.of([kind, namespace, name, traits, members, chosen] as never);
}

function clientConfig(client: ClientModule): ClientConfig["config"] {
  const name = Object.keys(client).find((key) => /^[A-Z][A-Za-z0-9]*Client$/.test(key));
  const Client = client[name ?? ""] as new (options: object) => ClientConfig;
  return new Client({ region: "us-east-1", credentials: { accessKeyId: "-", secretAccessKey: "-" } }).config;
}

function operationOf(schema: unknown[]): OperationModel {
  const [, , name, traits, input, output] = schema as [number, string, string, unknown, unknown, unknown];
  const http = (traits as { http?: [string, string, number] } | 0)
    ? (traits as { http?: [string, string, number] }).http
    : undefined;
  return { name, input: structureOf(input), output: structureOf(output), http: http && httpOf(http) };
}

function structureOf(reference: unknown): NormalizedSchema | undefined {
  const schema = typeof reference === "function" ? reference() : reference;
  return schema === "unit" || schema === undefined ? undefined : NormalizedSchema.of(schema);
}

function httpOf([method, uri, status]: [string, string, number]): HttpTrait {
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

function errorOf(schema: unknown[]): ErrorModel {
  const [, , name, traits, members] = schema as [number, string, string, ErrorTraits, string[]];
  return {
    name,
    queryCode: traits.awsQueryError?.[0],
    queryStatus: traits.awsQueryError?.[1],
    status: traits.httpError,
    client: traits.error !== "server",
    members,
  };
}

interface ErrorTraits {
  error?: "client" | "server";
  httpError?: number;
  awsQueryError?: [string, number];
}
