import { expect, it } from "vitest";
import type { Discovery, FoundSync, FoundTarget } from "../../../src/operate/discovery.ts";
import { discoveryLines } from "../../../src/operate/discovery-text.ts";

const place: FoundTarget = {
  account: "111122223333",
  region: "us-east-1",
  syncs: [],
  domains: [],
  holders: [],
  refused: [],
};
const linesOf = (more: Partial<FoundTarget>, columns = 80) => {
  const discovery: Discovery = { version: 1, at: "", places: [{ ...place, ...more }], buckets: [], findings: [] };
  return discoveryLines(discovery, columns);
};
const explorer: FoundSync = { name: "explorer", type: "SyncFromSource", origin: "unknown" };

it("shows what would control a terminal in others' names, and obeys none of it", () => {
  const escape = "\u001B";
  const lines = linesOf({
    domains: [{ id: "dzd_a", name: `${escape}[31mred\nNot looked at`, status: "AVAILABLE" }],
    syncs: [{ ...explorer, name: `a${escape}]0;title` }],
    refused: [{ account: place.account, region: place.region, what: "table", message: `no${escape}[2J` }],
  });
  expect(lines.join("\n")).not.toContain(escape);
  expect(lines.filter((line) => line.trim() === "Not looked at")).toHaveLength(1);
});

it("tells AWS's state of a sync from sources, which has no status", () => {
  const told = (State?: string) => linesOf({ syncs: [{ ...explorer, source: { State } }] }).at(-1);
  expect(linesOf({ syncs: [explorer] })).toContain("    AWS tells no status");
  expect(linesOf({ syncs: [{ ...explorer, source: { State: "NoPermissions" } }] })).toContain(
    "    State NoPermissions, no success known",
  );
  expect(told()).toBe("    AWS tells no status");
});

it("leaves no blanks at the end of a line that it breaks", () => {
  const long = "old-two-with-a-very-long-name-that-somebody-gave-it-in-2019-really";
  expect(linesOf({ syncs: [{ ...explorer, name: long }] }).filter((line) => line.endsWith(" "))).toEqual([]);
});
