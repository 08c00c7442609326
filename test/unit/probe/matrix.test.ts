import { describe, expect, it } from "vitest";
import { knownQuirks } from "../../../src/emulator/index.ts";
import { probeWorld } from "../../support/probe-world.ts";

/** What has to be so for a quirk to show at all. */
const needs: Record<string, Record<string, string>> = {
  "datazone-failed-export": { "datazone-foreign-table": "failed" },
};

/** Probes an emulator with these quirks, blind; what lies there afterwards is what lay there before, but for what AWS keeps. */
async function probed(quirks: Record<string, string>) {
  const world = await probeWorld(quirks);
  // What an eventually consistent listing shows of a world that has just begun.
  await world.look();
  const before = await world.look();
  const report = await world.probe();
  const after = await world.look();
  const keeps = quirks["s3tables-managed-delete"] !== "allow";
  expect(report.left).toEqual(keeps ? [expect.stringMatching(/^AWS keeps the empty table bucket/)] : []);
  const kept = keeps ? [["aws-sagemaker-catalog", [["asset_metadata"]], []]] : [];
  expect(after).toEqual({ ...before, tables: [...(before["tables"] as unknown[]), ...kept] });
  await world.close();
  const told = Object.entries(report.quirks).map(([name, answer]) => [name, "value" in answer ? answer.value : answer]);
  return Object.fromEntries(told) as Record<string, string | { untold: string }>;
}

const names = Object.entries(knownQuirks);
const everyNth = (nth: number, other: Record<string, string> = {}) => ({
  ...Object.fromEntries(names.map(([name, { values }]) => [name, values[nth % values.length]!])),
  ...other,
});

describe("a probe tells every value of every quirk", () => {
  const failed = { untold: "No export failed here." };
  const closed = { untold: expect.stringContaining("might not be taken away again") };

  it.each([
    { quirks: everyNth(0), untold: { "datazone-failed-export": failed } },
    { quirks: everyNth(1), untold: { "datazone-failed-export": failed, "datazone-shared-domain": closed } },
    { quirks: everyNth(2), untold: {} },
    { quirks: everyNth(3, { "datazone-foreign-table": "failed", "datazone-shared-get": "answered" }), untold: {} },
  ])("many at once, run $#", async ({ quirks, untold }) => {
    expect(await probed(quirks)).toEqual({ ...quirks, ...untold });
  });
});

const settings = names.flatMap(([name, { values }]) => values.map((value) => ({ name, value })));

it.runIf(process.env["SLUICE_PROBES"])(
  "tells each value of each quirk by itself",
  async () => {
    for (const { name, value } of settings)
      expect(await probed({ ...needs[name], [name]: value })).toMatchObject({ [name]: value });
  },
  900_000,
);
