import { expect, test } from "vitest";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import { withoutAliases } from "../../../../src/engine/state/snapshot.ts";

const urn = (types: string, name: string) => `urn:pulumi:dev::lab::${types}::${name}`;
const old = urn("lab:old:Group", "group");
const renamed = urn("lab:new:Group", "group");
const stack = urn("pulumi:pulumi:Stack", "lab-dev");

/** The state in the middle of a run: the group was registered under another type, what is below it was not registered yet. */
const halfway = [
  { urn: stack, type: "pulumi:pulumi:Stack" },
  { urn: renamed, type: "lab:new:Group", parent: stack, aliases: [old] },
  { urn: urn("lab:old:Group$lab:index:Item", "item"), type: "lab:index:Item", parent: old, custom: true, id: "1" },
  {
    urn: urn("lab:old:Group$lab:index:Item$lab:index:Item", "below"),
    type: "lab:index:Item",
    parent: urn("lab:old:Group$lab:index:Item", "item"),
    dependencies: [old, urn("lab:old:Group$lab:index:Item", "item")],
    deletedWith: old,
    provider: `${old}::id`,
    custom: true,
    id: "2",
  },
] as unknown as ResourceState[];

test("a resource's URN follows its parent's type, and so does every reference to it", () => {
  const item = urn("lab:new:Group$lab:index:Item", "item");
  expect(withoutAliases(halfway)).toEqual([
    halfway[0],
    { urn: renamed, type: "lab:new:Group", parent: stack },
    { ...halfway[2], urn: item, parent: renamed },
    {
      ...halfway[3],
      urn: urn("lab:new:Group$lab:index:Item$lab:index:Item", "below"),
      parent: item,
      dependencies: [renamed, item],
      deletedWith: renamed,
      provider: `${renamed}::id`,
    },
  ]);
});

test("nothing is renamed where nothing has an alias, and one alias for two is refused", () => {
  const plain = halfway.map((state) => ({ ...state, aliases: [] }));
  expect(withoutAliases(plain)).toEqual(plain);
  const twice = [...halfway, { ...halfway[1]!, urn: urn("lab:new:Group", "other") }];
  expect(() => withoutAliases(twice)).toThrow(/have the same alias/);
});
