import * as fc from "fast-check";
import { expect, it } from "vitest";
import { digestOf, planFrom } from "../../../src/preview/index.ts";
import { declarations, domainSwitch, fleet } from "./fixtures.ts";

const property = fc.record({
  path: fc.string(),
  before: fc.jsonValue(),
  after: fc.jsonValue(),
  replaces: fc.boolean(),
});
const change = fc.record({
  type: fc.constantFrom("AssetTable", "ResourceDataSync"),
  name: fc.string(),
  operation: fc.constantFrom("create" as const, "update" as const, "replace" as const, "delete" as const),
  properties: fc.uniqueArray(property, { selector: ({ path }) => path, maxLength: 4 }),
});

it("does not depend on the order of changes, of properties or of keys", () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const shuffled = changes.toReversed().map((one) => ({
        ...one,
        properties: one.properties
          .toReversed()
          .map((each) => ({ ...each, before: reversed(each.before), after: reversed(each.after) })),
      }));
      expect(digestOf(shuffled as typeof changes)).toBe(digestOf(changes));
    }),
  );
});

it("changes with any name, operation, path or value", () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1 }), (changes) => {
      const [first, ...rest] = changes as [(typeof changes)[number], ...typeof changes];
      const { properties } = first;
      const variants = [
        { ...first, name: `${first.name}x` },
        {
          ...first,
          properties: [
            ...properties,
            { path: "new path that no other is", before: undefined, after: null, replaces: false },
          ],
        },
        ...(properties[0]
          ? [{ ...first, properties: [{ ...properties[0], after: [properties[0].after] }, ...properties.slice(1)] }]
          : []),
      ];
      for (const variant of variants) expect(digestOf([variant, ...rest])).not.toBe(digestOf(changes));
    }),
  );
});

it("tells a value that is not set from null", () => {
  const one = (after: unknown) => [
    {
      type: "T",
      name: "n",
      operation: "update" as const,
      properties: [{ path: "p", before: 1, after, replaces: false }],
    },
  ];
  expect(digestOf(one(undefined))).not.toBe(digestOf(one(null)));
});

it("is the same whatever the file, the line, the stack or the day", () => {
  const elsewhere = declarations.map((one) => ({ ...one, source: { file: "specs/other.yaml", line: 400 } }));
  const later = domainSwitch.map((event, sequence) => ({ ...event, sequence, timestamp: 1_800_000_000 }));
  expect(planFrom({ stack: "prod", events: later, declarations: elsewhere }).digest).toBe(
    planFrom({ stack: "dev", events: domainSwitch, declarations }).digest,
  );
});

it("is the same whichever target answers first", () => {
  const { events, declarations } = fleet(3, ["us-east-1", "eu-west-1"]);
  const plan = (list: typeof events) => planFrom({ stack: "dev", events: list, declarations });
  expect(plan(events.toReversed())).toEqual({ ...plan(events), steps: expect.any(Array) as unknown });
});
