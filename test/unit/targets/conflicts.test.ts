import { expect, it } from "vitest";
import { codesOf, expandText } from "../../support/spec/expand-text.ts";

const head = `version: 1
accounts: { audit: "111122223333", catalog: "222233334444" }
`;
const here = `targets: { accounts: [audit], regions: [us-east-1] }`;
const everywhere = `targets: { accounts: all, regions: [us-east-1, eu-west-1] }`;
const bucket = `bucket: acme-inventory, region: us-east-1`;
const destination = `destination: { ${bucket} }`;

it("two exports in one account and Region are one problem, at the second, that names the first", async () => {
  const { problems, declarations } = await expandText(`${head}exports:
  one: { ${everywhere}, domain: dzd_a }
  two: { ${everywhere}, domain: dzd_a }
`);
  const [problem] = problems.filter(({ severity }) => severity === "error");
  expect(problem).toMatchObject({ code: "duplicate-export", line: 5, column: 3, endColumn: 6 });
  expect(problem?.message).toBe(
    "Two exports are in 111122223333/us-east-1 and 3 more places: one (line 4) and two; AWS allows one domain there.",
  );
  expect(declarations).toHaveLength(8);
});

it.each([
  ["of the same type", destination],
  ["of the two types", `source: { regions: [us-east-1] }`],
])("two syncs %s cannot have one name in one account and Region", async (_, other) => {
  const { problems } = await expandText(`${head}syncs:
  one: { ${here}, ${destination} }
  two: { ${here}, name: one, ${other} }
`);
  expect(problems).toMatchObject([{ code: "duplicate-sync", line: 5 }]);
});

it("names that only variables make equal are found", async () => {
  const { problems } = await expandText(`${head}syncs:
  one: { ${everywhere}, name: "at-\${region}", ${destination} }
  two: { ${here}, name: at-us-east-1, ${destination} }
`);
  expect(codesOf(problems)).toEqual(["duplicate-sync"]);
});

it("two syncs that are shared with the organization cannot be in one account and Region", async () => {
  const share = `destination: { ${bucket}, share: organization }`;
  const { problems } = await expandText(
    `${head}syncs:\n  one: { ${here}, ${share} }\n  two: { ${here}, ${share.replace("acme-inventory", "acme-other")} }\n`,
  );
  expect(problems).toMatchObject([{ code: "duplicate-organization-share", line: 5 }]);
});

it("a sixth sync in one account and Region is a warning that counts Inspector's", async () => {
  const syncs = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `  s${index}: { ${here}, destination: { ${bucket}, prefix: p${index} } }`,
    ).join("\n");
  expect((await expandText(`${head}syncs:\n${syncs(5)}\n`)).problems).toEqual([]);
  const { problems } = await expandText(`${head}syncs:\n${syncs(6)}\n`);
  expect(problems).toMatchObject([{ code: "sync-quota", severity: "warning", line: 9 }]);
  expect(problems[0]?.message).toContain("Inspector");
});

it.each([
  ["an empty list", `{ accounts: [], regions: [us-east-1] }`, 36],
  ["no Regions", `{ accounts: [audit], regions: [] }`, 54],
  ["everything excluded", `{ accounts: [audit], regions: [us-east-1], exclude: { regions: [us-east-1] } }`, 24],
])("a selection with %s matches nothing", async (_, targets, column) => {
  const { problems } = await expandText(`${head}syncs: { s: { targets: ${targets}, ${destination} } }`);
  expect(problems).toMatchObject([{ code: "matches-nothing", line: 3, column }]);
});

it("an empty selection is one problem, whoever uses it: the glob that finds nothing, or the selection", async () => {
  const text = (
    accounts: string,
  ) => `${head}targets: { fleet: { accounts: ${accounts}, regions: [us-east-1], exclude: { accounts: ["audit"] } } }
syncs: { s: { targets: fleet, ${destination} }, t: { targets: fleet, name: u, destination: { bucket: acme-other, region: us-east-1 } } }
`;
  const { problems } = await expandText(text("[audit]"));
  expect(problems).toMatchObject([{ code: "matches-nothing", severity: "error", line: 3, column: 12 }]);
  const { problems: glob } = await expandText(text('["prod-*"]').replace(', exclude: { accounts: ["audit"] }', ""));
  expect(glob).toMatchObject([{ code: "unknown-account", severity: "error", line: 3, column: 32 }]);
});

it("a selection that is wrong already is not said to match nothing as well", async () => {
  const { problems } = await expandText(
    `${head}syncs: { s: { targets: { accounts: [adit], regions: [us-east-1] }, ${destination} } }`,
  );
  expect(codesOf(problems)).toEqual(["unknown-account"]);
});

it("two syncs that deliver to one place are a warning, at the second", async () => {
  const { problems } = await expandText(
    `${head}syncs:\n  one: { ${here}, ${destination} }\n  two: { ${here}, ${destination} }\n`,
  );
  expect(problems).toMatchObject([{ code: "duplicate-destination", severity: "warning", line: 5 }]);
});

it("a prefix with a slash at its end is a warning, with the form that is meant", async () => {
  const { problems } = await expandText(
    `${head}syncs:\n  one: { ${here}, destination: { ${bucket}, prefix: ssm/ } }\n`,
  );
  expect(problems[0]).toMatchObject({ code: "slashed-prefix", severity: "warning", fix: "Write ssm." });
});

