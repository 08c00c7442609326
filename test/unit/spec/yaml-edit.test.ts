import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { withItem, withValue } from "../../../src/spec/index.ts";

const text = `# Ours
version: 1
syncs:
  explorer: # for operations
    targets: { accounts: [audit], regions: [us-east-1] }   # by hand
    source:
      organization: entire
      regions:
        - us-east-1 # home
        - eu-west-1
      includeFutureRegions: false

exports:
    catalog: { domain: 'dzd_a', enabled: true } # flow
`;

describe("a value", () => {
  it("is written over where it stands, in its own quotes", () => {
    expect(withValue(text, ["exports", "catalog", "enabled"], false)).toBe(
      text.replace("enabled: true", "enabled: false"),
    );
    expect(withValue(text, ["exports", "catalog", "domain"], "dzd_b")).toBe(text.replace("'dzd_a'", "'dzd_b'"));
  });

  it("that is new comes after the others of its mapping, at their depth", () => {
    expect(withValue(text, ["exports", "catalog", "recordExpirationDays"], 30)).toBe(
      text.replace("enabled: true }", "enabled: true, recordExpirationDays: 30 }"),
    );
    expect(withValue(text, ["syncs", "explorer", "source", "enableAllOpsDataSources"], true)).toBe(
      text.replace("Regions: false\n", "Regions: false\n      enableAllOpsDataSources: true\n"),
    );
    expect(withValue(text, ["exports", "catalog", "encryption", "kmsKey"], "arn:aws:kms:k")).toBe(
      text.replace("true }", "true, encryption: { kmsKey: arn:aws:kms:k } }"),
    );
  });

  it("goes with its line, or with its comma", () => {
    expect(withValue(text, ["syncs", "explorer", "source", "organization"], undefined)).toBe(
      text.replace("      organization: entire\n", ""),
    );
    expect(withValue(text, ["exports", "catalog", "enabled"], undefined)).toBe(text.replace(", enabled: true", ""));
    expect(withValue(text, ["exports", "catalog", "domain"], undefined)).toBe(text.replace("domain: 'dzd_a', ", ""));
  });

  it("that is a list keeps the lines of the members that stay", () => {
    expect(withValue(text, ["syncs", "explorer", "source", "regions"], ["ap-south-1", "us-east-1"])).toBe(
      text.replace("        - eu-west-1\n", "        - ap-south-1\n"),
    );
  });

  it("is not written where an alias or an anchor shares it", () => {
    const shared = "a: &days { x: 1 }\nb: *days\nc: &n 5\nd: *n\n";
    expect(withValue(shared, ["b", "x"], 2)).toBeUndefined();
    expect(withValue(shared, ["c"], 2)).toBeUndefined();
    expect(withValue(shared, ["d"], 2)).toBeUndefined();
  });
});

describe("an item", () => {
  it("makes its list, in block and in JSON", () => {
    const item = { targets: { accounts: ["audit"], regions: ["us-east-1"] }, source: { regions: ["a", "b"] } };
    expect(withItem(text, ["syncs", "explorer", "overrides"], item)).toBe(
      text.replace(
        "Regions: false\n",
        `Regions: false
    overrides:
      - targets: { accounts: [audit], regions: [us-east-1] }
        source:
          regions: [a, b]
`,
      ),
    );
    const json = JSON.stringify({ a: { b: 1 } }, null, 2);
    expect(withItem(json, ["a", "c"], "x/y")).toBe(json.replace('"b": 1', '"b": 1,\n    "c": [ "x/y" ]'));
  });

  it("comes after the others", () => {
    const list = "a:\n  - x: 1 # one\n  - x: 2\nb: [p, q]\n";
    expect(withItem(list, ["a"], { x: 3 })).toBe(list.replace("x: 2\n", "x: 2\n  - x: 3\n"));
    expect(withItem(list, ["b"], "r")).toBe(list.replace("q]", "q, r]"));
  });

  it("ends its lines as the text does", () => {
    expect(withItem("a:\r\n  - 1\r\n", ["a"], 2)).toBe("a:\r\n  - 1\r\n  - 2\r\n");
  });
});

it("whatever is set is what is read, and nothing else differs", () => {
  const key = fc.constantFrom("a", "b", "c d", "e-f");
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant("012345678901"), fc.constant("yes: no"));
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 2 }, leaf, fc.dictionary(key, tie("node"), { minKeys: 1, maxKeys: 3 })),
  })).node;
  fc.assert(
    fc.property(
      fc.dictionary(key, tree, { minKeys: 1, maxKeys: 3 }),
      fc.array(key, { minLength: 1, maxLength: 3 }),
      leaf,
      fc.boolean(),
      (data, path, value, json) => {
        const before = json ? JSON.stringify(data, null, 2) : yamlOf(data);
        const after = withValue(before, path, value);
        if (after === undefined) return;
        const wanted = structuredClone(data);
        let at = wanted as Record<string, unknown>;
        for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
        at[path.at(-1)!] = value;
        expect(parse(after)).toEqual(wanted);
      },
    ),
    { numRuns: 300 },
  );
});

/** Block YAML with a comment on every line. */
function yamlOf(data: object, indent = ""): string {
  return Object.entries(data)
    .map(([key, value]) =>
      typeof value === "object"
        ? `${indent}${key}: # ${key}\n${yamlOf(value, `${indent}  `)}`
        : `${indent}${key}: ${JSON.stringify(value)} # ${key}\n`,
    )
    .join("");
}
