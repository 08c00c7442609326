import type { IncomingMessage } from "node:http";
import { ServiceError } from "../world/handler.ts";
import type { IncomingCall } from "../protocol/protocol.ts";

/** Documents are small; only S3's streams are not, and those are not read whole. */
const largestDocumentBytes = 10 * 1024 * 1024;

/** Returns a raw request as the protocols read it. */
export function incomingCall(request: IncomingMessage): IncomingCall {
  const [path = "", query = ""] = splitOnce(request.url ?? "/", "?");
  let body: Promise<Buffer> | undefined;
  return {
    method: request.method ?? "GET",
    path: path.split("/").slice(1),
    query: new URLSearchParams(query),
    headers: request.headers,
    request,
    body: () => (body ??= readAll(request)),
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestDocumentBytes) {
      throw new ServiceError("RequestEntityTooLarge", "The request body is too large.", { status: 413 });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
