import type { NormalizedSchema } from "@smithy/core/schema";
import type { OperationModel } from "./model.ts";
import type { IncomingCall, Route } from "./protocol.ts";
import { partOf, rawOf, timestampFormat } from "./smithy-schema.ts";
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

/** Returns members that came in path, query and headers. */
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

/** Returns headers and remaining body members of an output. */
export function boundHeaders(schema: NormalizedSchema, output: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  const binding = bindingOf(schema);
  for (const [member, name, memberSchema] of binding.headers) {
    const value = output[member];
    if (value === undefined || value === null) continue;
    headers[name] = value instanceof Date ? dateText(memberSchema, value) : [value].flat().map(String).join(", ");
  }
  for (const [member, prefix] of binding.prefixHeaders) {
    for (const [key, value] of Object.entries(output[member] ?? {})) headers[prefix + key] = String(value);
  }
  return headers;
}

/** Writes a time as HTTP does, unless the model gives it a format of its own. */
function dateText(schema: NormalizedSchema, date: Date): string {
  return timestampFormat(schema) === "date-time" ? date.toISOString() : date.toUTCString();
}

const bindings = new WeakMap<object, Binding>();

/** Returns where a structure's members travel; worked out once for each structure. */
export function bindingOf(structure: NormalizedSchema): Binding {
  const key = rawOf(structure);
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

function fromText(schema: NormalizedSchema, texts: string[], name: string): unknown {
  if (!schema.isListSchema()) return scalarFromText(schema, texts[0] ?? "", name);
  const element = schema.getValueSchema();
  return texts.flatMap((text) => text.split(",")).map((text) => scalarFromText(element, text.trim(), name));
}
