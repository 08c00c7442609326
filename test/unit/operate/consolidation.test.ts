import { describe, expect, it } from "vitest";
import { consolidate } from "../../../src/operate/consolidation.ts";
import type { FoundTarget, FoundSync } from "../../../src/operate/discovery.ts";
import { originOfSync } from "../../../src/operate/origins.ts";

const now = Date.parse("2026-11-26T12:00:00Z");
const account = "111122223333";
const sync = (name: string, more: Partial<FoundSync> = {}): FoundSync => ({
  name,
  type: "SyncToDestination",
  origin: "unknown",
  destination: { bucket: "acme-inventory", region: "us-east-1", prefix: name },
  status: "Successful",
  lastSuccess: "2026-11-26T00:00:00Z",
  createdAt: "2026-01-01T00:00:00Z",
  ...more,
});
const place = (syncs: FoundSync[], more: Partial<FoundTarget> = {}): FoundTarget => ({
  account,
  region: "us-east-1",
  syncs,
  free: { SyncToDestination: 5 - syncs.length, SyncFromSource: 5 },
  domains: [],
  holders: [],
  refused: [],
  ...more,
});
const codes = (
  places: FoundTarget[],
  ...rest: [Parameters<typeof consolidate>[1]?, Parameters<typeof consolidate>[2]?]
) => consolidate(places, rest[0] ?? [], rest[1] ?? [], now).map(({ code }) => code);

describe("what somebody should look at", () => {
  it("is a sync from sources of which AWS says why it collects nothing", () => {
    const source = (State?: string) => [
      place([sync("a", { type: "SyncFromSource", destination: undefined, source: { State } })]),
    ];
    expect(consolidate(source("NoPermissions"), [], [], now)).toMatchObject([
      { code: "sync-never", message: "a collects nothing: AWS says NoPermissions." },
    ]);
    expect(codes(source())).toEqual([]);
  });

  it("is an export of Glue's that is enabled and failed, with the key that it has", () => {
    const key = `arn:aws:kms:us-east-1:${account}:key/catalog`;
    const found = (enabled: boolean, status: string, encryption = key) =>
      consolidate([place([], { glueExport: { enabled, status, encryption } })], [], [], now);
    expect(found(true, "FAILED")).toMatchObject([
      { code: "glue-export-failed", cure: expect.stringContaining(key), places: [`${account}/us-east-1`] },
    ]);
    expect(found(true, "FAILED", "AES256")).toMatchObject([{ cure: expect.stringContaining("CloudTrail") }]);
    expect([found(true, "ENABLED"), found(true, "ENABLING"), found(false, "FAILED")]).toEqual([[], [], []]);
    expect(codes([place([], { glueExport: null })])).toEqual([]);
  });

  it("is nothing where one sync delivers", () => {
    expect(codes([place([sync("a")])])).toEqual([]);
  });

  it("is a pair that writes the same objects, and a pair that delivers the same under two prefixes", () => {
    const same = { bucket: "acme-inventory", region: "us-east-1", prefix: "ssm" };
    expect(codes([place([sync("a", { destination: same }), sync("b", { destination: same })])])).toEqual([
      "sync-double",
    ]);
    expect(codes([place([sync("a"), sync("b")])])).toEqual(["sync-twice"]);
  });

  it("names the one of a pair that nobody is known to want", () => {
    const [finding] = consolidate([place([sync("ours", { origin: "this stack" }), sync("old")])], [], [], now);
    expect(finding!.cure).toBe("Remove one: old.");
  });

  it("is one that never delivered, though not while it is new", () => {
    const never = { status: "Failed", lastSuccess: undefined };
    expect(codes([place([sync("a", never)])])).toEqual(["sync-never"]);
    const young = { status: "InProgress", lastSuccess: undefined, createdAt: "2026-11-26T11:00:00Z" };
    expect(codes([place([sync("a", young)])])).toEqual([]);
  });

  it("is a bucket that none of the asked accounts owns, with the doubt that is left", () => {
    const [finding] = consolidate(
      [place([sync("a")])],
      [{ bucket: "acme-inventory", owner: null, syncs: 1, unasked: 2 }],
      [],
      now,
    );
    expect(finding).toMatchObject({ code: "foreign-destination", places: [`${account}/us-east-1`] });
    expect(finding!.message).toContain("2 could not be asked");
  });

  it("is a wanted sync without a free place, with what would have to go, those that never delivered first", () => {
    const five = ["a", "b", "c"].map((name) =>
      sync(name, { destination: { bucket: `b-${name}`, region: "us-east-1" } }),
    );
    const dead = sync("dead", {
      status: "Failed",
      lastSuccess: undefined,
      destination: { bucket: "gone", region: "x" },
    });
    const inspector = sync("InspectorResourceDataSync-do-not-delete", {
      origin: "Inspector",
      destination: { bucket: "inspector", region: "us-east-1" },
    });
    const wanted = [{ account, region: "us-east-1", name: "inventory", type: "SyncToDestination" as const }];
    const [finding] = consolidate([place([...five, dead, inspector])], [], wanted, now);
    expect(finding).toMatchObject({ code: "sync-quota", severity: "error" });
    expect(finding!.message).toBe("inventory does not fit: 0 of five places are free, 1 would have to go.");
    expect(finding!.cure).toBe("Could go: dead (never delivered), a (unknown), b (unknown), c (unknown).");
    expect(codes([place(five)], [], wanted)).toEqual([]);
  });

  it("is told once for many places that are alike", () => {
    const failing = sync("a", { status: "Failed", lastSuccess: undefined });
    const findings = consolidate([place([failing]), place([failing], { region: "eu-west-1" })], [], [], now);
    expect(findings.map(({ places }) => places)).toEqual([[`${account}/us-east-1`, `${account}/eu-west-1`]]);
  });
});

it("whose a sync is comes from a recorded state before it comes from a name", () => {
  const identity = `${account}/us-east-1/InspectorResourceDataSync-do-not-delete`;
  const name = "InspectorResourceDataSync-do-not-delete";
  const nothing = { thisStack: new Set<string>(), others: new Map<string, string>(), declared: new Set<string>() };
  expect(originOfSync(identity, name, nothing)).toBe("Inspector");
  expect(originOfSync(identity, name, { ...nothing, others: new Map([[identity, "prod"]]) })).toBe("stack prod");
  expect(originOfSync("x", "AWS-QuickSetup-Explorer-do-not-delete", nothing)).toBe("Explorer");
  expect(originOfSync("x", "inventory", { ...nothing, declared: new Set(["x"]) })).toBe("declared");
  expect(originOfSync("x", "inventory", nothing)).toBe("unknown");
});
