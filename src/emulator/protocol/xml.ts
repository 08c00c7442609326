import { XmlCodec } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";

/** Encodes a structure as an XML element named after it. */
export function toXml(schema: NormalizedSchema, value: unknown, xmlNamespace: string): string {
  const serializer = codec(xmlNamespace).createSerializer();
  serializer.write(schema, value);
  return String(serializer.flush());
}

/** Decodes an XML document into a structure. Throws whatever the parser throws where the text is not XML. */
export function fromXml(schema: NormalizedSchema, text: Uint8Array): unknown {
  return codec("").createDeserializer().read(schema, text);
}

/** Text for an element; characters that XML 1.0 cannot hold at all become the replacement character. */
export function escapeXml(text: string): string {
  return text.replace(UNWRITABLE, "\u{fffd}").replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const DATE_TIME = 5;

function codec(xmlNamespace: string): XmlCodec {
  return new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    xmlNamespace,
    httpBindings: false,
    serviceNamespace: "",
  });
}
