import { afterEach, expect, it, vi } from "vitest";
import { SentChange } from "../../../providers/lifecycle/ownership.ts";

afterEach(() => vi.useRealTimers());

const at = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString();

it.each([
  ["in the middle of the call", 1_000, 0, true],
  ["in the second before it, as a time in whole seconds may say", -900, 0, true],
  ["half a minute before it", -30_000, 0, false],
  ["half a minute before it by a clock that is ten minutes ahead", 600_000 - 30_000, 600_000, false],
  ["in the middle of the call by that clock", 600_000, 600_000, true],
])("an object that was created %s is its work although AWS has refused it: %#", (_, offsetMs, aheadMs, isItsWork) => {
  vi.useFakeTimers();
  expect(new SentChange().spans(at(offsetMs), aheadMs)).toBe(isItsWork);
});

it("an object without a time is nobody's work", () => {
  expect(new SentChange().spans(undefined)).toBe(false);
});
