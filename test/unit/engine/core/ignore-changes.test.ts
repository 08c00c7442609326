import { describe, expect, test } from "vitest";
import { ignoreChanges } from "../../../../src/engine/ignore-changes.ts";
import { secret } from "../../../../src/engine/values.ts";

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

  test("refuses wildcards by name", () => {
    expect(() => ignoreChanges({}, {}, ["a.*"])).toThrow('The option ignoreChanges with the path "a.*"');
  });
});
