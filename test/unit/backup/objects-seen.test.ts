import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MovedPaths } from "../../../src/backup/proof/layout.ts";
import { NameIndex } from "../../../src/backup/proof/name-index.ts";
import { marks, ObjectsSeen } from "../../../src/backup/proof/objects-seen.ts";

test("names get numbers in the order in which they come, each its own, however many", () => {
  const index = new NameIndex();
  const names = Array.from({ length: 20_000 }, (_, number) => `s3://lake/t/data/${number % 19_000}`);
  for (const [at, name] of names.entries()) expect(index.numberOf(name)).toBe(at % 19_000);
  expect([index.size, index.find(names[7]!), index.find("s3://lake/t/data/other")]).toEqual([19_000, 7, undefined]);
});

test("whatever is listed and named, in any order, what belongs to nothing and what is missing are told apart", () => {
  const uri = fc.nat(40).map((number) => `s3://lake/${number}`);
  const size = fc.nat(1000);
  fc.assert(
    fc.property(fc.array(fc.tuple(uri, size)), fc.array(fc.tuple(uri, fc.option(fc.nat(255)))), (listed, named) => {
      const seen = new ObjectsSeen();
      for (const [each, bytes] of listed) seen.list(each, bytes);
      const sumOf = (byte: number | null) =>
        byte === null ? undefined : Buffer.from([0xff, byte, 0, 0xff]).toString("base64");
      for (const [each, byte] of named) seen.name(each, sumOf(byte));
      const [sizes, sums] = [new Map(listed), new Map(named)];
      const both = [...sums.keys()].filter((each) => sizes.has(each));
      expect(seen.count).toEqual({ listed: sizes.size, named: sums.size, both: both.length });
      expect(seen.bytes).toBe(both.reduce((sum, each) => sum + sizes.get(each)!, 0));
      expect(seen.missing).toEqual([...sums.keys()].filter((each) => !sizes.has(each)));
      for (let number = 0; number <= 40; number++) {
        const each = `s3://lake/${number}`;
        expect([seen.sizeOf(each), seen.isNamed(each)]).toEqual([sizes.get(each), sums.has(each)]);
        expect(seen.sumOf(each)).toBe(sumOf(sums.get(each) ?? null));
      }
    }),
  );
});

test("a mark is set once, and says nothing of the others", () => {
  const seen = new ObjectsSeen();
  expect([seen.markOnce("s3://a/b", marks.begun), seen.markOnce("s3://a/b", marks.begun)]).toEqual([true, false]);
  expect([seen.isMarked("s3://a/b", marks.begun), seen.isMarked("s3://a/b", marks.copy)]).toEqual([true, false]);
});

test("a file has one place in a copy however its address is written, and files of two folders have two", () => {
  const moved = new MovedPaths("s3://lake/t", "s3://backup/t");
  expect(moved.of("s3a://lake/t/data/1")).toBe("s3://backup/t/data/1");
  expect(moved.of("s3a://other/1")).toBe(moved.of("s3://other/1"));
  expect(moved.of("s3://other/1")).not.toBe(moved.of("s3://others/1"));
});
