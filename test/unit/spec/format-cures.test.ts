import * as fc from "fast-check";
import { expect, it } from "vitest";
import { textFormats } from "../../../src/spec/schema/formats.ts";
import type { TextFormat } from "../../../src/spec/schema/formats.ts";

/** What a cure says to write. */
const written = (fix: string | undefined) => /^Write "?([^"]+?)"?\.$/.exec(fix ?? "")?.[1];

const two = (number: number) => String(number).padStart(2, "0");

/** Values that people write otherwise than AWS or Sluice, by format. */
const otherwise: [keyof typeof textFormats, fc.Arbitrary<string>][] = [
  [
    "date",
    fc
      .record({
        year: fc.integer({ min: 2000, max: 2099 }),
        month: fc.integer({ min: 1, max: 12 }),
        day: fc.integer({ min: 1, max: 28 }),
      })
      .chain(({ year, month, day }) =>
        fc.constantFrom(
          `${day}.${month}.${year}`,
          `${year}/${month}/${day}`,
          `${year}${two(month)}${two(day)}`,
          `${year}-${two(month)}-${two(day)}T00:00:00Z`,
        ),
      ),
  ],
  [
    "duration",
    fc
      .tuple(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(" h", " hours", "H", " days", "D", " day"))
      .map((parts) => parts.join("")),
  ],
  ["duration", fc.integer({ min: 1, max: 9999 }).map((hours) => `PT${hours}H`)],
  [
    "backup",
    fc.constantFrom(
      "arn:aws:s3:::acme-backups/catalog",
      "https://acme.s3.eu-west-1.amazonaws.com/a/b/",
      "s3a://acme",
      "None",
      "false",
    ),
  ],
  [
    "domain",
    fc.constantFrom(
      "arn:aws:datazone:us-east-1:012345678901:domain/dzd_4abc",
      "https://dzd-4abc.sagemaker.us-east-1.on.aws/",
    ),
  ],
  ["roleArn", fc.constantFrom("arn:aws-cn:sts::222233334444:assumed-role/X/y")],
  ["targetReference", fc.constantFrom("audit:us-east-1", "audit us-east-1", "111122223333@eu-west-1")],
  ["unitReference", fc.constantFrom("OU-AB12-CDEFGH34", "Ou-ab12-cdefgh34")],
  ["accountId", fc.constantFrom("1111-2222-3333", "1111 2222 3333")],
];

it.each(otherwise)("what is written otherwise than %s gets a cure that is right", (name, values) => {
  const { pattern, suggest } = textFormats[name] as TextFormat;
  fc.assert(
    fc.property(values, (value) => {
      expect(pattern.test(value), value).toBe(false);
      expect(written(suggest?.(value)), value).toMatch(pattern);
    }),
  );
});

it("a role's name becomes its ARN in each account", () => {
  expect(textFormats.roleArn.suggest("Sluice")).toBe("Write arn:aws:iam::${account.id}:role/Sluice.");
});
