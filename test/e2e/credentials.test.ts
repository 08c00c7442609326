import { afterEach, describe, expect, it } from "vitest";
import { audit, catalog, seed, spec, workloads } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

/** Two accounts in which the role that the spec names does not exist; syncs in two Regions of each. */
const withoutRoles = {
  ...seed,
  accounts: {
    ...seed.accounts,
    [catalog]: { ...seed.accounts[catalog], roles: { Other: {} } },
    [workloads]: { ...seed.accounts[workloads], roles: { Other: {} } },
  },
};

/** The same sync in every account and Region, and nothing else. */
const { inventory } = spec().syncs;
const syncs = { ...spec(), syncs: { inventory }, exports: {} };

describe.each(engines)("credentials that are refused, on the engine %s", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  it("are told once for all accounts that they are the same in, and stop no other account", async () => {
    world = await typedWorld({ seed: withoutRoles, engine, account: audit });
    await world.writeSpec(syncs);
    const preview = await world.run("preview");
    expect(preview.code, preview.stderr).toBe(5);
    expect(preview.stdout.match(/role-missing {2}/g), preview.stdout).toHaveLength(1);
    const { code, stdout, stderr } = await world.run("up", "--yes", "--no-preflight");
    expect(code, stderr).toBe(1);
    const all = stdout + stderr;
    expect(all.match(/could not assume/g), all).toHaveLength(1);
    expect(all.match(/Does the role exist\?/g)).toHaveLength(1);
    expect(all).toMatch(new RegExp(`in (${catalog}|${workloads})/[\\w-]+, .*(${catalog}|${workloads})/`));
  }, 120_000);

  it("of the caller itself end a preview at once, whatever role would have been assumed", async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec(syncs);
    await world.fault({ service: "sts", operation: "AssumeRole", error: "ExpiredToken", when: "before", times: 100 });
    const { code, stdout, stderr } = await world.run("preview");
    expect({ code, told: stderr.match(/the session has expired/g)?.length }, stdout + stderr).toEqual({
      code: 3,
      told: 1,
    });
  });

  it("of deletes and reads are told once as well", async () => {
    world = await testWorld({ seed, engine, account: audit });
    await world.writeSpec(syncs);
    expect((await world.run("up", "--yes")).code).toBe(0);
    await world.fault({ service: "sts", operation: "AssumeRole", error: "ExpiredToken", when: "before", times: 100 });
    for (const verb of ["refresh", "destroy"]) {
      const { code, stdout, stderr } = await world.run(verb, "--yes");
      const all = stdout + stderr;
      expect(code, all).toBe(3);
      expect(all.match(/the session has expired/g), all).toHaveLength(1);
      expect(all).not.toMatch(/Error: |:\n *\n/);
    }
  }, 120_000);
});
