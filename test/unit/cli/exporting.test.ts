import { afterEach, expect, it, vi } from "vitest";
import { exportsAfter, isHalfDone, unsettledTargets } from "../../../src/cli/deploy/exporting.ts";
import { halfDoneText, unverifiedText } from "../../../src/cli/deploy/exporting-text.ts";
import { observeExports } from "../../../src/cli/deploy/observe-exports.ts";
import type { Plan } from "../../../src/preview/index.ts";
import { pulumiTypeOf } from "../../../src/resources/kinds.ts";
import type { Declaration } from "../../../src/targets/index.ts";
import { dataExport, place, step } from "../preview/fixtures.ts";

const [account = "", region = ""] = place.split("/");

afterEach(() => vi.unstubAllEnvs());

it("what AWS does not tell is what the state says, and is told as that", async () => {
  // Nothing listens there.
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const inputs = { account, region, domain: "dzd_beta" };
  const declarations = [{ type: "DataExportConfiguration", inputs }] as unknown as Declaration[];
  const told = { account, region, domain: "dzd_alpha" };
  const [seen] = await observeExports([told], { declarations }, AbortSignal.abort());
  expect(seen).toEqual({ ...told, unverified: true });
  expect(unverifiedText(seen!, "sluice up")).toMatch(
    new RegExp(`exports in ${place} is not known.*the state says dzd_alpha.*get-data-export-configuration.*sluice up`),
  );
});

it("an export that AWS has accepted and never shown exports nothing: the one that was deleted for it is told, and when", () => {
  const type = pulumiTypeOf("DataExportConfiguration");
  const ended = step("delete-replaced", "DataExportConfiguration", place, dataExport("dzd_alpha"))
    .flatMap(({ resOutputsEvent }) => resOutputsEvent ?? [])
    .map(({ metadata }) => ({ resOutputsEvent: { metadata: { ...metadata, type } }, timestamp: 1_700_000_000 }));
  const inputs = dataExport("dzd_beta");
  const declarations = [{ type: "DataExportConfiguration", inputs }] as unknown as Declaration[];
  const plan = { changes: [{ type: "DataExportConfiguration", name: place, account, region }] } as unknown as Plan;
  const after = (outputs: object) => {
    const recorded = [{ urn: "u", type, inputs, outputs: { ...inputs, ...outputs } }];
    return exportsAfter({ plan, events: ended, recorded, declarations })[0];
  };
  const unfinished = { __unfinished: "create" };
  const accepted = { domain: null, deleted: "dzd_alpha", wanted: "dzd_beta", since: "2023-11-14T22:13:20.000Z" };
  expect(after(unfinished)).toMatchObject(accepted);
  expect(after({ ...unfinished, createdAt: "2023-11-14T22:13:21.000Z" })).toEqual({
    account,
    region,
    domain: "dzd_beta",
  });
});

it("a change that was begun and has no end leaves open what it did", () => {
  const type = pulumiTypeOf("DataExportConfiguration");
  const [begun] = step("update", "DataExportConfiguration", place, dataExport("dzd_alpha"), dataExport("dzd_beta"));
  const events = [{ resourcePreEvent: { metadata: { ...begun!.resourcePreEvent!.metadata, type } } }];
  expect([...unsettledTargets(events).keys()]).toEqual([place]);
  const ends = events.map(({ resourcePreEvent }) => ({ resOutputsEvent: resourcePreEvent }));
  expect([...unsettledTargets([...events, ...ends]).keys()]).toEqual([]);
});

it("an export that no spec declares any more is asked about too, as the state has it", async () => {
  const recorded = [{ urn: "u", type: pulumiTypeOf("DataExportConfiguration"), inputs: dataExport("dzd_alpha") }];
  const told = { account, region, domain: "dzd_alpha" };
  const [seen] = await observeExports([told], { declarations: [], recorded }, AbortSignal.abort());
  expect(seen).toEqual({ ...told, unverified: true });
  // Its deletion was answered where the state has it no longer.
  const gone = { ...told, domain: null };
  expect(await observeExports([gone], { declarations: [] }, AbortSignal.abort())).toEqual([gone]);
});

it.each([
  [
    { arn: "arn:1", copy: "s3://b/c" },
    "Its table is still there (arn:1); the record beside the backups names its copy: s3://b/c.",
  ],
  [{ arn: "arn:1" }, "Its table is still there (arn:1). Run"],
  [{ arn: null, copy: "s3://b/c" }, "Its table is gone; the record beside the backups names its copy: s3://b/c."],
  [{ arn: "arn:2" }, "Another table than its own lies there (arn:2)."],
])("what lies in the table's place after half a switch is told: %j", (left, said) => {
  const halfDone = { account, region, domain: null, deleted: "dzd_alpha", wanted: "dzd_beta", uncertain: false };
  expect(halfDoneText({ ...halfDone, tableArn: "arn:1", left }, "sluice up")).toContain(said);
});

it("who has deleted what the state still has, and when, is left open", () => {
  const halfDone = { account, region, domain: null, deleted: "dzd_alpha", wanted: "dzd_beta", uncertain: false };
  const told = { ...halfDone, unrecorded: true as const };
  expect(isHalfDone(told) && halfDoneText(told, "sluice up")).toContain(
    `${place} exports nothing (dzd_alpha's configuration was deleted by somebody else, or by a call that no run heard the end of).`,
  );
  expect(halfDoneText({ ...halfDone, uncertain: true }, "sluice up")).toMatch(
    /exports nothing, as far as is known .* To look: `aws datazone get-data-export-configuration --domain-identifier dzd_beta/,
  );
});
