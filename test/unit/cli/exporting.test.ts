import { afterEach, expect, it, vi } from "vitest";
import { unsettledTargets } from "../../../src/cli/deploy/exporting.ts";
import { tellUnverified } from "../../../src/cli/deploy/exporting-words.ts";
import { observeExports } from "../../../src/cli/deploy/observe-exports.ts";
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
  const [seen] = await observeExports([told], declarations, AbortSignal.abort());
  expect(seen).toEqual({ ...told, unverified: true });
  expect(tellUnverified(seen!, "sluice up")).toMatch(
    new RegExp(`exports in ${place} is not known.*the state says dzd_alpha.*get-data-export-configuration.*sluice up`),
  );
});

it("a change that was begun and has no end leaves open what it did", () => {
  const type = pulumiTypeOf("DataExportConfiguration");
  const [begun] = step("update", "DataExportConfiguration", place, dataExport("dzd_alpha"), dataExport("dzd_beta"));
  const events = [{ resourcePreEvent: { metadata: { ...begun!.resourcePreEvent!.metadata, type } } }];
  expect([...unsettledTargets(events)]).toEqual([place]);
  const ends = events.map(({ resourcePreEvent }) => ({ resOutputsEvent: resourcePreEvent }));
  expect([...unsettledTargets([...events, ...ends])]).toEqual([]);
});
