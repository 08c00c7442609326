import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32Of, crc32OfParts } from "../../../src/backup/store/checksum.ts";
import { piecesAtOnce, piecesOf } from "../../../src/backup/store/pieces.ts";
import { copyFileNames, copyLocation, pathMapper, pathInside } from "../../../src/backup/model/location.ts";
import { forEachParallel } from "../../../src/backup/store/parallel.ts";
import { describeProgress, meter } from "../../../src/backup/model/progress.ts";
import type { CopyProgress } from "../../../src/backup/model/progress.ts";

describe("a CRC-32", () => {
  test("of pieces laid end to end is that of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        const parts = pieces.map((piece) => ({ crc32: crc32Of(piece), size: piece.length }));
        expect(crc32OfParts(parts)).toBe(crc32Of(Buffer.concat(pieces)));
      }),
    );
  });

  test("is the one that S3 documents", () => {
    expect(crc32Of(Buffer.from("Hello world"))).toBe("i9aeUg==");
  });
});

test("the pieces of a file cover it once, in at most 10,000 parts, of which no more than 96 MiB or one are in flight", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 * 2 ** 40 }), (size) => {
      let end = 0;
      let count = 0;
      for (const piece of piecesOf(size)) {
        if (piece.number !== ++count || piece.start !== end) throw new Error(`part ${piece.number} at ${piece.start}`);
        end = piece.end;
      }
      expect(end).toBe(size);
      expect(count).toBeLessThanOrEqual(10_000);
      const [first] = piecesOf(size);
      const inFlight = piecesAtOnce(size) * ((first?.end ?? 0) - (first?.start ?? 0));
      expect(inFlight).toBeLessThanOrEqual(Math.max(96 * 2 ** 20, Math.ceil(size / 10_000)));
    }),
    { numRuns: 20 },
  );
});

describe("the place of a file in a copy", () => {
  const folder = fc.constantFrom("s3://b/t", "s3://b/t2", "s3a://b/t", "s3://other/x/y", "s3://b/t/external/00");
  const name = fc.constantFrom(
    "data/a.parquet",
    "b",
    "receipt.json",
    "objects.jsonl",
    "evidence/x",
    "external/1/b",
    "d//e",
  );

  test("is inside, beside nothing of ours, and one's own", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(folder, name).map(([a, b]) => `${a}/${b}`)), (uris) => {
        const move = pathMapper("s3://b/t/", "s3://backup/copy");
        const own = new Set(uris.map((uri) => uri.replace("s3a:", "s3:")));
        const paths = uris.map((uri) => pathInside("s3://backup/copy", move(uri)));
        expect(new Set(paths).size).toBe(own.size);
        for (const path of paths) expect(Object.values(copyFileNames)).not.toContain(path);
        expect(paths).not.toContain(undefined);
      }),
    );
  });

  test("is the same under the table's folder", () => {
    expect(pathMapper("s3://b/t", "s3://c/d")("s3a://b/t/data/x.parquet")).toBe("s3://c/d/data/x.parquet");
    expect(pathMapper("s3://b/t", "s3://c/d")("s3://b/t2/x.parquet")).toMatch(
      /^s3:\/\/c\/d\/external\/[0-9a-f]{16}\/x.parquet$/,
    );
  });

  test("tells accounts, Regions, tables, versions and histories apart", () => {
    const version = { account: "111122223333", region: "us-east-1", tableArn: "arn:x/table/t", versionToken: "v1" };
    const at = (change: object, history: "all" | "current" = "all") =>
      copyLocation("s3://b/p/", { ...version, ...change }, history);
    expect(at({})).toBe("s3://b/p/111122223333/us-east-1/t/v1");
    const all = [
      at({}),
      at({ account: "222233334444" }),
      at({ region: "eu-west-1" }),
      at({ tableArn: "arn:x/table/u" }),
      at({ versionToken: "v2" }),
      at({ versionToken: "../../v2" }),
      at({}, "current"),
      at({ versionToken: "v1-current" }),
      at({ versionToken: "v1-again-2" }),
      copyLocation("s3://b/p/", version, "all", 2),
      copyLocation("s3://b/p/", version, "current", 2),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((location) => !location.includes(".."))).toBe(true);
  });
});

describe("parallel work", () => {
  test("never exceeds its limit, does everything once, and waits for what runs when something fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.nat(19)),
        async (count, limit, failing) => {
          let running = 0;
          let peak = 0;
          const begun: number[] = [];
          const items = Array.from({ length: count }, (_, index) => index);
          const all = forEachParallel(items, limit, async (item) => {
            begun.push(item);
            peak = Math.max(peak, ++running);
            await new Promise(setImmediate);
            running--;
            if (item === failing) throw new Error("failed");
          });
          const fails = failing !== null && failing < count;
          if (fails) await expect(all).rejects.toThrow("failed");
          else await all;
          expect(running).toBe(0);
          expect(peak).toBeLessThanOrEqual(limit);
          expect(new Set(begun).size).toBe(begun.length);
          if (!fails) expect(begun).toHaveLength(count);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("stops at an aborted signal", async () => {
    const abort = new AbortController();
    const done: number[] = [];
    const work = async (item: number) => {
      done.push(item);
      if (item === 2) abort.abort(new Error("stopped"));
    };
    await expect(forEachParallel([1, 2, 3, 4], 1, work, abort.signal)).rejects.toThrow("stopped");
    expect(done).toEqual([1, 2]);
  });
});

test("progress tells rate and time left, at most ten times a second within a phase", () => {
  let now = 0;
  const seen: CopyProgress[] = [];
  const progress = meter(
    (one) => seen.push(one),
    () => now,
  );
  progress.begin("data", 100, 100 * 2 ** 20);
  for (let file = 0; file < 50; file++) {
    now += 20;
    progress.bytes(2 ** 20);
    progress.file();
  }
  expect(seen.length).toBeLessThanOrEqual(12);
  expect(describeProgress(seen.at(-1)!)).toMatch(
    /^copying: \d+ of 100 files, \d+\.0 of 100\.0 MiB, 5\d\.\d MiB\/s, 2 s left$|1 s left$/,
  );
});
