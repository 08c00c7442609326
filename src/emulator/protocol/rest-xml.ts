import type { Readable } from "node:stream";
import type { NormalizedSchema } from "@smithy/core/schema";
import { ServiceError } from "../world/handler.ts";
import { checkDocument } from "./document-digest.ts";
import { bindingOf, boundHeaders, boundMembers } from "./http-binding.ts";
import type { Binding } from "./http-binding.ts";
import { MistypedValue } from "./json-values.ts";
import type { ServiceModel } from "./model.ts";
import type { Answer, IncomingCall, Protocol, WireError } from "./protocol.ts";
import { routeOf } from "./routing.ts";
import { validationMessage, violations } from "./validation.ts";
import { escapeXml, fromXml, toXml } from "./xml.ts";

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** REST with XML bodies, which is S3's: streams as payloads, metadata in headers. */
export const restXml: Protocol = {
  async identify(model, call) {
    const route = routeOf(model, call);
    if (route) return route;
    throw new ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.");
  },

  async decode(_model, { operation, labels }, call) {
    if (operation.input === undefined) return {};
    const binding = bindingOf(operation.input);
    try {
      const bound = boundMembers(operation, labels, call);
      if (binding.payload) return { ...bound, ...(await payloadOf(binding, binding.payload, call)) };
      if (binding.body === undefined) return bound;
      return { ...bound, ...((await xmlBody(binding.body, call)) as object) };
    } catch (error) {
      throw error instanceof MistypedValue ? new ServiceError("InvalidArgument", error.message) : error;
    }
  },

  encode(model, operation, output, context): Answer {
    const status = context.response.status ?? operation.http?.status ?? 200;
    const { output: schema } = operation;
    const headers = { ...(schema ? boundHeaders(schema, output) : {}), ...context.response.headers };
    if (schema === undefined) return { status, headers };
    const { payload, body } = bindingOf(schema);
    if (payload) {
      const [member, shape] = payload;
      const value = output[member];
      if (value === undefined || value === null) return { status, headers };
      if (!shape.isStructSchema()) return { status, headers, body: value as Uint8Array | Readable };
      return xmlAnswer(status, headers, shape, value, model.xmlNamespace);
    }
    if (body === undefined) return { status, headers };
    const unwrapped = unwrappedOutputs[operation.name];
    if (unwrapped !== undefined)
      return unwrappedAnswer(status, headers, unwrapped, output[unwrapped], model.xmlNamespace);
    return xmlAnswer(status, headers, body, output, model.xmlNamespace);
  },

  encodeError(_model: ServiceModel, error: WireError): Answer {
    const members = { Code: error.code, Message: error.message, ...error.members, RequestId: error.requestId };
    const inner = Object.entries(members).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
    return {
      status: error.status,
      headers: { "content-type": "application/xml" },
      body: `${declaration}<Error>${inner.join("")}</Error>`,
    };
  },

  invalid(model, { input: schema }, input) {
    const found = schema ? violations(input, schema, model.constraints) : [];
    return found.length === 0 ? undefined : new ServiceError("InvalidArgument", validationMessage(found));
  },
};

/** Outputs whose only member is the document itself; the SDK's schemas lack the model's trait for it. */
const unwrappedOutputs: Record<string, string> = { GetBucketLocation: "LocationConstraint" };

function unwrappedAnswer(
  status: number,
  headers: Record<string, string>,
  member: string,
  value: unknown,
  xmlNamespace: string,
): Answer {
  const text = escapeXml(String(value ?? ""));
  return {
    status,
    headers: { "content-type": "application/xml", ...headers },
    body: `${declaration}<${member} xmlns="${xmlNamespace}">${text}</${member}>`,
  };
}

async function payloadOf(
  { headers }: Binding,
  [member, schema]: [string, NormalizedSchema],
  call: IncomingCall,
): Promise<Record<string, unknown>> {
  if (schema.isStreaming()) return { [member]: call.request };
  const body = await call.body();
  // A checksum that is a member of the input is not the document's: CompleteMultipartUpload tells the object's.
  const members = new Set(headers.map(([, name]) => name).filter((name) => name !== "content-md5"));
  checkDocument(
    Object.entries(call.headers).filter(([name]) => !members.has(name)),
    body,
  );
  if (schema.isStructSchema()) return body.length === 0 ? {} : { [member]: await xmlBody(schema, call) };
  return { [member]: schema.isBlobSchema() ? body : body.toString("utf8") };
}

async function xmlBody(schema: NormalizedSchema, call: IncomingCall): Promise<unknown> {
  try {
    return fromXml(schema, await call.body());
  } catch {
    throw new ServiceError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
}

function xmlAnswer(
  status: number,
  headers: Record<string, string>,
  schema: NormalizedSchema,
  value: unknown,
  xmlNamespace: string,
): Answer {
  return {
    status,
    headers: { "content-type": "application/xml", ...headers },
    body: declaration + toXml(schema, value, xmlNamespace),
  };
}
