import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";

/** Each: what the file does wrong; its text after `version: 1`, with «» around what the problem must point at; code; part of the message or fix. */
const cases: [title: string, text: string, code: string, says: RegExp][] = [
  ["an unknown key at the top", `«acounts»: {}`, "unknown-key", /Did you mean "accounts"\?/],
  [
    "an unknown key of a sync",
    `syncs:\n  a: { «destinaton»: {}, source: { regions: [us-east-1] } }`,
    "unknown-key",
    /"destination"/,
  ],
  ["an unknown key of a table", `exports:\n  a: { domain: dzd_a, table: { «back»: none } }`, "unknown-key", /back/],
  ["a key written twice", `accounts:\n  a: "111122223333"\n  «a»: "222233334444"`, "duplicate-key", /line 3/],
  ["an unquoted account id", `accounts: { a: «111122223333» }`, "unquoted-account-id", /Write "111122223333"/],
  ["an unquoted id with a leading zero", `accounts: { a: «012345678901» }`, "unquoted-account-id", /"012345678901"/],
  [
    "an unquoted id in an account's mapping",
    `accounts: { a: { id: «000000000123» } }`,
    "unquoted-account-id",
    /"000000000123"/,
  ],
  [
    "an unquoted id in a selector",
    `targets: { t: { accounts: [«012345678901»], regions: [us-east-1] } }`,
    "unquoted-account-id",
    /012345678901/,
  ],
  [
    "an unquoted id in an exclusion",
    `targets: { t: { accounts: all, regions: [us-east-1], exclude: { accounts: [«012345678901»] } } }`,
    "unquoted-account-id",
    /012345678901/,
  ],
  ["an id that has lost its zero", `accounts: { a: «12345678901» }`, "unquoted-account-id", /zeros in front/],
  ["an id of eleven digits", `accounts: { a: «"12345678901"» }`, "bad-account-id", /12 digits/],
  [
    "one account with two names",
    `accounts:\n  a: "111122223333"\n  «b»: "111122223333"`,
    "duplicate-account",
    /a and b/,
  ],
  ["a name of digits", `accounts: { «"5"»: "111122223333" }`, "bad-account-name", /name/],
  [
    "an unknown account",
    `accounts: { audit: "111122223333" }\ntargets: { t: { accounts: [«adit»], regions: [us-east-1] } }`,
    "unknown-account",
    /"audit"/,
  ],
  [
    "an unknown selection",
    `targets: { fleet: { accounts: ["111122223333"], regions: [us-east-1] } }\nsyncs: { a: { targets: «flet», source: { regions: [us-east-1] } } }`,
    "unknown-target",
    /"fleet"/,
  ],
  ["a Region that cannot be", `targets: { t: { accounts: all, regions: [«us-esat-1»] } }`, "bad-region", /"us-east-1"/],
  [
    "a Region that AWS has not opened",
    `targets: { t: { accounts: all, regions: [«us-east-7»] } }`,
    "unknown-region",
    /us-east-7/,
  ],
  [
    "a bucket Region that cannot be",
    `syncs: { a: { destination: { bucket: abc, region: «useast1» } } }`,
    "bad-region",
    /us-east-1/,
  ],
  [
    "a list that is a text",
    `targets: { t: { accounts: all, regions: «us-east-1» } }`,
    "wrong-type",
    /Write \[us-east-1\]/,
  ],
  [
    "accounts that are neither a list nor all",
    `targets: { t: { accounts: «audit», regions: [us-east-1] } }`,
    "wrong-type",
    /`self` or a list/,
  ],
  [
    "a number for a text",
    `syncs: { a: { destination: { bucket: «123456», region: us-east-1 } } }`,
    "wrong-type",
    /Write "123456"/,
  ],
  ["a text for a boolean", `exports: { a: { domain: dzd_a, enabled: «yes» } }`, "wrong-type", /true or false/],
  ["a mapping that is empty", `targets:\n  «fleet»:\n`, "wrong-type", /empty/],
  ["a tag of YAML that is not plain data", `role: «!!js/function» 'x'`, "custom-tag", /!!js\/function/],
  [
    "an unquoted variable between braces",
    `syncs: { a: { destination: { bucket: «acme-\${region}», region: us-east-1 } } }`,
    "unquoted-variable",
    /Write "acme-\$\{region\}"/,
  ],
  ["a quote that is never closed", `accounts: { a: «"»111122223333 }\nsyncs: {}`, "yaml-syntax", /never closed/],
  [
    "a bracket that is never closed",
    `targets:\n  t: { accounts: all, regions: «[» us-east-1\nsyncs: {}`,
    "yaml-syntax",
    /]/,
  ],
  [
    "an item of which nothing is written",
    `targets:\n  t:\n    accounts: all\n    regions:\n    «-»\n    - us-east-1`,
    "wrong-type",
    /empty/,
  ],
  ["a missing key", `exports: { «a»: { enabled: true } }`, "missing-key", /domain/],
  ["a sync without destination and source", `syncs: { «a»: {} }`, "missing-key", /destination/],
  [
    "a sync with both",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1 }, «source»: { regions: [us-east-1] } } }`,
    "destination-and-source",
    /two syncs/,
  ],
  [
    "a source of everything and of units",
    `syncs: { a: { source: { regions: [us-east-1], organization: entire, «organizationalUnits»: [ou-ab12-cdefgh34] } } }`,
    "wrong-value",
    /one of them/,
  ],
  ["a source without Regions", `syncs: { a: { source: { regions: «[]» } } }`, "too-small", /at least 1/],
  ["a bad domain id", `exports: { a: { domain: «dz_4abc» } }`, "bad-domain-id", /dzd_/],
  ["a domain id that is too long", `exports: { a: { domain: «dzd_${"a".repeat(37)}» } }`, "bad-domain-id", /36/],
  [
    "an organizational unit that is none",
    `targets: { t: { organizationalUnits: [«ou-1»], regions: [us-east-1] } }`,
    "bad-organizational-unit",
    /ou-ab12/,
  ],
  [
    "a sharing that AWS does not have",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1, share: «organisation» } } }`,
    "wrong-value",
    /"organization"/,
  ],
  [
    "a mapping for one of some words",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1, share: «{}» } } }`,
    "wrong-value",
    /a mapping/,
  ],
  [
    "a bucket name with capitals",
    `syncs: { a: { destination: { bucket: «Acme», region: us-east-1 } } }`,
    "bad-bucket-name",
    /lower-case/,
  ],
  [
    "a bucket name like an address",
    `syncs: { a: { destination: { bucket: «10.0.0.1», region: us-east-1 } } }`,
    "bad-bucket-name",
    /bucket name/,
  ],
  [
    "a prefix of 257 characters",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1, prefix: «${"p".repeat(257)}» } } }`,
    "too-large",
    /256/,
  ],
  [
    "a sync name of 65 characters",
    `syncs: { a: { name: «${"n".repeat(65)}», source: { regions: [us-east-1] } } }`,
    "too-large",
    /64/,
  ],
  [
    "a key that is no ARN",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1, kmsKey: «alias/key» } } }`,
    "bad-key-arn",
    /whole ARN/,
  ],
  [
    "a key in another Region than its bucket",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1, kmsKey: «arn:aws:kms:eu-west-1:111122223333:key/k» } } }`,
    "key-region",
    /eu-west-1.*us-east-1/,
  ],
  [
    "an alias of a key for a table",
    `exports: { a: { domain: dzd_a, encryption: { kmsKey: «arn:aws:kms:us-east-1:111122223333:alias/k» } } }`,
    "bad-key-arn",
    /:key\//,
  ],
  ["a role that is no ARN", `role: «Sluice»`, "bad-role-arn", /ARN of a role/],
  [
    "a role of another account",
    `accounts: { a: { id: "111122223333", role: «arn:aws:iam::222233334444:role/S» } }`,
    "role-account",
    /222233334444/,
  ],
  [
    "an unknown variable",
    `syncs: { a: { destination: { bucket: abc, region: us-east-1, prefix: «"\${acount.id}"» } } }`,
    "unknown-variable",
    /\$\{account\.id\}/,
  ],
  [
    "an owner of the backup's bucket that is no account",
    `exports: { a: { domain: dzd_a, table: { backup: s3://acme-backups/x, backupOwner: «audit» } } }`,
    "bad-account-id",
    /12 digits/,
  ],
  [
    "a key of the backups that is an alias",
    `exports: { a: { domain: dzd_a, table: { backup: s3://acme-backups/x, backupKey: «"arn:aws:kms:us-east-1:111122223333:alias/mine"» } } }`,
    "bad-key-arn",
    /whole ARN/,
  ],
  ["a backup outside S3", `exports: { a: { domain: dzd_a, table: { backup: «/backups» } } }`, "bad-backup", /s3:\/\//],
  [
    "a backup that has no place",
    `exports: { a: { domain: dzd_a, table: { leftover: «backUpAndDrop» } } }`,
    "no-backup",
    /table.backup/,
  ],
  [
    "an expiration of no days",
    `exports: { a: { domain: dzd_a, recordExpirationDays: «0» } }`,
    "too-small",
    /at least 1/,
  ],
  [
    "an expiration beyond AWS's limit",
    `exports: { a: { domain: dzd_a, recordExpirationDays: «2147483648» } }`,
    "too-large",
    /2147483647/,
  ],
  [
    "an expiration in half days",
    `exports: { a: { domain: dzd_a, recordExpirationDays: «1.5» } }`,
    "wrong-type",
    /whole number/,
  ],
  ["a custom tag", `role: «!env» ROLE`, "custom-tag", /plain data/],
  ["an alias of nothing", `role: «*nobody»`, "yaml-alias", /&nobody/],
  ["an alias of what contains it", `accounts: &a { b: «*a» }`, "yaml-alias", /contains it/],
  ["a merge of a text", `accounts: { <<: «text» }`, "yaml-merge", /mapping/],
  ["a key that is a list", `accounts: { ? «[a]» : "111122223333" }`, "yaml-key", /plain word/],
];

