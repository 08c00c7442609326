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
  table: optional(fc.record({ backup: fc.constantFrom("none", "s3://acme-backups/${account.id}") })),
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
