import { expect, it } from "vitest";
import { nameOfFile, parseSpec, readSpec } from "../../../src/spec/index.ts";

const read = (text: string) => parseSpec(`version: 1\n${text}\n`, "sluice.yaml");

it("defaults are filled in", () => {
  const { spec, problems } = read(
    `syncs: { e: { source: { regions: [us-east-1] } } }\nexports: { c: { domain: dzd_a } }`,
  );
  expect(problems).toEqual([]);
  expect(spec?.syncs[0]).toMatchObject({
    name: "e",
    adopt: false,
    protect: false,
    from: { includeFutureRegions: false, enableAllOpsDataSources: false },
  });
  expect(spec?.exports[0]).toMatchObject({
    enabled: true,
    table: { backup: "none", method: "copy", history: "all", onRemoval: "keep", leftover: "ask" },
  });
});

it("every entry knows its line", () => {
  const { spec } = read(
    `syncs:\n  a: { source: { regions: [us-east-1] } }\n  b:\n    source: { regions: [us-east-1] }`,
  );
  expect(spec?.syncs.map(({ source }) => source)).toEqual([
    { file: "sluice.yaml", line: 3 },
    { file: "sluice.yaml", line: 4 },
  ]);
});

it("an id keeps its zeros, quoted in any way", () => {
  const { spec, problems } = read(`accounts: { a: "012345678901", b: '000000000012', c: !!str 000000000013 }`);
  expect(problems).toEqual([]);
  expect(spec?.accounts.map(({ id }) => id)).toEqual(["012345678901", "000000000012", "000000000013"]);
});

it("anchors, aliases and merges work, and a problem in one points at the anchor", () => {
  const { spec, problems } = read(`targets:
  a: &base { accounts: ["111122223333"], regions: &some [us-east-1] }
  b: { <<: *base, regions: [eu-west-1] }
  c: { accounts: ["222233334444"], regions: *some }`);
  expect(problems).toEqual([]);
  expect(spec?.selections.map(({ accounts, regions }) => [accounts, regions])).toEqual([
    [["111122223333"], ["us-east-1"]],
    [["111122223333"], ["eu-west-1"]],
    [["222233334444"], ["us-east-1"]],
  ]);
  const wrong = read(`targets:
  a: &base { accounts: all, regions: [nowhere] }
  b: { <<: *base, exclude: {} }`);
  expect(wrong.problems.map(({ code, line, column }) => ({ code, line, column }))).toEqual([
    { code: "bad-region", line: 3, column: 39 },
  ]);
});

it("of several merged mappings the first wins, and the mapping's own keys win over all", () => {
  const { spec } = read(`accounts:
  x: &x { id: "111122223333", externalId: from-x, role: "arn:aws:iam::\${account.id}:role/X" }
  y: &y { id: "222233334444", externalId: from-y }
  z: { <<: [*y, *x], id: "333344445555" }`);
  expect(spec?.accounts[2]).toMatchObject({
    id: "333344445555",
    externalId: "from-y",
    role: expect.stringContaining("role/X"),
  });
});

it("variables need no quotes, but between braces, where no other reader of YAML takes them either", () => {
  const { spec, problems } = read(`syncs:
  s:
    name: x-\${region}
    destination: { bucket: "b-\${region}", prefix: "ssm/\${account.id}/\${region}", region: us-east-1 }`);
  expect(problems).toEqual([]);
  expect(spec?.syncs[0]).toMatchObject({
    name: "x-${region}",
    destination: { bucket: "b-${region}", prefix: "ssm/${account.id}/${region}" },
  });
});

it("lines that end in CR LF have the same places", () => {
  const { problems } = parseSpec("version: 1\r\nacounts: {}\r\n", "sluice.yaml");
  expect(problems).toMatchObject([{ line: 2, column: 1, endLine: 2, endColumn: 8 }]);
});

it("a file of Windows is called with slashes, so that what it includes is found beside it and linked", () => {
  expect(nameOfFile("infra\\prod\\sluice.yaml", "\\")).toBe("infra/prod/sluice.yaml");
  expect(nameOfFile("C:\\acme\\sluice.yaml", "\\")).toBe("C:/acme/sluice.yaml");
  expect(nameOfFile("odd\\name.yaml", "/")).toBe("odd\\name.yaml");
});

it("keys that objects have by themselves are keys like any other", () => {
  for (const key of ["__proto__", "constructor", "toString"]) {
    expect(read(`${key}: 1`).problems.map(({ code }) => code)).toEqual(["unknown-key"]);
    expect(read(`exports: { a: { domain: dzd_a, ${key}: 1 } }`).problems.map(({ code }) => code)).toEqual([
      "unknown-key",
    ]);
  }
});

it("a byte order mark moves nothing", () => {
  const { problems } = parseSpec("\u{FEFF}version: 1\nacounts: {}\n", "sluice.yaml");
  expect(problems).toMatchObject([{ code: "unknown-key", line: 2, column: 1, endColumn: 8 }]);
});

it("what keeps a file from being read is told as the system says it; only a missing one is told of init", async () => {
  await expect(readSpec(import.meta.dirname)).rejects.toThrow(/cannot be read: EISDIR/);
  await expect(readSpec(`${import.meta.dirname}/no.yaml`)).rejects.toThrow(/There is no spec at .*sluice init/);
});

it("a tab as indentation is told how to be mended", () => {
  const { problems } = read(`accounts:\n\ta: "111122223333"`);
  expect(problems).toMatchObject([{ code: "yaml-syntax", line: 3, fix: "Indent with spaces." }]);
});

it("brackets without end are too deep, whatever the parser says of its own exhaustion", () => {
  const { problems } = read(`targets: ${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  expect(problems.map(({ message }) => message)).toEqual(["This is nested too deeply to be read."]);
});

it.each(["constructor", "toString", "hasOwnProperty", "valueOf"])("%s is a name like any other", (name) => {
  const text = `version: 1
vars: { ${name}: acme }
stacks: { ${name}: {} }
regions: { ${name}: [us-east-1] }
accounts: { ${name}: { id: "111122223333", tags: { ${name}: x } } }
targets: { ${name}: { accounts: [${name}], tags: { ${name}: x }, regions: [${name}] } }
syncs: { ${name}: { targets: ${name}, destination: { bucket: { ${name}: "\${vars.${name}}" }, region: us-east-1 } } }
`;
  expect(parseSpec(text, "sluice.yaml").problems).toEqual([]);
  const unknown = parseSpec(`version: 1\n${name}: 1\n`, "sluice.yaml").problems;
  expect(unknown.map(({ code, line }) => [code, line])).toEqual([["unknown-key", 2]]);
});
