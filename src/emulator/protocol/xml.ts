import type { NormalizedSchema } from "@smithy/core/schema";
import { readXml, writeXml } from "./smithy-schema.ts";
import { scalarFromText } from "./text-values.ts";

/** Encodes a structure as an XML element named after it. */
export function toXml(schema: NormalizedSchema, value: unknown, xmlNamespace: string): string {
  return writable(writeXml(schema, value, xmlNamespace));
}

/** Decodes an XML document into a structure. Throws whatever the parser throws where the text is not XML. */
export function fromXml(schema: NormalizedSchema, bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes);
  if (text !== writable(text) || unwritableReference.test(text)) throw new SyntaxError("no XML 1.0 character");
  return readXml(schema, bytes, scalarOf);
}

function scalarOf(schema: NormalizedSchema, text: string): unknown {
  return scalarFromText(schema, text, schema.getName(true) ?? "value");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Returns text as it is written into an element: what XML keeps for itself as entities, what it cannot hold replaced. */
export function escapeXml(text: string): string {
  return writable(text).replace(/[&<>"]/g, (character) => xmlEntities[character] ?? character);
}

/** Characters that XML 1.0 cannot hold at all become the replacement character. */
function writable(text: string): string {
  return text.replace(unwritable, "\u{fffd}");
}

// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** The same by number, as `&#1;` and `&#x1f;`. */
const unwritableReference = /&#(0*([0-8]|1[124-9]|2\d|3[01])|x0*([0-8bcef]|1[0-9a-f]));/i;

const xmlEntities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
