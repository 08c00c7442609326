import * as fc from "fast-check";
import { stringify } from "yaml";
import type { SpecDocument } from "../../../src/spec/index.ts";

/** Account names and ids that generated specs draw from. */
const accountIds = ["111122223333", "222233334444", "012345678901", "000000000012"];
const accountNames = ["audit", "catalog", "sandbox", "log archive"];
const regions = ["us-east-1", "eu-west-1", "ap-southeast-2"];

const some = <T>(values: readonly T[], minLength = 0) => fc.uniqueArray(fc.constantFrom(...values), { minLength });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const selector = fc.record({
  accounts: fc.oneof(fc.constant("all" as const), some([...accountNames, ...accountIds], 1)),
  regions: some(regions, 1),
  exclude: optional(
    fc.record({ accounts: optional(some([...accountNames, ...accountIds])), regions: optional(some(regions)) }),
  ),
});

const sync = fc.record({
  name: optional(fc.constantFrom("inventory", "other", "at-${region}")),
  targets: fc.oneof(fc.constantFrom("fleet", "few"), selector),
  destination: fc.record({
    bucket: fc.constantFrom("acme-inventory", "acme-${region}"),
    region: fc.constantFrom(...regions, "${region}"),
    prefix: optional(fc.constantFrom("ssm", "${account.id}/${account.name}")),
    share: optional(fc.constant("organization" as const)),
  }),
  adopt: optional(fc.boolean()),
  protect: optional(fc.boolean()),
});

const explorer = fc.record({
  targets: fc.oneof(fc.constantFrom("fleet", "few"), selector),
  source: fc.record({
    regions: some(regions, 1),
    organization: optional(fc.constant("entire" as const)),
    includeFutureRegions: optional(fc.boolean()),
  }),
});

const dataExport = fc.record({
  targets: fc.oneof(fc.constantFrom("fleet", "few"), selector),
  domain: fc.constantFrom("dzd_alpha", "dzd-beta"),
  enabled: optional(fc.boolean()),
  recordExpirationDays: optional(fc.integer({ min: 1, max: 2147483647 })),
  table: optional(
    fc.oneof(
      fc.record({ backup: fc.constant("none") }),
      fc.record({
        backup: fc.constant("s3://acme-backups/${account.id}"),
        keep: optional(fc.record({ daily: fc.integer({ min: 1, max: 31 }), monthly: optional(fc.constant(12)) })),
      }),
    ),
  ),
});

/** Documents of the right shape; they may still collide or match nothing. */
export const specDocument: fc.Arbitrary<SpecDocument> = fc
  .record({
    version: fc.constant(1 as const),
    role: optional(fc.constant("arn:aws:iam::${account.id}:role/Sluice")),
    accounts: fc.constant(Object.fromEntries(accountNames.map((name, index) => [name, accountIds[index]!]))),
    targets: fc.record({ fleet: selector, few: selector }),
    syncs: optional(fc.dictionary(fc.constantFrom("inventory", "explorer", "extra"), fc.oneof(sync, explorer))),
    exports: optional(fc.dictionary(fc.constantFrom("catalog", "second"), dataExport)),
  })
  .map((document) => JSON.parse(JSON.stringify(document)) as SpecDocument);

/** The same as YAML, with every text quoted. */
export const yamlOf = (document: object): string =>
  stringify(document, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });

/** A text with one thing broken: a piece cut out, doubled, or replaced by characters that mean something in YAML. */
export const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(12),
      fc.constantFrom(
        "",
        ":",
        "\n",
        "  ",
        "- ",
        "[",
        "}",
        "*a",
        "&a ",
        "<<: ",
        "!x ",
        "012345678901",
        "\t",
        '"',
        "é",
        "😀",
        "---\n",
        "# ",
      ),
    )
    .map(([at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length));

/** Keys and values that stand in for others: right and wrong names and types. */
const strangeKeys = [
  "team/a",
  "__proto__",
  "constructor",
  " a",
  "5",
  "all",
  "targets",
  "name",
  "é",
  "<<",
  "a\nb",
  "x-y",
];
const strangeValues = [
  null,
  true,
  0,
  -1,
  1.5,
  "",
  "all",
  "us-east-1",
  "111122223333",
  "${",
  "${x",
  "$${region}",
  [],
  {},
  [[]],
  [null],
  [{}],
  { a: 1 },
];

/** A document with several things wrong: values replaced, keys renamed, added and removed, at any depth. */
export const spoiled = fc
  .tuple(
    specDocument,
    fc.array(
      fc.record({
        at: fc.nat(),
        how: fc.constantFrom("replace", "rename", "add", "remove"),
        key: fc.constantFrom(...strangeKeys),
        value: fc.constantFrom<unknown>(...strangeValues),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([document, changes]) => {
    const copy = plainCopy(document) as Holder;
    for (const { at, how, key, value } of changes) {
      const places = placesIn(copy);
      if (places.length === 0) break;
      const { holder, key: old } = places[at % places.length]!;
      if (how === "replace") holder[old] = structuredClone(value);
      else if (Array.isArray(holder)) holder.push(structuredClone(value));
      else if (how === "remove") delete holder[old];
      else {
        holder[key] = how === "add" ? structuredClone(value) : holder[old];
        if (how === "rename") delete holder[old];
      }
    }
    return copy;
  });

type Holder = Record<string, unknown>;

/** A copy in which `__proto__` is a key like any other. */
function plainCopy(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(plainCopy);
  if (typeof data !== "object" || data === null) return data;
  const copy = Object.create(null) as Holder;
  for (const [key, value] of Object.entries(data)) copy[key] = plainCopy(value);
  return copy;
}

/** Every key of some data, with what holds it. */
export function placesIn(holder: Holder): { holder: Holder; key: string }[] {
  return Object.entries(holder).flatMap(([key, value]) => [
    { holder, key },
    ...(typeof value === "object" && value !== null ? placesIn(value as Holder) : []),
  ]);
}
