import { describe, expect, test } from "vitest";
import { containsPath, parsePath } from "../../../../src/engine/model/property-path.ts";

describe("A property path", () => {
  test.each([
    ["root", ["root"]],
    ["root.nested", ["root", "nested"]],
    ['root["nested"]', ["root", "nested"]],
    ['root["a key with a ."].x', ["root", "a key with a .", "x"]],
    ['["a \\"quoted\\" key"][100]', ['a "quoted" key', 100]],
    ["root.array[0][1].nested", ["root", "array", 0, 1, "nested"]],
    ["foo-bar.#x", ["foo-bar", "#x"]],
    ["root[*].field", ["root", "*", "field"]],
    ["root.*", ["root", "*"]],
    ["root.[0]..x", ["root", 0, "x"]],
    ["", []],
  ])("%s", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  test.each([".a", "a.", "a[", "a[0", "a[x]", 'a["x', 'a["x"', "a[]", 'a["x\\"]'])("is not %s", (text) => {
    expect(() => parsePath(text)).toThrow("is not the path of a property");
  });

  test("contains what lies at or below it, a wildcard standing for any step", () => {
    const contains = (path: string, other: string) => containsPath(parsePath(path), parsePath(other));
    expect(contains('foo["bar"][1]', "foo.bar[1].baz")).toBe(true);
    expect(contains("foo.*.baz", "foo.bar.baz.bam")).toBe(true);
    expect(contains("*", "#initerror")).toBe(true);
    expect(contains("foo.bar", "foo")).toBe(false);
    expect(contains("foo[1]", 'foo["1"]')).toBe(false);
  });
});
