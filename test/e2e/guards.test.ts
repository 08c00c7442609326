import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, seed } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

describe.each(engines)("guards on the engine %s", (engine) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await typedWorld({ seed, engine, account: audit });
  });
  afterAll(() => world.close());

  const spec = (syncs: string[], more: object = {}) => ({
    version: 1,
    accounts: { audit },
    targets: { here: { accounts: ["audit"], regions: ["us-east-1"] } },
    syncs: Object.fromEntries(
      syncs.map((name) => [name, { targets: "here", destination: { bucket: "acme-inventory", region: "us-east-1" } }]),
    ),
    ...more,
  });
  const preview = async (): Promise<{ code: number | null; plan: Plan }> => {
    const ran = await world.run("preview", "-o", "json");
    return { code: ran.code, plan: JSON.parse(ran.stdout) as Plan };
  };

  it("that are applied count until looser ones are, which is a change; an allowance lifts them for one", async () => {
    await world.writeSpec(spec(["one", "two", "three"], { guards: { deletes: 1 } }));
    const first = await world.run("up", "--yes");
    expect(first.code, first.stderr).toBe(0);

    await world.writeSpec(spec(["one"]));
    const cut = await preview();
    expect([cut.code, cut.plan.result]).toEqual([5, "blocked"]);
    expect(cut.plan.changes.map(({ operation, type }) => `${operation} ${type}`)).toEqual([
      "delete ResourceDataSync",
      "delete ResourceDataSync",
      "update Guards",
    ]);

    await world.writeSpec(spec(["one", "two", "three"], { guards: { deletes: 5 } }));
    const loosened = await world.run("up", "--yes");
    expect(loosened.code, loosened.stderr).toBe(0);
    expect((await preview()).plan).toMatchObject({ result: "ok", changes: [] });

    await world.writeSpec(spec(["one", "two", "three"], { guards: { deletes: 1 } }));
    expect((await world.run("up", "--yes")).code).toBe(0);
    const allow = { deletes: 2, reason: "They were a trial.", until: "2999-12-31" };
    await world.writeSpec(spec(["one"], { guards: { deletes: 1 }, allow }));
    const allowed = await preview();
    expect([allowed.code, allowed.plan.result]).toEqual([0, "ok"]);
    expect(allowed.plan.guards.find(({ name }) => name === "delete-budget")).toMatchObject({ status: "allowed" });
    const up = await world.run("up", "--digest", allowed.plan.digest, "-o", "json");
    expect(up.code, up.stderr).toBe(0);
    expect(JSON.parse(up.stdout).counts).toMatchObject({ delete: 2, same: 1 });
  }, 240_000);

  it("see protection that is taken off as a change, and the next deletion only then", async () => {
    const protecting = (protect: boolean) => {
      const { syncs, ...rest } = spec(["one"], { guards: { deletes: 1 } });
      return { ...rest, syncs: { one: { ...syncs["one"], protect } } };
    };
    await world.writeSpec(protecting(true));
    expect((await preview()).plan.changes).toMatchObject([
      { operation: "update", properties: [{ path: "protect", after: true }] },
    ]);
    expect((await world.run("up", "--yes")).code).toBe(0);
    await world.writeSpec(protecting(false));
    const { plan } = await preview();
    expect(plan).toMatchObject({ result: "ok", counts: { update: 1, same: 0 } });
    expect(plan.changes[0]!.properties).toEqual([{ path: "protect", before: true, replaces: false }]);
    await world.writeSpec(spec([]));
    expect((await preview()).code).toBe(5);
  }, 240_000);
});
