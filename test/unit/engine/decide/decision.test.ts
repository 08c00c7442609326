import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideOn, withReplaceOnChanges } from "../../../../src/engine/decide/decision.ts";
import type { DecisionInput } from "../../../../src/engine/decide/decision.ts";
import type { ResourceDifference } from "../../../../src/engine/model/difference.ts";

const differing: ResourceDifference = { changed: true, replaces: [], diffs: [], deleteBeforeReplace: false };
const unchanged: ResourceDifference = { ...differing, changed: false };
const replacing: ResourceDifference = { ...differing, replaces: ["r"] };
const here: DecisionInput = { old: {}, recreating: false, targeted: true };

describe("What is to be done about a registered resource", () => {
  test.each<[string, DecisionInput, string]>([
    ["nothing is recorded", { ...here, old: undefined }, "create"],
    ["nothing is recorded and it is no target", { ...here, old: undefined, targeted: false }, "omit"],
    ["it is recorded and no target", { ...here, targeted: false }, "keep"],
    ["it is recorded", here, "compare"],
    ["nothing differs", { ...here, difference: unchanged }, "same"],
    ["something differs", { ...here, difference: differing }, "update"],
    ["the last operation ended half done", { ...here, old: { initErrors: ["x"] }, difference: unchanged }, "update"],
    ["a property forces a replacement", { ...here, difference: replacing }, "replaceCreateFirst"],
    [
      "the provider wants the old one gone first",
      { ...here, difference: { ...replacing, deleteBeforeReplace: true } },
      "replaceDeleteFirst",
    ],
    [
      "the program beats the provider",
      { ...here, difference: { ...replacing, deleteBeforeReplace: true }, deleteBeforeReplace: false },
      "replaceCreateFirst",
    ],
    [
      "a replacement was begun and nothing differs any more",
      { ...here, old: { pendingReplacement: true }, difference: unchanged, deleteBeforeReplace: true },
      "replaceDeleteFirst",
    ],
    ["it was only read so far", { ...here, old: { external: true } }, "takeOver"],
    ["another replacement deleted it in this run", { ...here, recreating: true }, "recreate"],
  ])("%s", (_, situation, decision) => {
    expect(decideOn(situation)).toBe(decision);
  });

  test("a decision with a difference never asks for one", () => {
    const situations = fc.record({
      old: fc.option(fc.record({ pendingReplacement: fc.boolean(), external: fc.boolean() }), { nil: undefined }),
      recreating: fc.boolean(),
      targeted: fc.boolean(),
      difference: fc.constantFrom(differing, unchanged, replacing),
      deleteBeforeReplace: fc.option(fc.boolean(), { nil: undefined }),
    });
    fc.assert(fc.property(situations, (situation) => decideOn(situation) !== "compare"));
  });
});

describe("replaceOnChanges", () => {
  const named: ResourceDifference = { ...differing, diffs: ["a", "b"] };

  test("makes a replacement of a change that is known by name", () => {
    expect(withReplaceOnChanges(named, ["b"], false).replaces).toEqual(["b"]);
    expect(withReplaceOnChanges(named, ["*"], false).replaces).toEqual(["a", "b"]);
  });

  test("has no effect on changes without names, nor where nothing changes", () => {
    expect(withReplaceOnChanges(differing, ["*"], false).replaces).toEqual([]);
    expect(withReplaceOnChanges(unchanged, ["*"], false)).toEqual(unchanged);
  });

  test("counts an operation that ended half done as a change of everything", () => {
    expect(withReplaceOnChanges(unchanged, ["*"], true)).toMatchObject({ changed: true, replaces: ["#initerror"] });
    expect(withReplaceOnChanges(unchanged, ["a"], true).changed).toBe(false);
  });
});
