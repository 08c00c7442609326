import * as fc from "fast-check";
import type { ResourceState } from "../../../src/engine/model/resource-state.ts";

export const stackState = "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev";

export function urnOf(name: string): string {
  return `urn:pulumi:dev::lab::pulumi-nodejs:dynamic/lab:Thing::${name}`;
}

/** A recorded resource, by default a custom one at the top of the stack. */
export function recorded(name: string, more: Partial<ResourceState> = {}): ResourceState {
  const type = "pulumi-nodejs:dynamic/lab:Thing";
  return { urn: urnOf(name), custom: true, type, id: `${name}-1`, inputs: {}, outputs: {}, ...more };
}

/** States in which each resource refers only to what stands before it, as every checkpoint is. */
export const sortedStates: fc.Arbitrary<ResourceState[]> = fc
  .array(
    fc.record({
      references: fc.array(fc.nat(100), { maxLength: 3 }),
      kind: fc.constantFrom("dependencies", "property", "parent", "deletedWith", "replaceWith"),
      component: fc.boolean(),
      condemned: fc.boolean(),
      pending: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((shapes) =>
    shapes.map(({ references, kind, component, condemned, pending }, index) => {
      const urns = index === 0 ? [] : references.map((reference) => urnOf(`r${reference % index}`));
      return recorded(`r${index}`, {
        custom: !component,
        delete: !component && condemned && !pending,
        pendingReplacement: !component && pending,
        ...referring(kind, urns),
      });
    }),
  );

function referring(kind: string, urns: string[]): Partial<ResourceState> {
  const inputs = Object.fromEntries(urns.map((urn, index) => [`p${index}`, urn]));
  if (kind === "property") {
    return { inputs, propertyDependencies: Object.fromEntries(urns.map((urn, index) => [`p${index}`, [urn]])) };
  }
  if (kind === "parent") return { parent: urns[0] };
  if (kind === "deletedWith") return { deletedWith: urns[0] };
  return { [kind]: urns };
}
