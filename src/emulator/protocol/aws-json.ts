import { ServiceError } from "../world/handler.ts";
import { fromJson, MistypedValue, sameNames, toJson } from "./json-values.ts";
import type { Answer, IncomingCall, Protocol, WireError } from "./protocol.ts";
import type { ServiceModel } from "./model.ts";
import { validationMessage, violations } from "./validation.ts";

const jsonContentType = "application/x-amz-json-1.1";

/** AWS JSON 1.1: one path, the operation in the X-Amz-Target header, input and output as JSON documents. */
export const awsJson: Protocol = {
  async identify(model, call) {
    const target = String(call.headers["x-amz-target"] ?? "");
    const [service, name = ""] = target.split(".");
    const operation = service === model.target ? model.operations.get(name) : undefined;
    if (call.method !== "POST" || operation === undefined) {
      throw new ServiceError("UnknownOperationException", `${model.service} has no operation "${target}".`);
    }
    return { operation, labels: {} };
  },

  async decode(_model, { operation }, call) {
    const document = await jsonBody(call);
    if (operation.input === undefined) return {};
    try {
      return fromJson(operation.input, document, "", sameNames) as Record<string, unknown>;
    } catch (error) {
      throw error instanceof MistypedValue ? new ServiceError("SerializationException", error.message) : error;
    }
  },

  encode(_model, { output: schema }, output, context): Answer {
    return {
      status: 200,
      headers: { "content-type": jsonContentType, ...context.response.headers },
      body: JSON.stringify(schema ? toJson(schema, output, sameNames) : {}),
    };
  },

  encodeError: jsonError(jsonContentType),

  invalid(model, { input: schema }, input) {
    const found = schema ? violations(input, schema, model.constraints, lowerFirst) : [];
    if (found.length === 0) return undefined;
    if (model.service === "organizations") {
      return new ServiceError("InvalidInputException", validationMessage(found), {
        members: { Reason: "INVALID_PATTERN" },
      });
    }
    return new ServiceError("ValidationException", validationMessage(found));
  },
};

/** Returns the body as a JSON document; an empty one stands for an empty document. */
export async function jsonBody(call: IncomingCall): Promise<unknown> {
  const bytes = await call.body();
  if (bytes.length === 0) return {};
  const document = parse(bytes);
  if (document === undefined || document === null) {
    throw new ServiceError("SerializationException", "The request body is not a JSON document.");
  }
  return document;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns what answers with errors in both JSON protocols: the shape's name in the body and in a header, the message as the shape spells it. */
export function jsonError(contentType: string): (model: ServiceModel, error: WireError) => Answer {
  return (model, error) => {
    const shape = model.errors.get(error.code);
    const spelled = shape?.members.find((member) => member.toLowerCase() === "message");
    // Some shapes have no message at all, and AWS then sends none.
    const message = shape && !spelled ? {} : { [spelled ?? "message"]: error.message };
    return {
      status: error.status,
      headers: { "content-type": contentType, "x-amzn-errortype": error.code },
      body: JSON.stringify({ __type: error.code, ...message, ...error.members }),
    };
  };
}

/** These services name members in their messages in lower camel case: `Value '' at 'syncName' failed to …`. */
function lowerFirst(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
