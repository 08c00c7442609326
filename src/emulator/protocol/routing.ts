import type { NormalizedSchema } from "@smithy/core/schema";
import { ServiceError } from "../world/handler.ts";
import { bindingOf } from "./http-binding.ts";
import type { HttpTrait, OperationModel, ServiceModel } from "./model.ts";
import type { IncomingCall, Route } from "./protocol.ts";
import { requiredMembers } from "./smithy-schema.ts";

/**
 * Returns the operation whose method, path and distinguishing query parameters fit best. Among equals wins the one whose
 * required query parameters and headers are there: that is how S3 tells UploadPart from PutObject.
 */
export function routeOf(model: ServiceModel, call: IncomingCall): Route | undefined {
  let best: { route: Route; score: number } | undefined;
  for (const [operation, http] of operationsOf(model, call.method)) {
    const path = matchPath(http.segments, call.path);
    if (path === undefined || !queryFits(http, call.query)) continue;
    const score = path.literals + 10 * http.query.length + needs(operation, call);
    if (best === undefined || score > best.score) best = { route: { operation, labels: path.labels }, score };
  }
  return best?.route;
}

type Bound = [operation: OperationModel, http: HttpTrait];

const byMethod = new WeakMap<ServiceModel, Map<string, Bound[]>>();

function operationsOf(model: ServiceModel, method: string): Bound[] {
  let methods = byMethod.get(model);
  if (methods === undefined) {
    const bound = [...model.operations.values()].flatMap((each): Bound[] => (each.http ? [[each, each.http]] : []));
    methods = Map.groupBy(bound, ([, http]) => http.method);
    byMethod.set(model, methods);
  }
  return methods.get(method) ?? [];
}

/** Decodes one percent-encoded segment; a stray `%` is the client's mistake. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ServiceError("InvalidURI", `The path segment "${segment}" is not percent-encoded text.`);
  }
}

function matchPath(
  pattern: HttpTrait["segments"],
  path: string[],
): { labels: Record<string, string>; literals: number } | undefined {
  const labels: Record<string, string> = {};
  let literals = 0;
  let at = 0;
  for (const [index, segment] of pattern.entries()) {
    if (typeof segment === "string") {
      if (path[at] !== segment) return undefined;
      literals += segment === "" ? 0 : 1;
      at++;
      continue;
    }
    const end = segment.greedy ? path.length - (pattern.length - index - 1) : at + 1;
    if (end > path.length) return undefined;
    const part = path.slice(at, end).join("/");
    if (segment.greedy && part === "") return undefined;
    labels[segment.label] = decodeSegment(part);
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
