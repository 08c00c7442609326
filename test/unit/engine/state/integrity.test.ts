import { describe, expect, test } from "vitest";

import { integrityProblem } from "../../../../src/engine/state/integrity.ts";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import { providerUrn, providerState, stackState, thing, thingUrn } from "./support.ts";

const sound = [stackState(), providerState()];
const after = (...states: ResourceState[]) => integrityProblem([...sound, ...states]);

describe("a list of resources is sound", () => {
  test.each([
    ["when each stands behind what it refers to", [thing("a"), thing("b", { dependencies: [thingUrn("a")] })]],
    [
      "when all but one of a URN are to be deleted",
      [thing("a"), thing("a", { delete: true }), thing("a", { delete: true })],
    ],
    ["when all of a URN are to be deleted", [thing("a", { delete: true }), thing("a", { delete: true })]],
    ["when a replaced one names a provider that is gone", [thing("a", { provider: "x::y", pendingReplacement: true })]],
  ])("%s", (_, states) => {
    expect(after(...states)).toBeUndefined();
  });
});

describe("a list of resources is unsound", () => {
  test.each([
    ["without a URN", thing("a", { urn: "" }), /missing required 'urn'/],
    ["without a type", thing("a", { type: "" }), /missing required 'type'/],
    ["with an id on a component", thing("a", { custom: false }), /'custom' false but non-empty ID/],
    ["with a custom resource that has no id", thing("a", { id: "" }), /no ID/],
    ["with an unknown provider", thing("a", { provider: `${providerUrn}::other` }), /unknown provider/],
    ["with a missing parent", thing("a", { parent: "gone" }), /missing parent gone/],
    ["with a missing dependency", thing("a", { dependencies: ["gone"] }), /missing dependency gone/],
    [
      "with a missing property dependency",
      thing("a", { propertyDependencies: { x: ["gone"] } }),
      /missing property dep/,
    ],
    ["with a missing deletedWith", thing("a", { deletedWith: "gone" }), /missing deletedWith/],
    ["with a missing replaceWith", thing("a", { replaceWith: ["gone"] }), /missing replaceWith/],
    ["with itself as dependency", thing("a", { dependencies: [thingUrn("a")] }), /comes after it/],
  ])("%s", (_, state, problem) => {
    expect(after(state)).toMatch(problem);
  });

  test("with a dependency that comes later", () => {
    expect(after(thing("b", { dependencies: [thingUrn("a")] }), thing("a"))).toMatch(/comes after it/);
  });

  test("with two of one URN", () => {
    expect(after(thing("a"), thing("a"))).toMatch(/duplicate resource .*::a \(not marked for deletion\)/);
  });

  test("with a provider behind its user", () => {
    expect(integrityProblem([stackState(), thing("a"), providerState()])).toMatch(/unknown provider/);
  });
});
