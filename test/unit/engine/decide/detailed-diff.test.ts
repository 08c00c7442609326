import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideOn, forcesReplacement, withReplaceOnChanges } from "../../../../src/engine/decide/decision.ts";
import { detailedDiff, invertDifferences } from "../../../../src/engine/model/detailed-diff.ts";
import { changedKeys } from "../../../../src/engine/model/struct.ts";
import { secret } from "../../../../src/engine/model/values.ts";

const kinds = (old: Record<string, unknown>, now: Record<string, unknown>) =>
  Object.entries(detailedDiff(old, now)).map(([path, { diffKind }]) => [path, diffKind]);

describe("The differences of inputs", () => {
  test("go down to the last property that differs, by its path", () => {
    const old = { same: 1, gone: 1, deep: { "a.b": 1, list: [1, { x: 1 }, 3] } };
    const now = { same: 1, fresh: 1, deep: { "a.b": 2, list: [1, { x: 2 }] } };
    expect(kinds(old, now)).toEqual([
      ["gone", "delete"],
      ['deep["a.b"]', "update"],
      ["deep.list[1].x", "update"],
      ["deep.list[2]", "delete"],
      ["fresh", "add"],
    ]);
  });

  test("are none between a secret and its plain value, or between nothing and null", () => {
    expect(kinds({ a: secret({ x: 1 }), b: null }, { a: { x: 1 } })).toEqual([]);
  });

  test("are there for just the properties that changed, and seen from the other side twice are the same", () => {
    const values = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 2 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(values, values, (old, now) => {
        const differences = detailedDiff(old, now);
        const tops = Object.keys(differences).map((path) => /^\w/.exec(path)?.[0]);
        expect([...new Set(tops)].toSorted()).toEqual(changedKeys(old, now));
        expect(invertDifferences(invertDifferences(differences))).toEqual(differences);
        expect(invertDifferences(differences)).toEqual(detailedDiff(now, old));
      }),
    );
  });

  test("count an element that is null as an element", () => {
    expect(detailedDiff({ a: [] }, { a: [null] })).toEqual({ "a[0]": { diffKind: "add", inputDiff: true } });
    expect(detailedDiff({ a: [1, null] }, { a: [1] })).toEqual({ "a[1]": { diffKind: "delete", inputDiff: true } });
  });

  test("below a path of replaceOnChanges force a replacement, without a property to blame as a whole", () => {
    const old = { a: { b: 1, c: 1 } };
    const difference = (now: typeof old, paths: string[]) =>
      withReplaceOnChanges(
        { changed: true, replaces: [], diffs: ["a"], detailed: detailedDiff(old, now), deleteBeforeReplace: true },
        paths,
        false,
      );
    const replaced = difference({ a: { b: 2, c: 1 } }, ["a.b"]);
    expect(replaced.replaces).toEqual([]);
    expect(replaced.detailed).toEqual({ "a.b": { diffKind: "update-replace", inputDiff: true } });
    expect(decideOn({ old: {}, recreating: false, targeted: true, difference: replaced })).toBe("replaceDeleteFirst");
    expect(forcesReplacement(difference({ a: { b: 1, c: 2 } }, ["a.b"]))).toBe(false);
    expect(forcesReplacement(difference({ a: { b: 1, c: 2 } }, ["a.*"]))).toBe(true);
  });
});
