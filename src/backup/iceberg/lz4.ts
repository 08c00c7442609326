import { largestOutputBytes } from "./limits.ts";

/** Decompresses an LZ4 frame that tells the size of its content: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md. */
export function decompressLz4Frame(frame: Buffer): Buffer {
  const damaged = () => new Error("its LZ4 frame is damaged");
  if (frame.length < 15 || frame.readUInt32LE(0) !== 0x184d2204) throw damaged();
  const flags = frame[4]!;
  const [hasBlockSums, hasSize, hasDictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  if (!hasSize || hasDictionary) throw new Error("its LZ4 frame does not tell its size, or needs a dictionary");
  const size = frame.readBigUInt64LE(6);
  if (size > BigInt(largestOutputBytes)) throw new Error(`its LZ4 frame claims to hold ${size} bytes`);
  const output = Buffer.alloc(Number(size));
  let written = 0;
  let at = 15;
  for (;;) {
    if (at + 4 > frame.length) throw damaged();
    const head = frame.readUInt32LE(at);
    at += 4;
    if (head === 0) break;
    const length = head & 0x7fffffff;
    if (at + length > frame.length) throw damaged();
    written =
      head >>> 31
        ? copyInto(output, written, frame.subarray(at, at + length))
        : blockInto(output, written, frame, at, at + length);
    at += length + (hasBlockSums ? 4 : 0);
  }
  if (written !== output.length) throw damaged();
  return output;
}

function copyInto(output: Buffer, written: number, bytes: Buffer): number {
  if (written + bytes.length > output.length) throw new Error("its LZ4 frame holds more than it claims");
  return written + bytes.copy(output, written);
}

/** A block is sequences of literals and of repetitions of what was written before. */
function blockInto(output: Buffer, start: number, frame: Buffer, from: number, to: number): number {
  let written = start;
  let at = from;
  const longer = (length: number) => {
    if (length < 15) return length;
    let total = length;
    let more: number;
    do total += more = frame[at++] ?? 0;
    while (more === 255 && at < to);
    return total;
  };
  while (at < to) {
    const token = frame[at++]!;
    const literals = longer(token >> 4);
    written = copyInto(output, written, frame.subarray(at, Math.min(to, at + literals)));
    at += literals;
    if (at >= to) break;
    const back = frame.readUInt16LE(at);
    at += 2;
    const length = longer(token & 15) + 4;
    if (back === 0 || back > written || written + length > output.length) throw new Error("its LZ4 frame is damaged");
    for (const end = written + length; written < end; written++) output[written] = output[written - back]!;
  }
  return written;
}
