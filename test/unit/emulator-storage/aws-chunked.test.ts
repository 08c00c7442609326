import { array, assert, asyncProperty, boolean, integer, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { decodeAwsChunked } from "../../../src/emulator/protocol/aws-chunked.ts";

const trailer = "x-amz-checksum-crc32:AAAAAA==\r\n";

function encode(chunks: Uint8Array[], signed: boolean): Buffer {
  const signature = signed ? `;chunk-signature=${"0".repeat(64)}` : "";
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...framed, Buffer.from(`0${signature}\r\n${trailer}\r\n`)]);
}

async function* pieces(bytes: Buffer, sizes: number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const end = at + (sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function decode(bytes: Buffer, sizes = [bytes.length]): Promise<{ body: Buffer; trailers: Map<string, string> }> {
  const trailers = new Map<string, string>();
  const payload: Buffer[] = [];
  for await (const piece of decodeAwsChunked(pieces(bytes, sizes), trailers)) payload.push(piece);
  return { body: Buffer.concat(payload), trailers };
}

test("an aws-chunked body comes out whole however the network cuts it", async () => {
  await assert(
    asyncProperty(
      array(uint8Array({ minLength: 1, maxLength: 200 })),
      array(integer({ min: 1, max: 50 }), { minLength: 1 }),
      boolean(),
      async (chunks, sizes, signed) => {
        const { body, trailers } = await decode(encode(chunks, signed), sizes);
        expect(body.equals(Buffer.concat(chunks))).toBe(true);
        expect([...trailers]).toEqual([["x-amz-checksum-crc32", "AAAAAA=="]]);
      },
    ),
  );
});

test("an aws-chunked body that ends early is incomplete, wherever it ends", async () => {
  const whole = encode([Buffer.from("hello"), Buffer.from("world")], true);
  const lastChunk = whole.indexOf("0;chunk-signature", whole.indexOf("world"));
  for (let end = 0; end < lastChunk; end++) {
    await expect(decode(whole.subarray(0, end))).rejects.toMatchObject({ code: "IncompleteBody" });
  }
});

test.each(["zz\r\n", "5\r\nhello!!\r\n0\r\n\r\n", "-1\r\n\r\n"])("%j is refused as malformed", async (text) => {
  await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code: "InvalidRequest" });
});
