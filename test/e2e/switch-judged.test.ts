import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { afterEach, expect, it } from "vitest";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const Deny = { Effect: "Deny", Action: "s3tables:PutTableRecordExpirationConfiguration", Resource: "*" };
const policyOf = (...Statement: object[]) => ({ policy: { Version: "2012-10-17", Statement } });
const roles = { Everything: policyOf(everything), NoExpiration: policyOf(everything, Deny) };

let world: TestWorld;
afterEach(() => world.close());

it("a switch to an export without an expiration of rows needs no right to set one, since its plan tells that it wants none", async () => {
  const accounts = { ...seed.accounts, [catalog]: { ...seed.accounts[catalog], roles } };
  world = await typedWorld({ seed: { ...seed, accounts }, account: audit });
  const want = (role: keyof typeof roles, changes: object) => {
    const { exports, accounts: named } = spec();
    const entry = { ...exports.catalog, ...changes };
    const withRole = { ...named, catalog: { id: catalog, role: `arn:aws:iam::${catalog}:role/${role}` } };
    return world.writeSpec({ ...spec(), accounts: withRole, syncs: {}, exports: { catalog: entry } });
  };
  await want("Everything", {});
  const made = await world.run("up", "--yes");
  expect(made.code, made.stdout + made.stderr).toBe(0);
  await world.advance(2);
  const beta = { domain: "dzd_beta" };
  await want("NoExpiration", beta);
  const refused = await world.run("up", "--yes");
  expect(refused.code, refused.stdout + refused.stderr).toBe(5);
  expect(refused.stdout + refused.stderr).toMatch(/may not .*s3tables:PutTableRecordExpirationConfiguration/);
  await want("NoExpiration", { ...beta, recordExpirationDays: undefined });
  const switched = await world.run("up", "--yes");
  expect(switched.code, switched.stdout + switched.stderr).toBe(0);
  const asked = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_beta" });
  expect((await new DataZoneClient(world.clientOf(catalog)).send(asked)).isExportEnabled).toBe(true);
}, 120_000);
