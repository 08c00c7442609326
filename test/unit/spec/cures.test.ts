import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand, isUnresolved } from "../../../src/targets/index.ts";

const targets = "targets: { accounts: all, regions: [us-east-1] }";
const accounts = `accounts: { audit: "111122223333" }`;

/** What the file says after `version: 1`, and what to do about it, word for word. */
const cures: [code: string, text: string, cure: string][] = [
  ["duplicate-account", `accounts: { a: "111122223333", b: "111122223333" }`, "Keep one of them."],
  [
    "unknown-account",
    `accounts: {}\ntargets: { t: { accounts: [warehouse], regions: [us-east-1] } }`,
    "Add it under `accounts`, or write its id in quotes.",
  ],
  [
    "unknown-account",
    `${accounts}\ntargets: { t: { accounts: [warehouse], regions: [us-east-1] } }`,
    "Known here: audit.",
  ],
  [
    "unknown-account",
    `${accounts}\ntargets: { t: { accounts: [audti], regions: [us-east-1] } }`,
    'Did you mean "audit"?',
  ],
  [
    "unknown-target",
    `${accounts}\nsyncs: { a: { targets: fleet, source: { regions: [us-east-1] } } }`,
    "Add it under `targets`.",
  ],
  [
    "destination-and-source",
    `${accounts}\nsyncs: { a: { ${targets}, destination: { bucket: acme-logs, region: us-east-1 }, source: { regions: [us-east-1] } } }`,
    "Make it two syncs.",
  ],
  [
    "missing-key",
    `${accounts}\nsyncs: { a: { ${targets} } }`,
    "Add `destination:` for Inventory to S3, or `source:` for Explorer.",
  ],
  [
    "wrong-value",
    `${accounts}\nsyncs: { a: { ${targets}, source: { organization: entire, organizationalUnits: [ou-abcd-12345678], regions: [us-east-1] } } }`,
    "Remove `organization: entire`, or the units.",
  ],
  [
    "no-backup",
    `${accounts}\nexports: { a: { ${targets}, domain: dzd_alpha, table: { backup: none, leftover: backUpAndDrop } } }`,
    "Set table.backup to s3://bucket/prefix.",
  ],
  ["unknown-variable", `${accounts}\nrole: "arn:aws:iam::\${acount.id}:role/Sluice"`, 'Did you mean "${account.id}"?'],
];

it.each(cures)("%s (%#) has a cure", (code, text, cure) => {
  const { problems } = parseSpec(`version: 1\n${text}\n`, "sluice.yaml");
  expect(problems.map(({ code, fix }) => ({ code, fix }))).toContainEqual({ code, fix: cure });
});

it("what a misspelt key was meant to say is not told as missing too", async () => {
  const text = `version: 1
accounts: { a: "111122223333" }
syncs:
  s:
    target: { accounts: [a], regions: [us-east-1] }
    destination: { bukcet: acme, region: us-east-1 }
`;
  const { draft, problems } = parseSpec(text, "sluice.yaml");
  const { problems: found } = await expand(draft!);
  const told = [...problems, ...found.filter((problem) => !isUnresolved(problem))];
  expect(told.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
    "5:5 unknown-key",
    "6:20 unknown-key",
  ]);
});
