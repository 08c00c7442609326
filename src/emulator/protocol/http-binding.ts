import type { NormalizedSchema } from "@smithy/core/schema";
import { ServiceError } from "../service.ts";
import { partOf, requiredMembers, type HttpTrait, type OperationModel, type ServiceModel } from "./model.ts";
import type { IncomingCall, Route } from "./protocol.ts";
import { scalarFromText } from "./text-values.ts";

/** Where an operation's members travel in an HTTP message. */
export interface Binding {
  labels: string[];
  query: Array<[member: string, name: string, schema: NormalizedSchema]>;
  headers: Array<[member: string, name: string, schema: NormalizedSchema]>;
  prefixHeaders: Array<[member: string, prefix: string]>;
  payload: [member: string, schema: NormalizedSchema] | undefined;
  /** The members of the body, as a structure of their own; undefined where there are none. */
  body: NormalizedSchema | undefined;
}

/**
 * The operation whose method, path and distinguishing query parameters fit best. Among equals wins the one whose
 * required query parameters and headers are there: that is how S3 tells UploadPart from PutObject.
 */
export function routeOf(model: ServiceModel, call: IncomingCall): Route | undefined {
  let best: { route: Route; score: number } | undefined;
  for (const operation of model.operations.values()) {
    const { http } = operation;
    if (http === undefined || http.method !== call.method) continue;
    const path = matchPath(http.segments, call.path);
    if (path === undefined || !queryFits(http, call.query)) continue;
    const score = path.literals + 10 * http.query.length + needs(operation, call);
    if (best === undefined || score > best.score) best = { route: { operation, labels: path.labels }, score };
  }
  return best?.route;
}

/** Members that came in path, query and headers. */
export function boundMembers(
  operation: OperationModel,
  labels: Route["labels"],
  call: IncomingCall,
): Record<string, unknown> {
  if (operation.input === undefined) return {};
  const binding = bindingOf(operation.input);
  const input: Record<string, unknown> = {};
  for (const member of binding.labels) input[member] = labels[member];
  for (const [member, name, schema] of binding.query) {
    if (call.query.has(name)) input[member] = fromText(schema, call.query.getAll(name), name);
  }
  for (const [member, name, schema] of binding.headers) {
    const value = call.headers[name];
    if (value !== undefined) input[member] = fromText(schema, [value].flat(), name);
  }
  for (const [member, prefix] of binding.prefixHeaders) {
    const found = Object.entries(call.headers).filter(([name]) => name.startsWith(prefix));
    if (found.length > 0)
      input[member] = Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
  }
  return input;
}

/** Headers and remaining body members of an output. */
export function boundHeaders(schema: NormalizedSchema, output: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  const binding = bindingOf(schema);
  for (const [member, name] of binding.headers) {
    const value = output[member];
    if (value === undefined || value === null) continue;
    headers[name] = value instanceof Date ? value.toUTCString() : [value].flat().map(String).join(", ");
  }
  for (const [member, prefix] of binding.prefixHeaders) {
    for (const [key, value] of Object.entries(output[member] ?? {})) headers[prefix + key] = String(value);
  }
  return headers;
}

const bindings = new WeakMap<object, Binding>();

export function bindingOf(structure: NormalizedSchema): Binding {
  const key = structure.getSchema() as object;
  const known = bindings.get(key);
  if (known) return known;
  const binding: Binding = {
    labels: [],
    query: [],
    headers: [],
    prefixHeaders: [],
    payload: undefined,
    body: undefined,
  };
  const body: string[] = [];
  for (const [member, schema] of structure.structIterator()) {
    const traits = schema.getMergedTraits();
    if (traits.httpLabel) binding.labels.push(member);
    else if (traits.httpQuery) binding.query.push([member, traits.httpQuery, schema]);
    else if (traits.httpHeader) binding.headers.push([member, traits.httpHeader.toLowerCase(), schema]);
    else if (traits.httpPrefixHeaders) binding.prefixHeaders.push([member, traits.httpPrefixHeaders.toLowerCase()]);
    else if (traits.httpPayload) binding.payload = [member, schema];
    else if (!traits.httpResponseCode && !traits.httpQueryParams) body.push(member);
  }
  if (body.length > 0) binding.body = partOf(structure, body);
  bindings.set(key, binding);
  return binding;
}

/** Percent-decodes one segment; a stray `%` is the client's mistake. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ServiceError("InvalidURI", `The path segment "${segment}" is not percent-encoded text.`);
  }
}

function matchPath(
  pattern: string[],
  path: string[],
): { labels: Record<string, string>; literals: number } | undefined {
  const labels: Record<string, string> = {};
  let literals = 0;
  let at = 0;
  for (const [index, segment] of pattern.entries()) {
    const [, label, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    const end = greedy ? path.length - (pattern.length - index - 1) : at + 1;
    if (end > path.length) return undefined;
    const part = path.slice(at, end).join("/");
    if (label === undefined) {
      if (part !== segment) return undefined;
      literals += segment === "" ? 0 : 1;
    } else {
      if (greedy && part === "") return undefined;
      labels[label] = decodeSegment(part);
    }
    at = end;
  }
  return at === path.length ? { labels, literals } : undefined;
}

function queryFits(http: HttpTrait, query: URLSearchParams): boolean {
  return http.query.every(([name, value]) => (value === "" ? query.has(name) : query.get(name) === value));
}

/**
 * Two points for each query parameter and required header of the operation's that is there. One that is required and not
 * there rules the operation out, unless its other query parameters name it all the same: then the request lacks something.
 */
function needs(operation: OperationModel, call: IncomingCall): number {
  if (operation.input === undefined) return 0;
  const { query, required, headers } = namesOf(operation.input);
  const inQuery = query.filter((name) => call.query.has(name)).length;
  const inHeaders = headers.filter((name) => call.headers[name] !== undefined).length;
  const lacking = required.filter((name) => !call.query.has(name)).length;
  const lacksHeader = inHeaders < headers.length && operation.http?.query.length === 0;
  return lacksHeader || (lacking > 0 && inQuery === 0) ? -100 : 2 * (inQuery + inHeaders) - lacking;
}

interface Names {
  /** Of all query parameters, and of the required ones. */
  query: string[];
  required: string[];
  /** Of required headers. */
  headers: string[];
}

const names = new WeakMap<NormalizedSchema, Names>();

function namesOf(input: NormalizedSchema): Names {
  const known = names.get(input);
  if (known) return known;
  const mandatory = new Set(requiredMembers(input));
  const { query, headers } = bindingOf(input);
  const required = (members: typeof query) =>
    members.filter(([member]) => mandatory.has(member)).map(([, name]) => name);
  const found = { query: query.map(([, name]) => name), required: required(query), headers: required(headers) };
  names.set(input, found);
  return found;
}

function fromText(schema: NormalizedSchema, texts: string[], name: string): unknown {
  if (!schema.isListSchema()) return scalarFromText(schema, texts[0] ?? "", name);
  const element = schema.getValueSchema();
  return texts.flatMap((text) => text.split(",")).map((text) => scalarFromText(element, text.trim(), name));
}