it.each(cases)("%s is found at its place", (_title, marked, code, says) => {
  const text = `version: 1\n${marked}\n`;
  const before = text.slice(0, text.indexOf("«"));
  const inside = text.slice(text.indexOf("«") + 1, text.indexOf("»"));
  const lines = before.split("\n");
  const [line, column] = [lines.length, lines.at(-1)!.length + 1];

  const { problems } = parseSpec(text.replace("«", "").replace("»", ""), "sluice.yaml");

  const problem = problems.find((problem) => problem.code === code);
  expect(problems.map((problem) => `${problem.code} ${problem.message}`)).toHaveLength(1);
  expect(problem).toMatchObject({
    file: "sluice.yaml",
    line,
    column,
    endLine: line,
    endColumn: column + inside.length,
  });
  expect(`${problem?.message} ${problem?.fix}`).toMatch(says);
});

it.each([
  [`syncs:\n  team/a: { name: 5 }`, ["bad-name", "missing-key", "wrong-type"]],
  [`targets: { a/b: { regions: us-east-1 } }`, ["bad-name", "wrong-type"]],
  [`accounts: { a/b: { id: 5, role: 7 } }`, ["bad-account-name", "unquoted-account-id", "wrong-type"]],
  [`exports: { a/b: { domain: 5, table: { backup: 7 } } }`, ["bad-name", "wrong-type", "wrong-type"]],
  [`exports: { __proto__: { domain: 5, table: 7 } }`, ["unknown-key"]],
  [`syncs: { __proto__: { source: { regions: 5 } } }`, ["unknown-key"]],
])("%s: what stands below a wrong name is looked at too", (text, codes) => {
  const { problems } = parseSpec(`version: 1\n${text}\n`, "sluice.yaml");
  expect(problems.map(({ code }) => code)).toEqual(codes);
});

