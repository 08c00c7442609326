import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundReplacements, dependentReplacements } from "../../../../src/engine/decide/cascade.ts";
import { dependenciesOf } from "../../../../src/engine/model/dependencies.ts";
import { unknownText } from "../../../../src/engine/model/values.ts";
import { recorded, sortedStates, urnOf } from "../states.ts";

const noneDecided = () => false;
/** A provider that replaces for an unknown value anywhere. */
const fussy = async (_: unknown, inputs: Record<string, unknown>) =>
  Object.keys(inputs).filter((key) => inputs[key] === unknownText);
const never = async () => undefined;

describe("A delete-first replacement takes along", () => {
  const a = recorded("a");
  const b = recorded("b", { inputs: { r: "a-1" }, propertyDependencies: { r: [a.urn] } });
  const c = recorded("c", { inputs: { r: "b-1" }, propertyDependencies: { r: [b.urn] } });

  test("what its provider would replace for an unknown value, and what depends on that", async () => {
    const taken = await dependentReplacements(a, [a, b, c], noneDecided, fussy);
    expect(taken).toEqual([
      { state: b, keys: ["r"] },
      { state: c, keys: ["r"] },
    ]);
  });

  test("nothing behind a dependent that stays", async () => {
    expect(await dependentReplacements(a, [a, b, c], noneDecided, never)).toEqual([]);
  });

  test("nothing that merely depends on it", async () => {
    const after = recorded("after", { inputs: { r: "x" }, dependencies: [a.urn] });
    expect(await dependentReplacements(a, [a, after], noneDecided, fussy)).toEqual([]);
  });

  test("nothing about which this run has decided already", async () => {
    expect(await dependentReplacements(a, [a, b, c], (urn) => urn === b.urn, fussy)).toEqual([]);
  });

  test("what is deleted with it, without asking", async () => {
    const bound = recorded("bound", { deletedWith: a.urn });
    expect(await dependentReplacements(a, [a, bound], noneDecided, never)).toEqual([{ state: bound, keys: [] }]);
  });

  test("what names it in replaceWith or deletedWith, wherever it stands", () => {
    const bound = recorded("bound", { replaceWith: [a.urn] });
    const old = recorded("old", { deletedWith: a.urn, delete: true });
    expect(boundReplacements(a.urn, [a, bound, old]).map(({ state }) => state)).toEqual([bound]);
  });

  test("only custom resources behind the root, each once, in the order of the state", async () => {
    await fc.assert(
      fc.asyncProperty(sortedStates, async (resources) => {
        const [root] = resources;
        if (!root) return;
        const taken = (await dependentReplacements(root, resources, noneDecided, fussy)).map(({ state }) => state);
        expect(taken).toEqual(resources.filter((state) => taken.includes(state)));
        expect(taken.every((state) => state.custom && state.urn !== urnOf("r0"))).toBe(true);
        const gone = new Set([root, ...taken].map(({ urn }) => urn));
        for (const state of taken) expect([...dependenciesOf(state)].some((urn) => gone.has(urn))).toBe(true);
      }),
    );
  });
});
