import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layersOf, planDeletes } from "../../../../src/engine/decide/deletes.ts";
import { prerequisitesOf } from "../../../../src/engine/model/dependencies.ts";
import { recorded, sortedStates, urnOf } from "../states.ts";

describe("Deletes at the end of a run", () => {
  test("take every undeclared or condemned state exactly once", () => {
    fc.assert(
      fc.property(sortedStates, fc.func(fc.boolean()), (resources, keep) => {
        const kept = (urn: string) => keep(urn);
        const plan = planDeletes(resources, kept, () => false);
        const planned = plan.map(({ state }) => state);
        expect(new Set(planned).size).toBe(planned.length);
        expect(planned).toEqual(resources.filter((state) => state.delete || !kept(state.urn)));
      }),
    );
  });

  test("are made in layers that hold each of them once", () => {
    fc.assert(
      fc.property(sortedStates, (resources) => {
        const layered = layersOf(resources, resources).flat();
        expect(layered).toHaveLength(resources.length);
        expect(new Set(layered)).toEqual(new Set(resources));
      }),
    );
  });

  test("come before whatever they depend on", () => {
    fc.assert(
      fc.property(sortedStates, (resources) => {
        const layers = layersOf(resources, resources);
        const layerOf = new Map(layers.flatMap((layer, index) => layer.map((state) => [state.urn, index])));
        for (const state of resources) {
          for (const urn of prerequisitesOf(state)) {
            expect(layerOf.get(state.urn)).toBeLessThan(layerOf.get(urn) ?? Infinity);
          }
        }
      }),
    );
  });

  test("what depends on a component goes before the component's children", () => {
    const group = recorded("group", { custom: false });
    const child = recorded("child", { parent: group.urn });
    const user = recorded("user", { dependencies: [group.urn] });
    const resources = [group, child, user];
    expect(layersOf(resources, resources)).toEqual([[user], [child], [group]]);
  });

  test("a resource that a replacement deleted already is only forgotten", () => {
    const resources = [recorded("a", { pendingReplacement: true }), recorded("b"), recorded("c", { delete: true })];
    const reasons = planDeletes(
      resources,
      () => false,
      () => false,
    ).map(({ reason }) => reason);
    expect(reasons).toEqual(["alreadyDeleted", "undeclared", "replaced"]);
  });

  test("an old half of a replacement goes although its URN is still declared", () => {
    const plan = planDeletes(
      [recorded("a"), recorded("a", { id: "a-0", delete: true })],
      (urn) => urn === urnOf("a"),
      () => false,
    );
    expect(plan.map(({ state }) => state.id)).toEqual(["a-0"]);
  });
});
