import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ignoreChanges } from "../../../../src/engine/model/ignore-changes.ts";
import { parsePath } from "../../../../src/engine/model/property-path.ts";
import type { PropertyPath } from "../../../../src/engine/model/property-path.ts";
import { secret } from "../../../../src/engine/model/values.ts";

describe("ignoreChanges", () => {
  test("keeps a property as it was and takes away one that was not there", () => {
    expect(ignoreChanges({ a: 2, b: 2, c: 2 }, { a: 1 }, ["a", "c"]).inputs).toEqual({ a: 1, b: 2 });
  });

  test("reaches into objects, also through secrets", () => {
    expect(ignoreChanges({ a: { x: 2, y: 2 } }, { a: { x: 1, y: 1 } }, ["a.x"]).inputs).toEqual({ a: { x: 1, y: 2 } });
    const hidden = ignoreChanges({ a: { x: 2 } }, { a: secret({ x: 1 }) }, ["a.x"]).inputs;
    expect(hidden).toEqual({ a: { x: secret(1) } });
  });

  test("tells of a path that only the old inputs have", () => {
    expect(ignoreChanges({}, { a: { x: 1 } }, ["a.x"]).unmatched).toEqual(["a.x"]);
    expect(ignoreChanges({}, {}, ["a.x"]).unmatched).toEqual([]);
  });

  test("leaves the program's inputs alone", () => {
    const inputs = { a: { x: 2 } };
    ignoreChanges(inputs, { a: { x: 1 } }, ["a.x"]);
    expect(inputs).toEqual({ a: { x: 2 } });
  });

  test("reaches elements by index, but makes none come or go", () => {
    const old = { a: [{ b: 1 }, { b: 2 }] };
    expect(ignored({ a: [{ b: 8 }, { b: 9 }] }, old, "a[1].b")).toEqual({ a: [{ b: 8 }, { b: 2 }] });
    expect(ignoreChanges({ a: [{ b: 8 }] }, old, ["a[1]"])).toEqual({ inputs: { a: [{ b: 8 }] }, unmatched: ["a[1]"] });
    expect(ignoreChanges({ a: [1] }, { a: [1] }, ["a[7]", "b[0]"]).unmatched).toEqual([]);
    expect(ignoreChanges({ a: 1 }, { a: [1] }, ["a[0]", "a[0].b"]).unmatched).toEqual(["a[0]", "a[0].b"]);
  });

  test("takes a wildcard for every member, or for every element that both have", () => {
    expect(ignored({ a: { x: 2, new: 1 } }, { a: { x: 1, y: 1 } }, "a.*")).toEqual({ a: { x: 1, y: 1 } });
    expect(ignored({ a: [{ c: 2 }, { c: 2, d: 2 }] }, { a: [{ c: 1 }, { d: 1 }] }, "a[*].c")).toEqual({
      a: [{ c: 1 }, { d: 2 }],
    });
    expect(ignoreChanges({ a: [5, 6, 7] }, { a: [1, 2] }, ["a[*]"])).toEqual({
      inputs: { a: [1, 2, 7] },
      unmatched: ["a[*]"],
    });
    expect(ignoreChanges({ a: { x: { c: 2 } } }, { a: { x: { c: 1 }, y: {} } }, ["a.*.c"]).unmatched).toEqual([
      "a.*.c",
    ]);
    expect(ignoreChanges({ a: 1 }, {}, ["a.*"]).unmatched).toEqual(["a.*"]);
  });

  test("keeps secret what was, unless it lies in a secret anyway", () => {
    expect(ignored({ a: ["x"] }, { a: secret(["y"]) }, "a[0]")).toEqual({ a: [secret("y")] });
    expect(ignored({ a: secret(["x"]) }, { a: secret(["y"]) }, "a[0]")).toEqual({ a: secret(["y"]) });
  });

  test("overlooks what is no path", () => {
    expect(ignoreChanges({ a: 2 }, { a: 1 }, [".a", "a[", "a[x]"])).toEqual({ inputs: { a: 2 }, unmatched: [] });
  });

  test("has nothing to do where nothing changed, and nothing more when it is done", () => {
    fc.assert(
      fc.property(values, values, paths, (inputs, old, path) => {
        expect(ignored(old, old, path)).toEqual(old);
        const once = ignored(inputs, old, path);
        expect(ignored(once, old, path)).toEqual(once);
      }),
    );
  });

  test("resets exactly what the path leads to", () => {
    fc.assert(
      fc.property(values, values, paths, (inputs, old, path) => {
        const { inputs: result, unmatched } = ignoreChanges(inputs, old, [path]);
        fc.pre(unmatched.length === 0 && !path.includes("*"));
        const parsed = parsePath(path);
        expect(at(result, parsed)).toEqual(at(old, parsed));
        for (const key of Object.keys(inputs)) if (key !== parsed[0]) expect(result[key]).toEqual(inputs[key]);
      }),
    );
  });

  test("of everything leaves the old inputs", () => {
    fc.assert(
      fc.property(values, values, (inputs, old) => {
        expect(ignored(inputs, old, "*")).toEqual(old);
      }),
    );
  });
});

const key = fc.constantFrom("a", "b");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.nat(3),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(key, tie("value"), { maxKeys: 2, noNullPrototype: true }),
  ),
}));
const values = fc.dictionary(key, value, { maxKeys: 2, noNullPrototype: true });
const paths = fc
  .tuple(key, fc.array(fc.constantFrom(".a", ".b", "[0]", "[1]", ".*"), { maxLength: 2 }))
  .map(([first, rest]) => first + rest.join(""));

function ignored(inputs: Record<string, unknown>, old: Record<string, unknown>, path: string) {
  return ignoreChanges(inputs, old, [path]).inputs;
}

function at(found: unknown, path: PropertyPath): unknown {
  return path.reduce((within, step) => (within as Record<string, unknown> | undefined)?.[step], found);
}
