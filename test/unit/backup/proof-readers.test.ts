import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readPositionDeletes } from "../../../src/backup/iceberg/position-deletes.ts";
import { readPositionDeleteFile } from "../../../src/backup/proof/delete-files.ts";
import { vectorAt } from "../../../src/backup/proof/deletion-vectors.ts";
import { ExactNumber, readExactJson } from "../../../src/backup/proof/exact-json.ts";
import { FileSums } from "../../../src/backup/proof/file-sums.ts";
import { vectorOf } from "../../support/data-files.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/position-deletes");

describe("position deletes as other writers lay them out", () => {
  test.each(globSync("*.parquet", { cwd: fixtures }))("%s", async (name) => {
    const { rows } = await readPositionDeleteFile(readFileSync(path.join(fixtures, name)));
    const wanted = Array.from({ length: 63 }, (_, index) => {
      const [file, row] = [Math.floor(index / 7), index % 7];
      return {
        path: `s3://lake/t/data/day=${file % 3}/0000${file}.parquet`,
        position: BigInt(file * 2 ** 33 + row * row),
      };
    });
    const sorted = wanted.toSorted((a, b) =>
      a.path < b.path ? -1 : a.path > b.path ? 1 : Number(a.position - b.position),
    );
    expect(rows).toEqual(sorted);
    expect(await readPositionDeletes(readFileSync(path.join(fixtures, name)))).toEqual(sorted);
  });

  test("that are damaged are errors, wherever a byte is changed or the file is cut off", async () => {
    const bytes = readFileSync(path.join(fixtures, "delta-zstd-v2.parquet"));
    const { rows } = await readPositionDeleteFile(bytes);
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x55;
      // Some bytes carry nothing that is read; none may hang or fill the memory.
      await readPositionDeleteFile(damaged).then(
        ({ rows: found }) => expect(found.length).toBe(rows.length),
        () => {},
      );
      await expect(readPositionDeleteFile(bytes.subarray(0, at))).rejects.toThrow(/^it/);
    }
  });
});

test.each([
  ["few rows", [0, 5, 70_000], false],
  ["many rows", Array.from({ length: 9_000 }, (_, index) => index * 3), false],
  ["runs", Array.from({ length: 5_000 }, (_, index) => index + 100_000), true],
  ["rows beyond 2^32", [1, 2 ** 32 + 7, 2 ** 33], false],
  ["runs in many places", [0, 1, 2, 2 ** 16, 2 ** 17, 2 ** 18, 2 ** 19 + 3], true],
])("a deletion vector of %s removes those and no others", (_kind, positions, runs) => {
  const blob = vectorOf(positions, { runs });
  const head = Buffer.concat([Buffer.from("PFA1"), blob]);
  const number = (value: number) => new ExactNumber(String(value));
  const described = new Map<string, never>([
    ["offset", number(4) as never],
    ["length", number(blob.length) as never],
    ["properties", new Map([["referenced-data-file", "s3://b/a"]]) as never],
  ]);
  const found = vectorAt({ head, footer: new Map([["blobs", [described]]]) }, 4n, BigInt(blob.length));
  expect(found.of).toBe("s3://b/a");
  expect([...found.positions].toSorted((a, b) => a - b)).toEqual(positions);
  head[30]! ^= 1;
  expect(() => vectorAt({ head, footer: new Map([["blobs", [described]]]) }, 4n, BigInt(blob.length))).toThrow(
    "damaged",
  );
});

test("checksums are those of their definitions, however the bytes arrive", () => {
  const bytes = Buffer.from("123456789");
  for (const cut of [0, 1, 4, 9]) {
    const sums = new FileSums("crc64nvme");
    sums.update(bytes.subarray(0, cut));
    sums.update(bytes.subarray(cut));
    expect(Buffer.from(sums.value().crc64nvme!, "base64").toString("hex")).toBe("ae8b14860a799888");
    expect(Buffer.from(sums.value().crc32, "base64").toString("hex")).toBe("cbf43926");
  }
  const sha = new FileSums("sha256");
  sha.update(bytes);
  const digest = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
  expect(Buffer.from(sha.value().sha256!, "base64").toString("hex")).toBe(digest);
});

describe("exact JSON", () => {
  test("keeps every number, key and text as it is written", () => {
    const read = readExactJson('{"__proto__":9007199254740993,"a":[1.0,1e400,-0],"t":"\\u00e9\\n","n":null}') as Map<
      string,
      unknown
    >;
    expect(read.get("__proto__")).toEqual(new ExactNumber("9007199254740993"));
    expect(read.get("a")).toEqual(["1.0", "1e400", "-0"].map((text) => new ExactNumber(text)));
    expect([read.get("t"), read.get("n")]).toEqual(["é\n", null]);
  });

  test.each(['{"a":1,"a":2}', "[1,]", "[1 2]", '{"a"}', "01", "tru", "[1] x", '"\u0001"', "", "[", '{"a":1,}', "+1"])(
    "refuses %s",
    (text) => {
      expect(() => readExactJson(text)).toThrow();
    },
  );
});
