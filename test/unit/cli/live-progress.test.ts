import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveProgress } from "../../../src/cli/terminal/live-progress.ts";
import type { Sink } from "../../../src/cli/io.ts";
import { step, sync } from "../preview/fixtures.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function shown(live: boolean, columns = 80): { sink: Sink; writes: string[] } {
  const writes: string[] = [];
  const write = (text: string) => void writes.push(text);
  return { sink: { write, line: (text = "") => write(`${text}\n`), color: false, live, columns }, writes };
}

const creation = (account: number, region = "us-east-1") =>
  step("create", "ResourceDataSync", `${account}/${region}/inventory`, undefined, sync(String(account), region));

const saying = (urn: string, message: string) => ({
  diagnosticEvent: { urn, message, severity: "info", ephemeral: true },
});

it("a log tells once of what takes long, and those that wait for the same together", () => {
  const { sink, writes } = shown(false);
  const progress = new LiveProgress(sink);
  for (let account = 100000000000; account < 100000000016; account++) {
    const [begins] = creation(account);
    progress.see(begins!);
    progress.see(saying(begins!.resourcePreEvent!.metadata.urn, "SSM may not write to acme-inventory yet"));
  }
  vi.advanceTimersByTime(9_000);
  expect(writes).toEqual([]);
  vi.advanceTimersByTime(80_000);
  expect(writes).toEqual([
    "    100000000000/us-east-1/inventory, 100000000001/us-east-1/inventory, 100000000002/us-east-1/inventory and 13 more  SSM may not write to acme-inventory yet\n",
  ]);
  progress.end();
});

it("a log of a fleet has a line for each of the first steps, and then a sum now and then", () => {
  const { sink, writes } = shown(false);
  const progress = new LiveProgress(sink);
  for (let account = 100000000000; account < 100000001000; account++) {
    for (const event of creation(account)) progress.see(event);
    vi.advanceTimersByTime(30);
  }
  progress.end();
  expect(writes.filter((line) => line.includes("+ create"))).toHaveLength(60);
  const sums = ["    334 done, 0 under way\n", "    667 done, 0 under way\n", "    1000 done, 0 under way\n"];
  expect(writes.slice(60)).toEqual(sums);
});

it("a terminal's rows are no wider than it is, and each picture is one write", () => {
  const { sink, writes } = shown(true, 40);
  const progress = new LiveProgress(sink);
  progress.see(creation(100000000000)[0]!);
  progress.see(creation(100000000001)[0]!);
  vi.advanceTimersByTime(130);
  expect(writes).toHaveLength(1);
  vi.advanceTimersByTime(120);
  expect(writes).toHaveLength(2);
  expect(writes[1]!.startsWith("\u001B[2A")).toBe(true);
  const rows = stripVTControlCharacters(writes[0]!).split("\n");
  expect(rows.map((row) => row.length)).toEqual([39, 39, 0]);
  progress.end();
  expect(writes.at(-1)).toBe("\u001B[2A\u001B[J");
});

it("what was read and is as recorded is one sum", () => {
  const { sink, writes } = shown(false);
  const progress = new LiveProgress(sink);
  const [begins, ends] = step("refresh", "ResourceDataSync", "a/b/c", sync("a", "b"), sync("a", "b"));
  progress.see(begins!);
  ends!.resOutputsEvent!.metadata = { ...ends!.resOutputsEvent!.metadata, op: "same" };
  progress.see(ends!);
  progress.end();
  expect(writes).toEqual(["  1 unchanged\n"]);
});

it("a first Ctrl-C is answered above what is still under way", () => {
  const { sink, writes } = shown(true);
  const progress = new LiveProgress(sink);
  progress.see(creation(100000000000)[0]!);
  progress.stopping();
  const [answer, row] = stripVTControlCharacters(writes.at(-1)!).split("\n");
  expect(answer).toContain("A second Ctrl-C ends at once.");
  expect(row).toContain("create  data sync 100000000000");
  progress.end();
});

it.each([true, false])(
  "what a resource or a provider says writes over nothing and gives no command (a terminal: %s)",
  (live) => {
    const { sink, writes } = shown(live);
    const progress = new LiveProgress(sink);
    const attack = "\u001B[1A\u001B[2K\u009B2K\u202Eevil ##[add-mask]x";
    const events = step("create", "AssetTable", `1/r/${attack}`, undefined, sync("1", "r"));
    progress.see(events[0]!);
    progress.see(saying(events[0]!.resourcePreEvent!.metadata.urn, `backup${attack}: 1 of 2`));
    vi.advanceTimersByTime(20_000);
    progress.see(events[1]!);
    progress.end();
    // What the terminal itself is told: up, clear the line, clear below.
    const own = /\p{Cc}\[(\d+A|K|J)/gu;
    const text = writes.join("").replaceAll(own, "");
    expect(text).toContain("evil");
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\u202E|##\[/u);
  },
);
