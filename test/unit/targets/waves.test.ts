import { describe, expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand, waveOf } from "../../../src/targets/index.ts";

const text = (order: string, more = "") => `
version: 1
accounts: { one: "111122223333", two: "222233334444", three: "333344445555" }
rollout: { order: ${order} }
targets:
  canary: { accounts: [one], regions: [us-east-1] }
  europe: { accounts: [one, two], regions: [eu-west-1] }
  fleet: { accounts: all, regions: [us-east-1, eu-west-1] }
${more}
syncs:
  inventory: { targets: fleet, destination: { bucket: acme-inventory, region: us-east-1 } }
`;

async function waves(order: string): Promise<string[]> {
  const { spec, problems } = parseSpec(text(order), "sluice.yaml");
  expect(problems).toEqual([]);
  const { waves, declarations } = await expand(spec!);
  const named = declarations.map((declaration) => [waveOf(waves, declaration)!.name, declaration.name.slice(0, -10)]);
  const groups = Map.groupBy(named, ([wave]) => wave);
  return waves.map(({ name }) => `${name}: ${(groups.get(name) ?? []).map(([, target]) => target).join(" ")}`);
}

describe("an order of waves", () => {
  it("puts an account and Region into the first wave that covers it, and what none covers into the rest, last by default", async () => {
    const rest = "222233334444/us-east-1 333344445555/eu-west-1 333344445555/us-east-1";
    const expected = ["canary: 111122223333/us-east-1", "europe: 111122223333/eu-west-1 222233334444/eu-west-1"];
    expect(await waves("[canary, europe]")).toEqual([...expected, `rest: ${rest}`]);
    expect(await waves("[rest, canary, europe]")).toEqual([`rest: ${rest}`, ...expected]);
    expect(await waves("[canary, fleet]")).toEqual([
      expected[0],
      `fleet: 111122223333/eu-west-1 222233334444/eu-west-1 ${rest}`,
      "rest: ",
    ]);
  });

  it("covers what is no longer declared by the selection, too", async () => {
    const { waves } = await expand(parseSpec(text("[canary]"), "sluice.yaml").spec!);
    expect(waveOf(waves, { account: "111122223333", region: "us-east-1" })?.name).toBe("canary");
    expect(waveOf(waves, { account: "999988887777", region: "us-east-1" })?.name).toBe("rest");
    expect(waveOf([], { account: "111122223333", region: "us-east-1" })).toBeUndefined();
  });

  it("names selections, each once", () => {
    const problems = (order: string, more?: string) =>
      parseSpec(text(order, more), "sluice.yaml").problems.map(({ code, line, fix }) => [code, line, fix]);
    expect(problems("[canry, rest]")).toEqual([["unknown-target", 4, 'Did you mean "canary"?']]);
    expect(problems("[canary, canary]")).toEqual([["wrong-value", 4, "Keep one of them."]]);
    expect(problems("[canary, rest]", "  rest: { accounts: [two], regions: [us-east-1] }")).toEqual([
      ["wrong-value", 4, "Give the selection another name."],
    ]);
  });
});
