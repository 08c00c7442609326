import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Fleet } from "./fleet.ts";
import type { Item } from "./fleet.ts";

/** SLUICE_CRASH_MOMENTS=200 tries as many; the default keeps the suite fast. */
const moments = Number(process.env["SLUICE_CRASH_MOMENTS"] ?? 3);

const before = items(50, () => ({ value: 1, place: "old" }));
/** Of 50: unchanged, updated, replaced with the old one deleted first, removed; and as many new ones. */
const after = items(60, (index) => ({
  value: index % 5 === 1 ? 2 : 1,
  place: index % 5 === 2 ? "new" : "old",
})).filter((_, index) => index % 10 !== 8);

describe("an update of fifty resources that is killed", () => {
  const base = new Fleet();
  let milliseconds = 0;
  let calls = 0;

  beforeAll(async () => {
    base.want(before);
    expect(await base.up()).toMatchObject({ result: "succeeded" });
    const whole = base.copy();
    const begun = performance.now();
    whole.want(after);
    expect(await whole.upKilled({ milliseconds: 120_000 })).toBe("ended");
    milliseconds = performance.now() - begun;
    calls = whole.calls();
    expect(whole.cloud()).toEqual(expected());
    whole.close();
  }, 300_000);

  afterAll(() => base.close());

  test.each(Array.from({ length: moments }, (_, seed) => seed))(
    "is finished by the next one, with every object in the state and none twice (moment %i)",
    { timeout: 300_000 },
    async (seed) => {
      const fleet = base.copy();
      try {
        fleet.want(after);
        const moment = fraction(seed);
        // Mostly around an effect, which is where something could be forgotten; else anywhere, start and end included.
        const outcome = await fleet.upKilled(
          seed % 4 === 3 ? { milliseconds: moment * milliseconds } : { halfCall: 1 + Math.floor(moment * calls * 2) },
        );
        const again = await fleet.up();
        expect({ outcome, again: again.diagnostics.filter(({ severity }) => severity === "error") }).toEqual({
          outcome: seed % 4 === 3 ? expect.any(String) : "killed",
          again: [],
        });
        expect(fleet.cloud()).toEqual(expected());
        expect(fleet.recorded().toSorted()).toEqual([...expected().keys()].toSorted());
        expect(fleet.leftovers()).toEqual([]);
        if (seed === 0) expect(await fleet.up(true)).toMatchObject({ exitCode: 0 });
      } finally {
        fleet.close();
      }
    },
  );
});

function items(count: number, props: (index: number) => Pick<Item, "value" | "place">): Item[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `item-${index}`,
    ...props(index),
    // The first ten stand alone; the others use one of them, some of which are updated and replaced.
    ...(index < 10 ? {} : { from: `item-${index % 8}` }),
  }));
}

function expected(): Map<string, object> {
  const places = new Map(after.map(({ name, place }) => [name, place]));
  return new Map(
    after.map(({ name, value, place, from }) => [
      name,
      { value, place, ...(from ? { from: `${places.get(from)}/${from}` } : {}) },
    ]),
  );
}

/** A number from 0 to 1 for each seed, spread evenly. */
function fraction(seed: number): number {
  return (0.5 + (seed + 1) * 0.6180339887498949) % 1;
}
