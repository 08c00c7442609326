import { describe, expect, test } from "vitest";
import { deletableUrns, TargetUrns } from "../../../../src/engine/decide/target-urns.ts";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import { recorded, stackState, urnOf } from "../states.ts";

const resources: ResourceState[] = [
  recorded("group", { custom: false }),
  recorded("child", { parent: urnOf("group") }),
  recorded("grandchild", { parent: urnOf("child") }),
  recorded("user", { dependencies: [urnOf("child")] }),
  recorded("other"),
];
const deletable = (targets: string[], replaced: Record<string, string[]> = {}) =>
  deletableUrns(new TargetUrns(targets), resources, async ({ urn }) =>
    (replaced[urn] ?? []).map((other) => ({ state: resources.find((state) => state.urn === other)!, keys: [] })),
  );

describe("What may be deleted along with the targets", () => {
  test("is their children, theirs, and what depends on any of them", async () => {
    expect(await deletable([urnOf("group")])).toEqual(
      new Set(["group", "child", "grandchild", "user"].map((name) => urnOf(name))),
    );
    expect(await deletable([urnOf("other")])).toEqual(new Set([urnOf("other")]));
  });

  test("and what a replacement of one of them would take", async () => {
    expect(await deletable([urnOf("grandchild")], { [urnOf("grandchild")]: [urnOf("other")] })).toEqual(
      new Set([urnOf("grandchild"), urnOf("other")]),
    );
  });
});

describe("Targets", () => {
  test("hold URNs, with * for a part of a name and ** for anything", () => {
    expect(new TargetUrns([urnOf("a")]).contains(urnOf("b"))).toBe(false);
    expect(new TargetUrns(["urn:pulumi:dev::lab::pulumi-nodejs:dynamic/lab:Thing::a*"]).contains(urnOf("ab"))).toBe(
      true,
    );
    expect(new TargetUrns(["urn:*::ab"]).contains(urnOf("ab"))).toBe(false);
    expect(new TargetUrns(["**::ab"]).contains(urnOf("ab"))).toBe(true);
    expect(new TargetUrns(["**::a.c"]).contains(urnOf("abc"))).toBe(false);
  });

  test("let stack and providers take part, and without any everything", () => {
    const some = new TargetUrns([urnOf("a")]);
    const provider = "urn:pulumi:dev::lab::pulumi:providers:pulumi-nodejs::default";
    expect([stackState, provider].map((urn) => [some.includes(urn), some.contains(urn)])).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(new TargetUrns([]).contains(urnOf("b"))).toBe(true);
  });
});
