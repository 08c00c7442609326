import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { checkShape } from "../../../src/spec/shape.ts";
import { parseSpec, schemaFor, specJsonSchema } from "../../../src/spec/index.ts";
import { SourceMap } from "../../../src/spec/yaml/source-map.ts";
import { placesIn, specDocument } from "../../support/spec/arbitrary.ts";

const accepts = new Ajv({ strict: false }).compile(specJsonSchema());
const isWellShaped = (document: unknown) => checkShape(document, new SourceMap("", "sluice.yaml")).length === 0;

/** Values that stand in for another one: right and wrong types, formats at their limits. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    1,
    2,
    -1,
    1.5,
    2147483647,
    2147483648,
    "",
    "all",
    "x",
    [],
    {},
    [""],
    ["us-east-1"],
    { a: 1 },
  ),
  fc.constantFrom(
    "111122223333",
    "11112222333",
    "dzd_a",
    `dzd_${"a".repeat(37)}`,
    "ou-ab12-cdefgh34",
    "us-east-1",
    "US",
    "entire",
    "none",
    "a".repeat(2000),
  ),
);

/** A document with one value replaced, one key added or one key removed. */
const nearMiss = fc
  .tuple(specDocument, fc.nat(), strange, fc.constantFrom("replace", "add", "rename", "remove"))
  .map(([document, at, value, how]) => {
    const copy = structuredClone(document) as unknown as Record<string, unknown>;
    const places = placesIn(copy);
    const { holder, key } = places[at % places.length]!;
    if (how === "replace") holder[key] = value;
    else if (how === "add") holder["added"] = value;
    else if (how === "rename") holder["team/a"] = value;
    else if (!Array.isArray(holder)) delete holder[key];
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });

it("the JSON Schema accepts exactly what the reader accepts", () => {
  fc.assert(
    fc.property(nearMiss, (document) => {
      expect(accepts(document), JSON.stringify(document)).toBe(isWellShaped(document));
    }),
    { numRuns: 1000 },
  );
});

it("about half of the generated near misses are wrong, so that the agreement means something", () => {
  const verdicts = fc.sample(nearMiss, { numRuns: 300, seed: 1 }).map(isWellShaped);
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(30);
  expect(verdicts.filter((verdict) => !verdict).length).toBeGreaterThan(100);
});

it("the schema for one spec offers its names, and of what the schema accepts refuses other names alone", () => {
  const { draft } = parseSpec(
    'version: 1\nregions: { eu: [eu-west-1] }\naccounts: { audit: "111122223333" }\ntargets: { fleet: { accounts: all, regions: [eu] } }\n',
    "sluice.yaml",
  );
  const own = schemaFor(specJsonSchema(), draft!);
  const text = JSON.stringify(own);
  for (const name of ["audit", "fleet", "eu", "us-east-1"])
    expect(text).toMatch(new RegExp(`"examples":\\[[^\\]]*"${name}"`));
  const ownAccepts = new Ajv({ strict: false }).compile(own);
  fc.assert(
    fc.property(nearMiss, (document) => {
      if (accepts(document) === ownAccepts(document)) return;
      const names = ownAccepts.errors!.filter(({ keyword, message }) => keyword === "pattern" && message !== undefined);
      expect(names.length, JSON.stringify([document, ownAccepts.errors])).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});

it("editors get defaults, messages in words, and snippets that are right", () => {
  const text = JSON.stringify(specJsonSchema());
  expect(text.match(/"default":/g)?.length).toBeGreaterThan(10);
  expect(text).toContain('"patternErrorMessage":"Account ids are 12 digits');
  expect(text).toContain('"defaultSnippets"');
});

it("sluice.schema.json is the schema as it is now", () => {
  const published = JSON.parse(readFileSync(new URL("../../../sluice.schema.json", import.meta.url), "utf8"));
  expect(published).toEqual(specJsonSchema());
});

it("every key of the schema says what it means", () => {
  const bare: string[] = [];
  visit(specJsonSchema() as Node, "");
  expect(bare).toEqual([]);

  function visit(node: Node, path: string): void {
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      if (child.description === undefined) bare.push(`${path}.${key}`);
      visit(child, `${path}.${key}`);
    }
    for (const child of node.anyOf ?? []) visit(child, path);
    if (node.additionalProperties) visit(node.additionalProperties, `${path}.*`);
  }
});

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  additionalProperties?: Node | false;
  anyOf?: Node[];
}
