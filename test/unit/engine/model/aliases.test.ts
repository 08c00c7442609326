import { describe, expect, test } from "vitest";
import { formerUrns } from "../../../../src/engine/model/aliases.ts";

const group = "urn:pulumi:dev::lab::lab:index:Group::new";
const oldGroup = "urn:pulumi:dev::lab::lab:index:Group::old";
const top = { stack: "dev", project: "lab", type: "lab:index:Thing", name: "new" };
const none = () => undefined;

describe("A resource's former URNs", () => {
  test("differ from its present one in what the alias says", () => {
    expect(formerUrns(top, [{ name: "old" }], none)).toEqual(["urn:pulumi:dev::lab::lab:index:Thing::old"]);
    expect(formerUrns(top, [{ type: "lab:index:Old" }], none)).toEqual(["urn:pulumi:dev::lab::lab:index:Old::new"]);
    expect(formerUrns(top, [{ urn: "urn:pulumi:x::y::z::w" }], none)).toEqual(["urn:pulumi:x::y::z::w"]);
  });

  test("have no parent where the alias says so", () => {
    const child = { ...top, parent: group };
    expect(formerUrns(child, [{ noParent: true }], none)).toEqual(["urn:pulumi:dev::lab::lab:index:Thing::new"]);
  });

  test("follow the parent's alias, in the name too where it begins with the parent's", () => {
    const child = { ...top, parent: group, name: "new-part" };
    const former = formerUrns(child, [], (urn) => (urn === group ? oldGroup : undefined));
    expect(former).toEqual(["urn:pulumi:dev::lab::lab:index:Group$lab:index:Thing::old-part"]);
  });

  test("are asked for once each", () => {
    expect(formerUrns(top, [{ name: "old" }, { name: "old" }], none)).toHaveLength(1);
  });
});
