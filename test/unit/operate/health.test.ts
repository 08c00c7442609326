import { describe, expect, it } from "vitest";
import type { FoundTarget, FoundSync, SeenDays, SeenDomain } from "../../../src/operate/discovery.ts";
import { healthOf } from "../../../src/operate/health.ts";
import type { WantedEntry } from "../../../src/operate/health.ts";
import { statusMetrics } from "../../../src/operate/status-metrics.ts";

const now = Date.parse("2026-11-26T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const at = { account: "111122223333", region: "us-east-1" };
const wanted: WantedEntry = { kind: "sync", name: "inventory", ...at, enabled: true, freshness: 26 };
const sync: FoundSync = {
  name: "inventory",
  type: "SyncToDestination",
  origin: "this stack",
  destination: { bucket: "acme-inventory", region: "us-east-1" },
  status: "Successful",
  lastSuccess: hoursAgo(1),
  createdAt: hoursAgo(1000),
};
const place = (more: Partial<FoundTarget>): FoundTarget => ({
  ...at,
  syncs: [],
  domains: [],
  holders: [],
  refused: [],
  ...more,
});
const stateOf = (of: Partial<FoundSync>, arrival?: { newest?: string }) =>
  healthOf(wanted, place({ syncs: [{ ...sync, ...of }] }), arrival, now).state;

describe("a sync", () => {
  it("delivers, while its newest data is young enough", () => {
    expect(stateOf({})).toBe("delivering");
    expect(stateOf({ lastSuccess: hoursAgo(27) })).toBe("late");
  });

  it("is judged by what lies in the bucket where something does, whatever AWS says", () => {
    expect(stateOf({ lastSuccess: hoursAgo(1) }, { newest: hoursAgo(80) })).toBe("late");
    expect(stateOf({ lastSuccess: hoursAgo(80) }, { newest: hoursAgo(1) })).toBe("delivering");
    expect(stateOf({}, {})).toBe("delivering");
  });

  it("fails with AWS's message", () => {
    const health = healthOf(
      wanted,
      place({ syncs: [{ ...sync, status: "Failed", message: "Access Denied" }] }),
      undefined,
      now,
    );
    expect(health).toMatchObject({ state: "failing", message: "Access Denied" });
  });

  it("waits for its first data, and not for ever", () => {
    const silent = { status: "InProgress", lastSuccess: undefined };
    expect(stateOf({ ...silent, createdAt: hoursAgo(2) })).toBe("waiting");
    expect(stateOf({ ...silent, createdAt: hoursAgo(27) })).toBe("late");
  });

  it("is missing when the whole list lacks it, and not known when there is no list", () => {
    expect(healthOf(wanted, place({}), undefined, now).state).toBe("missing");
    const refused = [{ ...at, what: "syncs", message: "AccessDeniedException" }];
    expect(healthOf(wanted, place({ refused }), undefined, now)).toMatchObject({
      state: "unknown",
      message: "AccessDeniedException",
    });
  });
});

describe("an export", () => {
  const of = (
    told: Partial<NonNullable<SeenDomain["export"]>> | undefined,
    lastExport?: string,
    enabled = true,
    days?: SeenDays,
  ) => {
    const held = told && { enabled: true, encryption: "AES256", createdAt: hoursAgo(1000), ...told };
    const domains = [{ id: "dzd_alpha", status: "AVAILABLE", ...(held && { export: held }) }];
    const table = { arn: "arn", lastExport, ...(days && { days }) };
    return healthOf(
      { ...wanted, kind: "export", name: "dzd_alpha", enabled },
      place({ domains, table }),
      undefined,
      now,
    );
  };

  it("is judged by the table's newest snapshot", () => {
    expect(of({}, hoursAgo(20))).toMatchObject({ state: "delivering", by: "table", age: 72_000 });
    expect(of({}, hoursAgo(50))).toMatchObject({
      state: "late",
      message: "The table has not grown for 50 h; it may be 26 h.",
    });
    expect(of({ createdAt: hoursAgo(3) })).toMatchObject({ state: "waiting" });
  });

  it("is incomplete where the table lacks a day of the last week on which it was on", () => {
    const lacking = (missing: string[], more: object = {}) =>
      of(more, hoursAgo(20), true, { first: "2026-11-01", last: "2026-11-25", count: 20, missing });
    expect(lacking(["2026-11-20", "2026-11-23"])).toMatchObject({
      state: "incomplete",
      by: "table",
      message: "The table has no rows of 2026-11-20, 2026-11-23. AWS fills no day in later.",
    });
    expect(lacking(["2026-11-17"]).state).toBe("delivering");
    expect(lacking(["2026-11-20"], { updatedAt: "2026-11-20T08:00:00Z" }).state).toBe("delivering");
    expect(lacking(["2026-11-21"], { updatedAt: "2026-11-20T08:00:00Z" }).state).toBe("incomplete");
  });

  it("is disabled when AWS has it off and the spec on, and off where both agree", () => {
    expect(of({ enabled: false }, hoursAgo(20)).state).toBe("disabled");
    expect(of({ enabled: false }, hoursAgo(20), false).state).toBe("off");
  });

  it("is missing, or failed as AWS says", () => {
    expect(of(undefined).state).toBe("missing");
    expect(of({ status: "FAILED" }).state).toBe("failed");
  });
});

it("metrics say each state as a number, and end as OpenMetrics does", () => {
  const health = healthOf(wanted, place({ syncs: [sync] }), undefined, now);
  const lines = statusMetrics({ version: 1, at: "", entries: [health] }).split("\n");
  const labels = 'kind="sync",name="inventory",account="111122223333",region="us-east-1"';
  expect(lines).toContain(`sluice_health{${labels},sluice_health="delivering"} 1`);
  expect(lines).toContain(`sluice_health{${labels},sluice_health="late"} 0`);
  expect(lines).toContain(`sluice_data_age_seconds{${labels}} 3600`);
  expect(lines).toContain(`sluice_data_age_limit_seconds{${labels}} 93600`);
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
});
