import { parseJson, printJson } from "./json.ts";
import type { Json } from "./json.ts";
import { decompressLz4Frame } from "./lz4.ts";

/**
 * Returns the Puffin file with other data file paths: https://iceberg.apache.org/puffin-spec/. Only the footer is written anew and it is the
 * last part, so every offset stays.
 */
export function rewritePuffin(bytes: Uint8Array, move: (uri: string) => string): Buffer {
  const footer = openFooter(bytes);
  const blobs = blobsOf(footer.json).map((blob) => {
    const properties = blob.properties as Record<string, string> | undefined;
    const referenced = properties?.[referencedDataFile];
    return referenced ? { ...blob, properties: { ...properties, [referencedDataFile]: move(referenced) } } : blob;
  });
  const payload = Buffer.from(printJson({ ...footer.json, blobs }, 0));
  const tail = Buffer.from(bytes.subarray(bytes.length - 12));
  tail.writeInt32LE(payload.length);
  // The footer is written without compression, whatever it was.
  tail[4]! &= 0xfe;
  return Buffer.concat([bytes.subarray(0, footer.start), payload, tail]);
}

/** The property of a deletion vector's blob that names the data file it applies to. */
const referencedDataFile = "referenced-data-file";

// The file ends with: footer payload, its length (4 bytes), flags (4 bytes), magic (4 bytes).
function openFooter(input: Uint8Array): { json: { [key: string]: Json }; start: number } {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length < 20 || bytes.toString("latin1", bytes.length - 4) !== "PFA1")
    throw new Error("this is no Puffin file");
  const end = bytes.length - 12;
  const start = end - bytes.readInt32LE(end);
  if (start < 4 || start > end) throw new Error("its Puffin footer is damaged");
  const payload = bytes.subarray(start, end);
  const isCompressed = (bytes[bytes.length - 8]! & 1) === 1;
  return { json: parsedFooter((isCompressed ? decompressLz4Frame(payload) : payload).toString()), start };
}

function parsedFooter(text: string): { [key: string]: Json } {
  try {
    const footer = parseJson(text);
    if (typeof footer === "object" && footer !== null && !Array.isArray(footer)) return footer;
  } catch {
    // No JSON: said below.
  }
  throw new Error("its Puffin footer is damaged");
}

function blobsOf(footer: { [key: string]: Json }): { [key: string]: Json }[] {
  return (footer.blobs ?? []) as { [key: string]: Json }[];
}
