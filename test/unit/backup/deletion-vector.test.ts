import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { positionsIn } from "../../../src/backup/proof/deletion-vectors.ts";
import { vectorOf } from "../../support/data-files.ts";

/** Every number from `first` on, so many. */
const range = (first: number, count: number, step = 1) =>
  Array.from({ length: count }, (_, index) => first + index * step);

const bitset = range(3, 5000, 7);

describe("The positions of a deletion vector are all there, each once", () => {
  test.each<[string, number[], { runs?: boolean }?]>([
    ["none", []],
    ["in an array", [0, 5, 65_535]],
    ["as many as an array holds", range(0, 4096, 16)],
    ["in a bitset", bitset],
    ["one more than an array holds", range(0, 4097, 15)],
    ["in arrays and bitsets side by side", [1, 2, ...bitset.map((low) => 65_536 + low), 200_000]],
    ["in runs", [...range(10, 300), 400, ...range(65_000, 536)], { runs: true }],
    ["in runs of three containers, which have no offsets", [7, 65_540, ...range(131_072, 3)], { runs: true }],
    ["in runs of four containers, which have offsets", [7, 65_540, ...range(131_072, 3), 200_000], { runs: true }],
    ["in runs of nine containers, whose flags need two bytes", range(5, 9, 65_536), { runs: true }],
    ["beyond 4,294,967,296 rows", [1, 2 ** 32 - 1, 2 ** 32, 2 ** 33 + 70_000]],
  ])("%s", (_, positions, form) => {
    expect(sorted(vectorOf(positions, form))).toEqual(positions);
  });

  test("whatever they are", () => {
    const positions = fc.uniqueArray(fc.nat(400_000), { maxLength: 300 });
    const widths = fc.constantFrom(1, 2, 30);
    fc.assert(
      fc.property(positions, widths, fc.boolean(), (firsts, width, runs) => {
        const all = [...new Set(firsts.flatMap((first) => range(first, width)))].toSorted((a, b) => a - b);
        expect(sorted(vectorOf(all, { runs }))).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  test("as another writer has them: a run of ten from 100, and 1 and 3 in an array", () => {
    // Written down by hand from the format: magic, one bitmap, key 0; cookie 12347, two containers of which the first is runs.
    const parts = ["d1d33964", "0100000000000000", "00000000", "3b300100", "01", "00000900", "01000100"];
    const vector = Buffer.from([...parts, "0100", "6400", "0900", "0100", "0300"].join(""), "hex");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(vector.length);
    const bytes = Buffer.concat([length, vector, crcOf(vector)]);
    expect(sorted(bytes)).toEqual([...range(100, 10), 65_537, 65_539]);
  });

  test("and what is no Roaring bitmap is refused", () => {
    const bytes = vectorOf([1]);
    bytes.writeUInt32LE(12345, 20);
    crcOf(bytes.subarray(4, -4)).copy(bytes, bytes.length - 4);
    expect(() => sorted(bytes)).toThrow("damaged");
  });
});

const sorted = (blob: Buffer) => [...positionsIn(blob)].toSorted((a, b) => a - b);

function crcOf(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
