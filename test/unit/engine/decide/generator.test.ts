import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import type { Step } from "../../../../src/engine/model/step.ts";
import { Cloud, deploy } from "../memory-run.ts";
import type { Declared } from "../memory-run.ts";
import { recorded } from "../states.ts";

/** Programs over the same few names, so that one after the other adds, changes and drops resources. */
const programs: fc.Arbitrary<Declared[]> = fc
  .array(
    fc.record({
      there: fc.boolean(),
      references: fc.array(fc.record({ to: fc.nat(9), forGood: fc.boolean() }), { maxLength: 2 }),
      r_v: fc.nat(1),
      n: fc.nat(1),
      deleteBeforeReplace: fc.boolean(),
    }),
    { minLength: 8, maxLength: 8 },
  )
  .map((shapes) =>
    shapes.flatMap(({ there, references, r_v, n, deleteBeforeReplace }, index) => {
      if (!there) return [];
      const earlier = references.filter(({ to }) => to < index && shapes[to]?.there);
      const entries = earlier.map(({ to, forGood }, at) => [`${forGood ? "r_" : ""}p${at}`, `x${to}`]);
      return [{ name: `x${index}`, values: { r_v, n }, references: Object.fromEntries(entries), deleteBeforeReplace }];
    }),
  );

const histories = fc.array(programs, { minLength: 2, maxLength: 4 });

/** Lets every program of a history run, and hands on each run. */
async function follow(
  history: Declared[][],
  look: (run: { program: Declared[]; before: ResourceState[]; states: ResourceState[]; steps: Step[] }) => void,
): Promise<Cloud> {
  const cloud = new Cloud();
  let states: ResourceState[] = [];
  for (const program of history) {
    const before = states;
    const run = await deploy(program, before, cloud);
    states = run.states;
    look({ program, before, ...run });
  }
  return cloud;
}

const checked = (property: (history: Declared[][]) => Promise<void>) =>
  fc.assert(fc.asyncProperty(histories, property), { numRuns: 150 });

describe("Whatever programs follow one another", () => {
  test("each leaves exactly the objects that it declares, and the state knows them", async () => {
    await checked(async (history) => {
      const cloud = await follow(history, () => undefined);
      const last = history.at(-1) ?? [];
      const names = [...cloud.objects.keys()].map((id) => id.split("-")[0]);
      expect(names.toSorted()).toEqual(last.map(({ name }) => name).toSorted());
    });
  });

  test("no object is deleted twice", async () => {
    await checked(async (history) => {
      const { deleted } = await follow(history, () => undefined);
      expect(new Set(deleted).size).toBe(deleted.length);
    });
  });

  test("a second run of the same program changes nothing", async () => {
    await checked(async (history) => {
      const last = history.at(-1) ?? [];
      const cloud = new Cloud();
      let states: ResourceState[] = [];
      for (const program of history) ({ states } = await deploy(program, states, cloud));
      const { writes } = cloud;
      const { steps } = await deploy(last, states, cloud);
      expect(cloud.writes).toBe(writes);
      expect(steps.every(({ operation }) => operation === "same")).toBe(true);
    });
  });

  test("the state stays sorted: whatever a resource depends on stands before it", async () => {
    await checked(async (history) => {
      await follow(history, ({ states }) => {
        const before = new Set<string>();
        for (const state of states) {
          for (const urn of state.dependencies ?? []) expect(before).toContain(urn);
          before.add(state.urn);
        }
      });
    });
  });

  test("what an input refers to for good is never deleted before its user", async () => {
    await checked(async (history) => {
      await follow(history, ({ before, steps }) => {
        const gone = new Set<string>();
        for (const { operation, old } of steps) {
          if (!operation.startsWith("delete") || !old) continue;
          for (const [key, id] of Object.entries(old.inputs)) {
            if (key.startsWith("r_p") && before.some((state) => state.id === id)) expect(gone).not.toContain(id);
          }
          gone.add(old.id ?? "");
        }
      });
    });
  });

  test("every declared resource is answered by exactly one step that makes or keeps it", async () => {
    await checked(async (history) => {
      await follow(history, ({ program, steps }) => {
        const makes = ["create", "create-replacement", "update", "same"];
        const made = steps.filter(({ operation }) => makes.includes(operation)).map((step) => step.new?.urn);
        expect(new Set(made).size).toBe(program.length);
        expect(made).toHaveLength(program.length);
      });
    });
  });
});

test("An old half that a replacement takes along does not make its successor be replaced", async () => {
  const provider = "urn:pulumi:dev::lab::pulumi:providers:pulumi-nodejs::default::1";
  const inputs = { r_v: 0, dbr: true };
  const root = { ...recorded("x0"), provider, inputs, outputs: inputs };
  const successor = { ...recorded("x1"), provider, inputs: { n: 1, dbr: true }, outputs: { n: 1, dbr: true } };
  const oldHalf = {
    ...recorded("x1", { id: "x1-0", delete: true, propertyDependencies: { r_p0: [root.urn] } }),
    provider,
    inputs: { r_p0: "x0-1" },
  };
  const program: Declared[] = [
    { name: "x0", values: { r_v: 1 }, references: {}, deleteBeforeReplace: true },
    { name: "x1", values: { n: 1 }, references: {}, deleteBeforeReplace: true },
  ];
  const { states, steps } = await deploy(program, [root, successor, oldHalf], new Cloud());
  expect(steps.map(({ operation, old }) => `${operation} ${old?.id}`)).toEqual([
    "delete x1-0",
    "delete-replaced x0-1",
    "replace x0-1",
    "create-replacement x0-1",
    "same x1-1",
  ]);
  expect(states.map(({ urn }) => urn)).toEqual([root.urn, successor.urn]);
});
