import { describe, expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand, explainTarget } from "../../../src/targets/index.ts";
import type { OrganizationAccount } from "../../../src/targets/index.ts";

const head = `version: 1
regions: { eu: [eu-west-1, eu-central-1] }
accounts:
  prod-a: { id: "111111111111", tags: { stage: prod } }
  prod-b: { id: "222222222222", tags: { stage: prod, team: x }, regions: [us-east-1, eu-central-1] }
  dev-a: { id: "333333333333", tags: { stage: dev } }
  old: { id: "444444444444", enabled: false }
targets:
  prod: { accounts: ["prod-*"], regions: [us-east-1] }
  dev: { accounts: [dev-a], regions: [us-east-1] }
`;

const units: Record<string, OrganizationAccount[]> = {
  "true Workloads": [
    { id: "111111111111", name: "production a" },
    { id: "333333333333", name: "dev-a" },
    { id: "555555555555", name: "new" },
  ],
  "false Workloads": [{ id: "111111111111", name: "production a" }],
};
const organization = { accountsUnder: async (unit: string, nested: boolean) => units[`${nested} ${unit}`] };

async function expanded(targets: string) {
  const text = `${head}syncs: { s: { targets: ${targets}, source: { regions: [us-east-1] } } }\n`;
  const { draft, problems } = parseSpec(text, "sluice.yaml");
  const { declarations, problems: found } = await expand(draft!, organization);
  return {
    targets: declarations.map(({ account, region }) => `${account.slice(0, 3)}/${region}`),
    problems: [...problems, ...found].map(({ code, line, column }) => `${line}:${column} ${code}`),
    draft: draft!,
  };
}

describe("accounts", () => {
  it.each([
    ["{ accounts: [prod-*], regions: [us-east-1] }", ["111/us-east-1", "222/us-east-1"]],
    ["{ accounts: all, regions: [us-east-1] }", ["111/us-east-1", "222/us-east-1", "333/us-east-1"]],
    ["{ tags: { stage: prod }, regions: [us-east-1] }", ["111/us-east-1", "222/us-east-1"]],
    ["{ tags: { stage: [prod, dev], team: x }, regions: [us-east-1] }", ["222/us-east-1"]],
    ["{ organizationalUnits: [Workloads], regions: [us-east-1] }", ["111/us-east-1", "333/us-east-1", "555/us-east-1"]],
    ["{ organizationalUnits: [Workloads], nested: false, regions: [us-east-1] }", ["111/us-east-1"]],
    [
      "{ organizationalUnits: [Workloads], accounts: [dev-a, prod-b], accountFilter: INTERSECTION, regions: [us-east-1] }",
      ["333/us-east-1"],
    ],
    [
      "{ organizationalUnits: [Workloads], accounts: [dev-a, prod-b], accountFilter: DIFFERENCE, regions: [us-east-1] }",
      ["111/us-east-1", "555/us-east-1"],
    ],
    ["{ organizationalUnits: [Workloads], tags: { stage: prod }, regions: [us-east-1] }", ["111/us-east-1"]],
    ["[prod, dev]", ["111/us-east-1", "222/us-east-1", "333/us-east-1"]],
    ["{ accounts: all, regions: [us-east-1], exclude: { accounts: [prod-*] } }", ["333/us-east-1"]],
  ])("%s", async (targets, places) => {
    expect(await expanded(targets)).toMatchObject({ targets: places, problems: [] });
  });
});

describe("Regions", () => {
  it.each([
    ["{ accounts: [prod-a], regions: [eu] }", ["111/eu-central-1", "111/eu-west-1"]],
    ["{ accounts: [prod-a], regions: [eu-south-*] }", ["111/eu-south-1", "111/eu-south-2"]],
    ["{ accounts: [prod-a], regions: [us-*] }", ["111/us-east-1", "111/us-east-2", "111/us-west-1", "111/us-west-2"]],
    ["{ accounts: [prod-a], regions: [us-gov-*] }", ["111/us-gov-east-1", "111/us-gov-west-1"]],
    ["{ accounts: [prod-a, prod-b], regions: [eu] }", ["111/eu-central-1", "111/eu-west-1", "222/eu-central-1"]],
    ["{ accounts: [prod-b], regions: all-enabled }", ["222/eu-central-1", "222/us-east-1"]],
    ["{ accounts: [prod-a], regions: [eu, us-east-1], exclude: { regions: [eu] } }", ["111/us-east-1"]],
    [
      "{ accounts: [prod-a, dev-a], regions: [us-east-1, us-east-2], exclude: { targets: [dev-a/us-east-1] } }",
      ["111/us-east-1", "111/us-east-2", "333/us-east-2"],
    ],
  ])("%s", async (targets, places) => {
    expect(await expanded(targets)).toMatchObject({ targets: places, problems: [] });
  });
});

