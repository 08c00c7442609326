import { ServiceError } from "../../world/handler.ts";

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Reads a `Range` header; one that is no single byte range is ignored, as RFC 9110 lets a server do and S3 does. */
export function parseRange(range: string | undefined, size: number): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start >= end) {
    throw new ServiceError("InvalidRange", "The requested range is not satisfiable", {
      status: 416,
      members: { RangeRequested: range, ActualObjectSize: size },
    });
  }
  return { start, end };
}

/** Returns the bytes of one part of an object, for reads by part number. */
export function partRange(partNumber: number, partSizes: readonly number[]): ByteRange {
  const size = partSizes[partNumber - 1];
  if (size === undefined) {
    throw new ServiceError("InvalidPartNumber", "The requested partnumber is not satisfiable", { status: 416 });
  }
  const start = partSizes.slice(0, partNumber - 1).reduce((sum, each) => sum + each, 0);
  return { start, end: start + size };
}

/** Returns the number of the part after which a page of parts begins. */
export function partMarker(text = "0"): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new ServiceError("InvalidArgument", "Argument part-number-marker must be an integer between 0 and 2147483647", {
    members: { ArgumentName: "part-number-marker", ArgumentValue: text },
  });
}
