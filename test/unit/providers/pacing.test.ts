import { expect, it } from "vitest";
import { Pace } from "../../../src/aws/pacing.ts";

it("a pace has no pause until it is throttled, doubles it then, and loses it with success", () => {
  const pace = new Pace();
  expect(pace.pause).toBe(0);
  pace.throttled();
  const first = pace.pause;
  pace.throttled();
  expect(pace.pause).toBe(first * 2);
  for (let call = 0; call < 40; call++) pace.answered();
  expect(pace.pause).toBe(0);
});

it("a pace never pauses longer than eight seconds", () => {
  const pace = new Pace();
  for (let call = 0; call < 40; call++) pace.throttled();
  expect(pace.pause).toBe(8_000);
});

it("turns of a throttled pace lie apart by its pause", async () => {
  const pace = new Pace();
  pace.throttled();
  const begun = Date.now();
  await Promise.all([pace.waitForTurn(), pace.waitForTurn()]);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(pace.pause * 2 - 20);
});
