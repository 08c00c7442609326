import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { Lab } from "./lab.ts";
import type { ScenarioStep, StepResult } from "./scenario.ts";

interface Shown {
  name: string;
  dependencies?: string[];
}

/** Programs of a few resources, each of which takes ids of earlier ones, some for good (`r_`), some not. */
const programs = fc
  .array(fc.record({ from: fc.array(fc.nat(50), { maxLength: 2 }), forGood: fc.boolean(), value: fc.nat(2) }), {
    minLength: 6,
    maxLength: 12,
  })
  .map((shapes) =>
    shapes.map(({ from, forGood, value }, index) => {
      const keys = index === 0 ? [] : from.map((reference) => `x${reference % index}`);
      const references = keys.map((key, at) => [`${forGood ? "r_" : ""}p${at}`, `\${${key}.id}`]);
      return { name: `x${index}`, props: { ...Object.fromEntries(references), r_v: String(value), n: value } };
    }),
  );

/** The same programs, drawn anew for each seed. */
function programsOf(seed: number): { resources: object[] }[] {
  return fc.sample(programs, { seed, numRuns: 3 }).map((resources) => ({ resources }));
}

const inAnyOrder = (results: object[]) => results.map((result) => JSON.stringify(result)).toSorted();

/** Whether a resource is replaced for its own change or along with another depends on which of them came first. */
const withoutReasons = ({ steps = [] }: StepResult) => steps.map(([operation, name]) => [operation, name]);

describe("Registering at once and working side by side", () => {
  test.each([11, 23])("does the same as one by one, up to the order (seed %i)", { timeout: 300_000 }, async (seed) => {
    const [oneByOne, atOnce] = [await Lab.open(inProcess), await Lab.open(inProcess)];
    try {
      for (const { resources } of programsOf(seed)) {
        const step: ScenarioStep = { command: "up", program: { resources } };
        const wanted = await oneByOne.do(step);
        const result = await atOnce.do({ ...step, program: { resources, concurrent: true } }, 8);
        expect({ exit: result.exit, messages: result.messages }).toEqual({ exit: "ok", messages: expect.any(Array) });
        expect(result.summary).toEqual(wanted.summary);
        expect(result.cloud).toEqual(wanted.cloud);
        expect(inAnyOrder(withoutReasons(result))).toEqual(inAnyOrder(withoutReasons(wanted)));
        expect(inAnyOrder(result.state)).toEqual(inAnyOrder(wanted.state));
        expectSorted(result);
      }
    } finally {
      await Promise.all([oneByOne.close(), atOnce.close()]);
    }
  });

  test("a failure leaves a state that knows every object", { timeout: 300_000 }, async () => {
    const lab = await Lab.open(inProcess);
    try {
      const resources = Array.from({ length: 12 }, (_, index) => ({ name: `x${index}`, props: { n: index } }));
      const step: ScenarioStep = { command: "up", program: { resources, concurrent: true } };
      const failed = await lab.do({ ...step, faults: { "create x5": "fail" } }, 4);
      expect(failed.exit).toBe("failed");
      const ids = failed.state.flatMap((state) => ("id" in state && state.id !== "<id>" ? [state.id] : []));
      expect(ids.toSorted()).toEqual(Object.keys(failed.cloud).toSorted());
      const next = await lab.do(step, 4);
      expect(next.exit).toBe("ok");
      expect(Object.keys(next.cloud)).toHaveLength(12);
    } finally {
      await lab.close();
    }
  });
});

/** Whatever a resource depends on stands before it. */
function expectSorted({ state }: StepResult): void {
  const before = new Set<string>();
  for (const { name, dependencies = [] } of state as Shown[]) {
    for (const dependency of dependencies) expect(before).toContain(dependency);
    before.add(name);
  }
}
