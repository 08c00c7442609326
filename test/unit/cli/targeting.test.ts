import { describe, expect, it } from "vitest";
import { recordedNames, targetUrns } from "../../../src/cli/deploy/targeting.ts";

const names = ["111122223333/eu-west-1/inventory", "111122223333/us-east-1", "222233334444/us-east-1/inventory"];
const urns = (more: { target?: string[]; exclude?: string[] }) =>
  targetUrns(names, { target: [], exclude: [], ...more });

describe("what a deployment is narrowed to", () => {
  it("is everything where nothing is named", () => {
    expect(urns({})).toBeUndefined();
  });

  it("is what is named, and each kind of resource of that name", () => {
    expect(urns({ target: ["111122223333/us-east-1", "*/inventory"] })).toEqual([
      "**::111122223333/us-east-1",
      "**::*/inventory",
    ]);
  });

  it("is all but what is excluded, which beats a target", () => {
    expect(urns({ exclude: ["1111*"] })).toEqual(["**::222233334444/us-east-1/inventory"]);
    expect(urns({ target: ["1111*"], exclude: ["*/inventory"] })).toEqual(["**::111122223333/us-east-1"]);
    expect(() => urns({ exclude: ["*"] })).toThrow("leaves nothing");
  });

  it("is never a name that nothing has: the nearest one is told", () => {
    expect(() => urns({ target: ["111122223333/us-east-2"] })).toThrow('Did you mean "111122223333/us-east-1"?');
    expect(() => urns({ exclude: ["999*"] })).toThrow("--exclude 999*: no resource of the spec or the stack");
    expect(() => urns({ target: ["111122223333.us-east-1"] })).toThrow("no resource");
  });

  it("is found among what is recorded, but for what holds nothing in AWS", () => {
    const urn = (type: string, name: string) => ({ urn: `urn:pulumi:dev::sluice::${type}::${name}`, type });
    const recorded = [urn("pulumi:pulumi:Stack", "sluice-dev"), urn("pulumi-nodejs:dynamic/sluice:AssetTable", "a/b")];
    expect(recordedNames(recorded)).toEqual(["a/b"]);
  });
});