it("text that is not YAML is a problem at the character that breaks it", () => {
  const { spec, problems } = parseSpec("version: 1\naccounts: { a: [\n", "sluice.yaml");
  expect(spec).toBeUndefined();
  expect(problems).toMatchObject([{ code: "yaml-syntax", severity: "error", line: 2, column: 16 }]);
});

it("an empty file is told what to start with", () => {
  for (const text of ["", "# nothing yet\n", "---\n"]) {
    expect(parseSpec(text, "sluice.yaml").problems).toMatchObject([{ code: "empty", line: 1, column: 1 }]);
  }
});

it("a second document is refused where it starts", () => {
  const { problems } = parseSpec("version: 1\n---\nversion: 1\n", "sluice.yaml");
  expect(problems).toMatchObject([{ code: "multiple-documents", line: 2 }]);
});

it("aliases that stand for billions of values are refused at once", () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `  l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
  );
  const { problems } = parseSpec(`version: 1\naccounts:\n  l0: &l0 [x]\n${levels.join("\n")}\n`, "sluice.yaml");
  expect(problems.map(({ code }) => code)).toContain("yaml-alias");
});

it("a text nested twenty thousand deep is a problem and no crash", () => {
  expect(parseSpec("[".repeat(20_000), "sluice.yaml").problems.length).toBeGreaterThan(0);
});

it("all problems come in one run, in the order of the file", () => {
  const text = `version: 2
acounts: {}
accounts: { a: 012345678901 }
targets:
  t: { accounts: [b], regions: [nowhere] }
syncs:
  s: { targets: u, destination: { bucket: Bad, region: us-east-1 } }
exports:
  e: { domain: nope, table: { backup: nope } }
`;
  const { problems } = parseSpec(text, "sluice.yaml");
  expect(problems.map(({ code, line }) => `${line} ${code}`)).toEqual([
    "1 wrong-value",
    "2 unknown-key",
    "3 unquoted-account-id",
    "5 unknown-account",
    "5 bad-region",
    "7 unknown-target",
    "7 bad-bucket-name",
    "9 bad-domain-id",
    "9 bad-backup",
  ]);
});
