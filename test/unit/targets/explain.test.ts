import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { explainTarget } from "../../../src/targets/index.ts";

const { spec } = parseSpec(
  `version: 1
accounts: { audit: "111122223333", sandbox: "333344445555" }
targets:
  fleet:
    accounts: all
    regions: [us-east-1, eu-west-1]
    exclude:
      accounts: [sandbox]
syncs:
  inventory: { targets: fleet, source: { regions: [us-east-1] } }
  workloads:
    targets: { organizationalUnits: [ou-ab12-cdefgh34], regions: [us-east-1] }
    source: { regions: [us-east-1] }
`,
  "sluice.yaml",
);

const verdicts = async (target: string) =>
  (await explainTarget(spec!, target))?.entries.map(({ entry, verdict, reasons }) => ({
    entry,
    verdict,
    lines: reasons.map(({ line }) => line),
  }));

it("each verdict names the lines that decide", async () => {
  expect(await verdicts("111122223333/us-east-1")).toEqual([
    { entry: "syncs.inventory", verdict: "in", lines: [5, 6] },
    { entry: "syncs.workloads", verdict: "unknown", lines: [undefined, 12, 12] },
  ]);
  expect(await verdicts("sandbox/eu-west-1")).toEqual([
    { entry: "syncs.inventory", verdict: "out", lines: [8] },
    { entry: "syncs.workloads", verdict: "out", lines: [undefined] },
  ]);
});

it("an account alone is explained without its Regions", async () => {
  expect((await explainTarget(spec!, "audit"))?.entries[0]).toMatchObject({ verdict: "in", reasons: [{ line: 5 }] });
});

it("a target that is no account is nothing", async () => {
  expect(await explainTarget(spec!, "nobody/us-east-1")).toBeUndefined();
});