it.each([
  [`role: «arn:aws-cn:iam::\${account.id}:role/S»\nsyncs: { s: { ${here}, ${destination} } }`],
  [`syncs: { s: { ${here}, destination: { bucket: acme, region: «cn-north-1» } } }`],
  [
    `syncs: { s: { ${here}, destination: { bucket: acme, region: us-east-1, kmsKey: «"arn:aws-cn:kms:us-east-1:111122223333:key/k"» } } }`,
  ],
  [
    `exports: { e: { ${here}, domain: dzd_a, encryption: { kmsKey: «"arn:aws-cn:kms:us-east-1:111122223333:key/k"» } } }`,
  ],
  [
    `syncs: { s: { targets: «{» accounts: [audit], regions: [us-east-1, cn-north-1] }, source: { regions: [us-east-1] } } }`,
  ],
])("%s is in another partition than its target", async (marked) => {
  const { problems } = await expandText(head + marked.replace("«", "").replace("»", ""));
  const lines = (head + marked.slice(0, marked.indexOf("«"))).split("\n");
  expect(problems.map(({ code, line, column }) => ({ code, line, column }))).toEqual([
    { code: "other-partition", line: lines.length, column: lines.at(-1)!.length + 1 },
  ]);
});

it("a domain in two Regions is a warning", async () => {
  const { problems } = await expandText(
    `${head}exports: { e: { targets: { accounts: [audit], regions: [us-east-1, eu-west-1] }, domain: dzd_a } }`,
  );
  expect(problems).toMatchObject([{ code: "domain-region", severity: "warning" }]);
});

it.each([
  [
    "a key of the export in another Region than the target",
    `exports: { e: { ${here}, domain: dzd_a, encryption: { kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/k" } } }`,
    "key-region",
  ],
  [
    "a bucket name that a variable spoils",
    `syncs: { s: { ${here}, destination: { bucket: "acme_\${region}", region: us-east-1 } } }`,
    "bad-bucket-name",
  ],
  [
    "a sync name that variables make too long",
    `syncs: { s: { ${here}, name: "${"n".repeat(50)}-\${account.id}-\${region}", ${destination} } }`,
    "too-large",
  ],
  [
    "a prefix that variables make too long",
    `syncs: { s: { ${here}, destination: { ${bucket}, prefix: "${"p".repeat(250)}\${account.id}" } } }`,
    "too-large",
  ],
  [
    "a name that the account does not have",
    `syncs: { s: { targets: { accounts: ["999988887777"], regions: [us-east-1] }, destination: { ${bucket}, prefix: "\${account.name}" } } }`,
    "nameless-account",
  ],
  [
    "a role that is no role once its variables are filled in",
    `role: "arn:aws:iam::\${account.id}:user/Me"\nsyncs: { s: { ${here}, ${destination} } }`,
    "bad-role-arn",
  ],
  [
    "a role of another account as everybody's default",
    `role: arn:aws:iam::222233334444:role/S\nsyncs: { s: { ${here}, ${destination} } }`,
    "role-account",
  ],
])("%s is one problem, once the target is known", async (_, text, code) => {
  expect(codesOf((await expandText(head + text)).problems)).toEqual([code]);
});

it("an account without a name is told where the name is used, by default and for some targets too", async () => {
  const { problems } = await expandText(`version: 1
accounts: { a: "111122223333" }
defaults:
  syncs:
    targets: { accounts: [a, "999988887777"], regions: [us-east-1] }
    destination: { bucket: acme, region: us-east-1, prefix: "\${account.name}" }
syncs:
  one: { destination: { prefix: x } }
  two: { destination: { prefix: { default: "\${account.name}" } } }
  three: { destination: { prefix: y }, overrides: [{ targets: { regions: [us-east-1] }, destination: { prefix: "\${account.name}/3" } }] }
  four: { destination: { bucket: acme-four } }
`);
  expect(problems.map(({ code, line, column }) => `${line}:${column} ${code}`)).toEqual([
    "6:61 nameless-account",
    "9:44 nameless-account",
    "10:112 nameless-account",
  ]);
});

it.each([
  ['a: { id: "1111222233334" }', "bad-account-id"],
  ['a: { d: "111122223333" }', "unknown-key"],
  ['cn: { id: "111122223333", egions: [cn-north-1] }', "unknown-key"],
  ['cn: { id: "111122223333", regions: cn-north-1 }', "wrong-type"],
])("what is wrong with an account is told there alone, not in what is made of it: %s", async (account, code) => {
  const { problems } = await expandText(`version: 1
role: "arn:\${partition}:iam::\${account.id}:role/Sluice"
accounts: { ${account}, b: { id: "222233334444", regions: [us-east-1] } }
targets: { all: { accounts: ["*"], regions: [us-east-1, cn-north-1] } }
syncs: { s: { targets: all, destination: { bucket: "acme-\${account.id}", region: "\${region}" } } }
`);
  expect(problems.map((one) => `${one.line} ${one.code}`)).toEqual([`3 ${code}`]);
});

it("a role that is none is one problem", async () => {
  const { problems } = await expandText(
    `${head}role: "arn:as:iam::\${account.id}:role/S"\nsyncs: { s: { ${here}, ${destination} } }`,
  );
  expect(problems.map(({ code }) => code)).toEqual(["bad-role-arn"]);
});
