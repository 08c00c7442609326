import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/preview/change/change.ts";
import { isLeftOut, findLeftOut, toleratedTargets, withSkips } from "../../../src/preview/plan/left-out.ts";
import type { Finding } from "../../../src/preview/plan/preflight.ts";

const accounts = ["111122223333", "222233334444", "333344445555"];
const region = "us-east-1";
const declared = accounts.map((account) => ({ account, region }));
const changes = accounts.map((account): Change => ({
  operation: "create",
  type: "ResourceDataSync",
  name: `${account}/${region}/inventory`,
  account,
  region,
  severity: "starts",
  drift: false,
  properties: [],
  facts: { rows: "none", collection: "starts" },
  consequence: "Inventory starts.",
}));
const finding = (more: Partial<Finding>): Finding => {
  return { code: "role-missing", severity: "error", message: "no", account: accounts[0]!, region, ...more };
};
const counts = { create: 3, update: 0, replace: 0, delete: 0, same: 0 };

describe("how many accounts and Regions may fail", () => {
  it("is a number, or a share of those that the spec names, rounded down", () => {
    const forty = Array.from({ length: 40 }, (_, at) => ({ account: String(at), region }));
    expect(toleratedTargets("10%", [...forty, ...forty])).toBe(4);
    expect(toleratedTargets("9%", forty)).toBe(3);
    expect(toleratedTargets(2, forty)).toBe(2);
    expect(toleratedTargets(undefined, forty)).toBeUndefined();
  });
});

describe("a plan leaves out", () => {
  it("the accounts and Regions that AWS would refuse, as many as are tolerated, and says why", () => {
    const leftOut = findLeftOut(changes, [finding({}), finding({ code: "sync-quota" })], 1, declared);
    const { changes: left, counts: after } = withSkips({ changes, counts }, leftOut);
    expect(left.map(({ operation }) => operation)).toEqual(["skip", "create", "create"]);
    expect(left[0]).toMatchObject({ facts: { rows: "none", code: "role-missing, sync-quota" } });
    expect(left[0]!.consequence).toContain("role-missing");
    expect(after).toEqual({ ...counts, create: 2, skip: 1 });
    expect(isLeftOut(`${accounts[0]}/${region}`, leftOut)).toBe(true);
    expect(isLeftOut(`${accounts[1]}/${region}/inventory`, leftOut)).toBe(false);
  });

  it("nothing without a word in the spec, and nothing beyond it", () => {
    const two = [finding({}), finding({ account: accounts[1]! })];
    expect(findLeftOut(changes, two, undefined, declared).size).toBe(0);
    expect(findLeftOut(changes, two, 1, declared).size).toBe(0);
    expect(findLeftOut(changes, two, 2, declared).size).toBe(2);
    expect(findLeftOut(changes, [...two, finding({ account: accounts[2]! })], 3, declared).size).toBe(0);
  });

  it("what is refused again where all others are done already, in a part of the fleet too", () => {
    expect([...findLeftOut(changes.slice(0, 1), [finding({})], 1, declared).keys()]).toEqual([
      `${accounts[0]}/${region}`,
    ]);
    expect(findLeftOut(changes.slice(0, 1), [finding({})], 1, declared.slice(0, 1)).size).toBe(0);
  });

  it("nothing for warnings, nothing where rows would be lost, and nothing when the whole plan is refused", () => {
    expect(findLeftOut(changes, [finding({ severity: "warning" })], 3, declared).size).toBe(0);
    expect(findLeftOut(changes, [finding({ code: "data-loss" })], 3, declared).size).toBe(0);
    const { account: _account, region: _region, ...general } = finding({});
    expect(findLeftOut(changes, [finding({}), general], 2, declared).size).toBe(0);
  });
});
