import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { explainEntry, explainTarget } from "../../../src/targets/index.ts";

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

it("a reason in an included file names that file", async () => {
  const parts: Record<string, string> = {
    "teams/catalog.yaml":
      'accounts: { catalog: "222233334444" }\ntargets:\n  lake:\n    accounts: [catalog]\n    regions: [us-east-1]\n',
  };
  const whole = parseSpec(
    "version: 1\ninclude: [teams/catalog.yaml]\nsyncs: { s: { targets: lake, source: { regions: [us-east-1] } } }\n",
    "sluice.yaml",
    { read: (name) => parts[name] },
  ).spec!;
  const [entry] = (await explainTarget(whole, "catalog/us-east-1"))!.entries;
  expect(entry?.reasons).toMatchObject([
    { file: "teams/catalog.yaml", line: 4 },
    { file: "teams/catalog.yaml", line: 5 },
  ]);
  expect((await explainEntry(whole, "s"))?.parts[0]?.reasons).toMatchObject([{ file: "teams/catalog.yaml", line: 4 }]);
});
