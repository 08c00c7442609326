import { describe, expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";

const entry = (allow: string) => `version: 1
accounts: { catalog: "012345678901" }
allow: ${allow}
exports:
  catalog: { targets: { accounts: [catalog], regions: [us-east-1, eu-west-1] }, domain: dzd_beta }
`;

async function expanded(allow: string) {
  const { spec, problems } = parseSpec(entry(allow), "sluice.yaml");
  const { declarations } = await expand(spec!);
  return { problems, inputs: declarations.map(({ name, type, inputs }) => [`${type} ${name}`, inputs["allowLoss"]]) };
}

describe("allow", () => {
  it("reaches the export and the table of its account and Region, and no other", async () => {
    const { problems, inputs } = await expanded(
      '[{ loss: 012345678901/us-east-1, of: dzd_alpha, reason: "sandbox, agreed" }]',
    );
    expect(problems).toEqual([]);
    const word = [{ of: "dzd_alpha", reason: "sandbox, agreed" }];
    expect(Object.fromEntries(inputs)).toEqual({
      "AssetTable 012345678901/us-east-1": word,
      "DataExportConfiguration 012345678901/us-east-1": word,
      "AssetTable 012345678901/eu-west-1": undefined,
      "DataExportConfiguration 012345678901/eu-west-1": undefined,
    });
  });

  it("counts until its last day, and is told when it is over", async () => {
    const over = await expanded("{ loss: 012345678901/us-east-1, of: dzd_alpha, reason: r, until: '2020-01-31' }");
    expect(over.problems).toMatchObject([{ code: "allowance-expired", severity: "warning", line: 3 }]);
    expect(over.inputs.every(([, allowed]) => allowed === undefined)).toBe(true);
  });

  it.each([
    ["{ loss: 012345678901/us-east-1, of: dzd_alpha }", "missing-key"],
    ["{ loss: everywhere, of: dzd_alpha, reason: r }", "bad-target"],
    ["{ loss: 012345678901/us-east-1, of: everything, reason: r }", "bad-rows-owner"],
    ["{ loss: 012345678901/us-east-1, of: dzd_alpha, reason: r, until: soon }", "bad-date"],
    ["{ loss: 012345678901/us-east-1, reason: r }", "missing-key"],
    ["{ reason: r }", "missing-key"],
    ["{ deletes: 9, loss: 012345678901/us-east-1, of: dzd_alpha, reason: r }", "missing-key"],
    ["{ deletes: 9 }", "missing-key"],
    ["{ deletes: 9, reason: r }", "allowance-open"],
    ["{ replaces: 9, reason: r, until: '2020-01-01' }", "allowance-expired"],
    ["{ digest: sha256:1, reason: r }", "bad-digest"],
    ['{ loss: "${vars.place}", of: dzd_alpha, reason: r }', "variable-in-allowance"],
    ['[{ loss: 012345678901/us-east-1, of: "dzd_${stack}", reason: r }]', "variable-in-allowance"],
    ['{ loss: "${account.id}/us-east-1", of: dzd_alpha, reason: r }', "variable-in-allowance"],
    ["{ loss: 012345678901/us-east-1, of: dzd_alpha, reason: r, until: '${vars.day}' }", "variable-in-allowance"],
  ])("%s is %s", (allow, code) => {
    expect(parseSpec(entry(allow), "sluice.yaml").problems.map((problem) => problem.code)).toEqual([code]);
  });

  it.each([
    "{ deletes: 9, replaces: 2, reason: r, until: '2999-12-31' }",
    `{ digest: "sha256:${"0".repeat(64)}", reason: r }`,
    "[{ loss: 012345678901/us-east-1, of: dzd_alpha, reason: r }, { deletes: 1, reason: r, until: '2999-12-31' }]",
  ])("%s has no problem", (allow) => {
    expect(parseSpec(entry(allow), "sluice.yaml").problems).toEqual([]);
  });
});

it("an included file writes no allowance by the variables of one", () => {
  const allow = '{ loss: "012345678901/us-east-1", of: "${vars.whose}", reason: "retired ${vars.whose}" }';
  const text = entry(allow).replace("version: 1", "version: 1\ninclude: [team.yaml]");
  const { spec, problems } = parseSpec(text, "sluice.yaml", { read: () => "vars: { whose: dzd_alpha }\n" });
  expect(spec).toBeUndefined();
  expect(problems).toMatchObject([
    {
      code: "variable-in-allowance",
      line: 4,
      message: expect.stringContaining("${vars.whose}"),
      fix: "Write the value itself.",
    },
  ]);
});