it.each([
  ["{ accounts: [prod-a], regions: «all-enabled» }", "regions-unknown"],
  ["{ accounts: [prod-a], regions: [us-east-1], exclude: { accounts: [«dev-a»] } }", "no-effect"],
  [`{ accounts: [prod-a], regions: [us-east-1], exclude: { accounts: [«"333333333334"»] } }`, "no-effect"],
  ["{ accounts: [prod-a], regions: [us-east-1], exclude: { regions: [«eu-west-1»] } }", "no-effect"],
  ["{ accounts: [prod-a], regions: [us-east-1], exclude: { targets: [«dev-a/us-east-1»] } }", "no-effect"],
  [`{ accounts: [prod-a, «"111111111111"»], regions: [us-east-1] }`, "listed-twice"],
  ["{ accounts: [prod-a], regions: [us-east-1, «us-east-1»] }", "listed-twice"],
  [
    "{ accounts: [prod-a], regions: [us-east-1, eu], exclude: { targets: [prod-a/us-east-1, «prod-a/us-east-1»] } }",
    "listed-twice",
  ],
  ["{ accounts: [prod-a], regions: [us-east-1, eu], exclude: { regions: [eu, «eu»] } }", "listed-twice"],
  ["[prod, «prod»]", "listed-twice"],
  ["{ accounts: [prod-a], regions: [«euu»] }", "bad-region"],
  ["{ accounts: [prod-a], regions: [«xx-*»] }", "matches-nothing"],
  ["[prod, «dve»]", "unknown-target"],
  ["{ accounts: [prod-a], regions: [us-east-1], exclude: { targets: [«dve-a/us-east-1»] } }", "unknown-account"],
  ["«{» regions: [us-east-1] }", "implicit-self"],
])("%s has %s where it is marked, and nothing else", async (marked, code) => {
  const { problems } = await expanded(marked.replace("«", "").replace("»", ""));
  const column = "syncs: { s: { targets: ".length + marked.indexOf("«") + 1;
  // Being offline is no fault of the spec.
  const found = problems.filter((problem) => !problem.endsWith("needs-caller"));
  expect(found).toEqual([`11:${code === "implicit-self" ? 15 : column} ${code}`]);
});

it("explain tells why an account is out of one Region alone", async () => {
  const { draft } = await expanded("{ accounts: [prod-b], regions: [us-east-1, eu] }");
  const { entries } = (await explainTarget(draft, "prod-b/eu-west-1"))!;
  expect(entries[0]).toMatchObject({ verdict: "out", reasons: [{ line: 5 }] });
  const { draft: pair } = await expanded(
    "{ accounts: [dev-a], regions: [us-east-1], exclude: { targets: [dev-a/us-east-1] } }",
  );
  expect((await explainTarget(pair, "dev-a/us-east-1"))!.entries[0]).toMatchObject({
    verdict: "out",
    reasons: [{ line: 11 }],
  });
});

it("a selection that nothing uses is told when it matches nothing or leaves out what is not there, and asks nobody", async () => {
  const text = `version: 1
accounts: { a: "111122223333" }
targets:
  none: { accounts: [a], regions: [us-east-1], exclude: { accounts: [a] } }
  typo: { accounts: [a], regions: [us-east-1], exclude: { regions: [eu-west-1] } }
  units: { organizationalUnits: [Workloads], regions: [us-east-1] }
  later: { accounts: [a], regions: [us-east-1] }
`;
  const asked = { accountsUnder: () => Promise.reject(new Error("asked")) };
  const { problems } = await expand(parseSpec(text, "sluice.yaml").spec!, asked);
  expect(problems.map(({ line, column, code, severity }) => `${line}:${column} ${severity} ${code}`)).toEqual([
    "4:3 warning matches-nothing",
    "5:69 warning no-effect",
  ]);
});
