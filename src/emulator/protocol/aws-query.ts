import type { NormalizedSchema } from "@smithy/core/schema";
import { ServiceError } from "../world/handler.ts";
import { MistypedValue } from "./json-values.ts";
import { partOf } from "./smithy-schema.ts";
import type { Answer, IncomingCall, Protocol } from "./protocol.ts";
import { scalarFromText } from "./text-values.ts";
import { validationMessage, violations } from "./validation.ts";
import { escapeXml, toXml } from "./xml.ts";

/** AWS's query protocol, IAM's and STS's: a form in, XML out. */
export const awsQuery: Protocol = {
  async identify(model, call) {
    const action = (await form(call)).get("Action") ?? "";
    const operation = ["GET", "POST"].includes(call.method) ? model.operations.get(action) : undefined;
    if (operation) return { operation, labels: {} };
    throw new ServiceError("InvalidAction", `Could not find operation ${action} for ${model.service}.`);
  },

  async decode(_model, { operation }, call) {
    if (operation.input === undefined) return {};
    try {
      return structFromForm(operation.input, fieldsOf(await form(call)));
    } catch (error) {
      throw error instanceof MistypedValue ? new ServiceError("MalformedInput", error.message) : error;
    }
  },

  encode(model, { name, output: schema }, output, context): Answer {
    const members = schema ? [...schema.structIterator()].map(([member]) => member) : [];
    const result = schema ? toXml(partOf(schema, members, `${name}Result`), output, "") : "";
    const metadata = `<ResponseMetadata><RequestId>${context.requestId}</RequestId></ResponseMetadata>`;
    return {
      status: 200,
      headers: { "content-type": "text/xml" },
      body: `<${name}Response xmlns="${model.xmlNamespace}">${result}${metadata}</${name}Response>`,
    };
  },

  encodeError(model, error): Answer {
    const code = model.errors.get(error.code)?.queryCode ?? error.code;
    const type = error.status < 500 ? "Sender" : "Receiver";
    const inner = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>`;
    return {
      status: error.status,
      headers: { "content-type": "text/xml" },
      body: `<ErrorResponse xmlns="${model.xmlNamespace}"><Error>${inner}</Error><RequestId>${error.requestId}</RequestId></ErrorResponse>`,
    };
  },

  invalid(model, { input: schema }, input) {
    const found = schema ? violations(input, schema, model.constraints, lowerFirst) : [];
    return found.length === 0 ? undefined : new ServiceError("ValidationError", validationMessage(found));
  },
};

async function form(call: IncomingCall): Promise<URLSearchParams> {
  return call.method === "GET" ? call.query : new URLSearchParams((await call.body()).toString("utf8"));
}

/** The form's fields as the tree that their dotted names describe. */
class Fields {
  text: string | undefined;
  readonly children = new Map<string, Fields>();

  child(name: string): Fields {
    const known = this.children.get(name) ?? new Fields();
    this.children.set(name, known);
    return known;
  }

  /** Numbered children in their order. */
  numbered(): Fields[] {
    return [...this.children].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, fields]) => fields);
  }
}

function fieldsOf(form: URLSearchParams): Fields {
  const root = new Fields();
  for (const [name, value] of form) {
    const place = name.split(".").reduce((fields, part) => fields.child(part), root);
    place.text = value;
  }
  return root;
}

function structFromForm(schema: NormalizedSchema, fields: Fields): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [member, shape] of schema.structIterator()) {
    const name = shape.getMergedTraits().xmlName ?? member;
    const found = fields.children.get(name);
    if (found) out[member] = valueFromForm(shape, found, name);
  }
  return out;
}

function valueFromForm(schema: NormalizedSchema, fields: Fields, name: string): unknown {
  const flat = schema.getMergedTraits().xmlFlattened;
  if (schema.isStructSchema()) return structFromForm(schema, fields);
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    const items = flat ? fields : fields.children.get(element.getMergedTraits().xmlName ?? "member");
    return items?.numbered().map((item) => valueFromForm(element, item, name)) ?? [];
  }
  if (schema.isMapSchema()) {
    const entries = (flat ? fields : fields.children.get("entry"))?.numbered() ?? [];
    return Object.fromEntries(
      entries.map((entry) => [
        entry.children.get("key")?.text ?? "",
        valueFromForm(schema.getValueSchema(), entry.children.get("value") ?? new Fields(), name),
      ]),
    );
  }
  return scalarFromText(schema, fields.text ?? "", name);
}

/** These services name members in their messages in lower camel case. */
function lowerFirst(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
