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

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

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
