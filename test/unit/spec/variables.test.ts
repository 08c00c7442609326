import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";

const spec = (rest: string, bucket = `"acme-\${vars.stage}-\${stack}"`) => `version: 1
vars: { stage: none, prefix: "ssm/\${region}" }
stacks: { prod: { vars: { stage: live } }, dev: { description: "for trying" } }
accounts: { audit: { id: "111122223333", regions: [us-east-1] }, gov: { id: "222233334444", regions: [us-gov-west-1] } }
syncs:
  s:
    targets: { accounts: all, regions: [us-east-1, us-gov-west-1] }
    destination: { bucket: ${bucket}, region: "\${region}", prefix: "\${vars.prefix}" }
${rest}`;

const read = (text: string, stack?: string) => parseSpec(text, "sluice.yaml", { stack });
const inputsOf = async (text: string, stack?: string) =>
  (await expand(read(text, stack).spec!)).declarations.map(
    ({ inputs }) => inputs["s3Destination"] as Record<string, string>,
  );

it("a stack's variables win over the spec's, and both may hold those of the target", async () => {
  expect((await inputsOf(spec(""), "prod"))[0]).toMatchObject({
    bucketName: "acme-live-prod",
    prefix: "ssm/us-east-1",
  });
  expect((await inputsOf(spec(""), "dev"))[0]).toMatchObject({ bucketName: "acme-none-dev" });
});

it("variables may hold others, of the spec and of the stack, in any order", async () => {
  const text = spec("", `"\${vars.bucket}"`).replace(
    "vars: {",
    () => 'vars: { bucket: "${vars.org}-${vars.stage}-${stack}-${region}", org: acme,',
  );
  expect(read(text, "prod").problems).toEqual([]);
  expect((await inputsOf(text, "prod"))[0]).toMatchObject({ bucketName: "acme-live-prod-us-east-1" });
  expect((await inputsOf(text, "dev"))[0]).toMatchObject({ bucketName: "acme-none-dev-us-east-1" });
});

it("what a variable lacks is told where it is defined, for the stack that it is of", () => {
  const text = `version: 1
vars: { bucket: "acme-\${vars.nope}" }
stacks:
  dev: { vars: { a: x, b: "\${vars.a}" } }
  prod: { vars: { b: "\${vars.a}" } }
syncs: { s: { targets: { accounts: self, regions: [us-east-1] }, destination: { bucket: "\${vars.bucket}", region: us-east-1 } } }
`;
  expect(read(text, "dev").problems.map(({ line, column }) => [line, column])).toEqual([
    [2, 17],
    [5, 22],
  ]);
});

it("a value that the stack fills in is judged like one that is written", () => {
  const { problems } = read(spec("", `"Acme-\${vars.stage}"`));
  expect(problems).toMatchObject([{ code: "bad-bucket-name", line: 8, column: 28 }]);
  const domain = read(`version: 1\nvars: { d: nope }\nexports: { e: { domain: "\${vars.d}" } }\n`);
  expect(domain.problems).toMatchObject([{ code: "bad-domain-id", line: 3, column: 25 }]);
});

it("the partition of a Region is known", async () => {
  const inputs = await inputsOf(spec("", `"acme-\${partition}"`));
  expect(inputs.map(({ bucketName }) => bucketName)).toEqual(["acme-aws", "acme-aws-us-gov"]);
});

it("a stack that the spec does not list is a problem", () => {
  expect(read(spec(""), "prd").problems).toMatchObject([
    { code: "unknown-stack", line: 3, column: 1, fix: 'Did you mean "prod"?' },
  ]);
});

it.each([
  [`externalId: "acme-\${vars.nope}"`, "unknown-variable", 9, 13],
  [`externalId: "acme-\${account.id"`, "unclosed-variable", 9, 13],
  [`role: "arn:aws:iam::\${account.id:role/Sluice"`, "unclosed-variable", 9, 7],
  [`externalId: "acme corp!"`, "bad-external-id", 9, 13],
])("%s is %s", (text, code, line, column) => {
  expect(read(spec(text)).problems).toMatchObject([{ code, line, column }]);
});

it("two dollars stand for the characters themselves, and prose is left alone", async () => {
  const text = spec("", `"b-\${region}"`).replace(
    'prefix: "${vars.prefix}"',
    () => 'prefix: "$${region}/$${vars.x}/$$"',
  );
  expect(read(text).problems).toEqual([]);
  expect((await inputsOf(text))[0]).toMatchObject({ prefix: "${region}/${vars.x}/$$" });
});

it("a block whose name begins with x- is for anchors alone", () => {
  const { problems, spec: read } = parseSpec(
    `version: 1\nx-regions: &here [us-east-1]\nx-note: { a/b: "\${nope" }\ntargets: { t: { accounts: all, regions: *here } }\n`,
    "sluice.yaml",
  );
  expect(problems).toEqual([]);
  expect(read?.selections[0]?.regions).toEqual(["us-east-1"]);
});

it("a secret of the stack's configuration is the whole of an external id, and nothing else", () => {
  const told = (text: string) =>
    parseSpec(`version: 1\n${text}\n`, "sluice.yaml").problems.map(({ code, fix }) => `${code} ${fix}`);
  expect(told("externalId: ${config.external}")).toEqual([]);
  expect(told('accounts: { a: { id: "111122223333", externalId: "${config.external}" } }')).toEqual([]);
  const elsewhere = ["unknown-variable Use `vars` for what is no secret."];
  expect(told("externalId: acme-${config.external}")).toEqual(elsewhere);
  expect(told("role: arn:aws:iam::${account.id}:role/${config.role}")).toEqual(elsewhere);
});
