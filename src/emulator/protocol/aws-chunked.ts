import type { IncomingMessage } from "node:http";
import { ServiceError } from "../world/handler.ts";

const crlf = "\r\n";
/** A chunk's header holds its size and at most a signature; anything longer is no chunk header. */
const longestLineBytes = 16_384;

/** Returns whether the body is in chunks that S3 defines, beneath those of HTTP. */
export function isAwsChunked({ headers }: IncomingMessage): boolean {
  return (
    /aws-chunked/.test(headers["content-encoding"] ?? "") ||
    String(headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-")
  );
}

/**
 * Decodes `Content-Encoding: aws-chunked`, signed or not: yields the payload, then fills `trailers` (names in lower case).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const input = new Input(source);
  for (;;) {
    const size = chunkSize(await input.line());
    if (size === 0) break;
    yield* input.take(size);
    if ((await input.line()) !== "") throw malformed("a chunk is longer than its header says");
  }
  for (;;) {
    const line = await input.line({ endAllowed: true });
    if (!line) return;
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed(`"${line}" is not a trailer`);
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** The decoder's position in the stream: whole lines, or a given number of bytes without copying them. */
class Input {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line({ endAllowed = false } = {}): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(crlf);
      if (end >= 0) {
        const line = this.#rest.subarray(0, end).toString("latin1");
        this.#rest = this.#rest.subarray(end + crlf.length);
        return line;
      }
      if (this.#rest.length > longestLineBytes) throw malformed("a chunk header has no end");
      if (!(await this.#more())) {
        if (endAllowed && this.#rest.length === 0) return "";
        throw incomplete();
      }
    }
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    let left = size;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw incomplete();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, next.value]) : next.value;
    return true;
  }
}

function chunkSize(header: string): number {
  const [, digits] = /^([0-9a-fA-F]{1,12})(?:;.*)?$/.exec(header) ?? [];
  if (digits === undefined) throw malformed(`"${header.slice(0, 40)}" is not a chunk header`);
  return parseInt(digits, 16);
}

function malformed(what: string): ServiceError {
  return new ServiceError("InvalidRequest", `The aws-chunked body is malformed: ${what}.`);
}

function incomplete(): ServiceError {
  return new ServiceError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  );
}
