import { Readable } from "node:stream";
import { ServiceError } from "../world/handler.ts";
import { jsonBody, jsonError } from "./aws-json.ts";
import { bindingOf, boundHeaders, boundMembers } from "./http-binding.ts";
import { fromJson, jsonNames, MistypedValue, toJson } from "./json-values.ts";
import type { ServiceModel } from "./model.ts";
import type { Answer, Protocol } from "./protocol.ts";
import { routeOf } from "./routing.ts";
import { validationMessage, violations } from "./validation.ts";

const jsonContentType = "application/json";

/** REST with JSON bodies: the operation in method and path, members in path, query, headers and body. */
export const restJson: Protocol = {
  async identify(model, call) {
    const route = routeOf(model, call);
    if (route) return route;
    throw new ServiceError(
      "UnknownOperationException",
      `${model.service} has no operation ${call.method} /${call.path.join("/")}.`,
      { status: 404 },
    );
  },

  async decode(model, { operation, labels }, call) {
    if (operation.input === undefined) return {};
    const binding = bindingOf(operation.input);
    try {
      const bound = boundMembers(operation, labels, call);
      if (binding.payload) {
        const [member, schema] = binding.payload;
        const structured = schema.isStructSchema() || schema.isDocumentSchema();
        return {
          ...bound,
          [member]: structured ? fromJson(schema, await jsonBody(call), member, jsonNames) : await call.body(),
        };
      }
      if (binding.body === undefined) return bound;
      const body = fromJson(binding.body, await jsonBody(call), "", jsonNames);
      return { ...bound, ...(body as Record<string, unknown>) };
    } catch (error) {
      throw error instanceof MistypedValue ? new ServiceError(invalidCode(model), error.message) : error;
    }
  },

  encode(_model, operation, output, context): Answer {
    const status = context.response.status ?? operation.http?.status ?? 200;
    const { output: schema } = operation;
    const headers = { ...(schema ? boundHeaders(schema, output) : {}), ...context.response.headers };
    if (status === 204 || schema === undefined) return { status, headers };
    const { payload, body } = bindingOf(schema);
    if (payload && !payload[1].isStructSchema()) {
      return { status, headers, body: output[payload[0]] as Uint8Array | Readable };
    }
    const document = payload
      ? toJson(payload[1], output[payload[0]], jsonNames)
      : body && toJson(body, output, jsonNames);
    if (document === undefined) return { status, headers };
    return { status, headers: { "content-type": jsonContentType, ...headers }, body: JSON.stringify(document) };
  },

  encodeError: jsonError(jsonContentType),

  invalid(model, { input: schema }, input) {
    const found = schema ? violations(input, schema, model.constraints) : [];
    return found.length === 0 ? undefined : new ServiceError(invalidCode(model), validationMessage(found));
  },
};

/** Returns the class that the service declares for an input it cannot take. */
function invalidCode(model: ServiceModel): string {
  return model.errors.has("ValidationException") ? "ValidationException" : "BadRequestException";
}
