import { describe, expect, it } from "vitest";
import { Identities } from "../../../providers/pulumi/identities.ts";

const identity = "111122223333/us-east-1/inventory";
const urn = (parents: string, name = "inventory") =>
  `urn:pulumi:dev::acme::${parents}pulumi-nodejs:dynamic/sluice:ResourceDataSync::${name}`;
const component = "acme:index:Platform$";
const leaving = { urn: urn(""), createdAt: "2026-11-25T00:00:00.000Z" };

describe("a resource that is moved to another parent", () => {
  it("makes way for itself where it is replaced before anything is known of the new one", () => {
    const identities = new Identities();
    identities.declare(urn(component), identity, undefined);
    expect(identities.keeperOf(identity, leaving)).toBeUndefined();
  });

  it("keeps its object where the new one could not be made", () => {
    const identities = new Identities();
    identities.declare(urn(component), identity, undefined);
    identities.noteCreation(urn(component), identity, "failed");
    expect(identities.keeperOf(identity, leaving)).toEqual({ urn: urn(component), hasObject: false });
  });

  it("keeps its object where the new one has taken it over", () => {
    const identities = new Identities();
    identities.declare(urn(component), identity, undefined);
    identities.noteCreation(urn(component), identity, "tookOver", leaving.createdAt);
    expect(identities.keeperOf(identity, leaving)).toEqual({ urn: urn(component), hasObject: true });
  });
});

it("an object that is declared under another name is not deleted before it was tried to make it", () => {
  const identities = new Identities();
  identities.declare(urn("", "renamed"), identity, undefined);
  expect(identities.keeperOf(identity, leaving)).toEqual({ urn: urn("", "renamed"), hasObject: false });
});

it("names that are the same behind a dollar sign are not one resource", () => {
  const identities = new Identities();
  const [former, renamed] = [urn("", "dev$inventory"), urn("", "prod$inventory")];
  identities.declare(renamed, identity, undefined);
  expect(identities.keeperOf(identity, { ...leaving, urn: former })).toEqual({ urn: renamed, hasObject: false });
});
