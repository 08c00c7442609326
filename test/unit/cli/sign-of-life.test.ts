import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SignOfLife } from "../../../src/cli/sign-of-life.ts";

let written = "";
const stream = { write: (text: string) => ((written += text), true), columns: 24 };

beforeEach(() => {
  written = "";
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("shows after 0.3 s what is being done, on one line that fits, and takes it away before anything else", () => {
  const life = new SignOfLife(stream, true);
  life.show(() => "reading sluice.yaml");
  vi.advanceTimersByTime(250);
  expect(written).toBe("");
  vi.advanceTimersByTime(200);
  expect(written.slice(2)).toContain(" reading sluice.yaml\u001B[K");
  life.show(() => "planning, 340 of 1,000 and more");
  vi.advanceTimersByTime(100);
  expect(written.split("\r").at(-1)!.slice(1)).toBe(" planning, 340 of 1,00\u001B[K");
  life.clear();
  expect(written.endsWith("\r\u001B[K")).toBe(true);
  const before = written;
  vi.advanceTimersByTime(10_000);
  life.clear();
  expect(written).toBe(before);
});

it("is drawn by whoever computes without letting a timer fire, and not more often than is seen", () => {
  const life = new SignOfLife(stream, true);
  for (let count = 1; count <= 1_000; count++) {
    vi.setSystemTime(Date.now() + 1);
    life.show(() => `planning, ${count}`);
  }
  expect(written.split("\r").length - 1).toBe(8);
});

it("writes nothing where lines cannot be overwritten", () => {
  const life = new SignOfLife(stream, false);
  life.show(() => "reading");
  vi.advanceTimersByTime(1_000);
  life.show();
  expect(written).toBe("");
});
