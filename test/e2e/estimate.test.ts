import { afterAll, beforeAll, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, seed, spec } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await typedWorld({ seed, engine: "embedded", account: audit });
});
afterAll(() => world.close());

/** Previews and applies a spec; returns what was estimated, and the calls that it took. */
async function applied(wanted: object): Promise<{ plan: Plan; calls: number }> {
  await world.writeSpec(wanted);
  const plan = JSON.parse((await world.run("preview", "-o", "json")).stdout) as Plan;
  await world.forgetCalls();
  const up = await world.run("up", "--digest", plan.digest);
  expect(up.code, up.stderr).toBe(0);
  // The look ahead is made again by `up`, and is no part of the estimate.
  return { plan, calls: (await world.calls()).length - plan.preflight.calls };
}

it("the estimate of calls is within 30 % of those that a roll-out, a switch and a removal take", async () => {
  const prefix = { domain: "dzd_beta", prefix: "elsewhere/${account.id}" };
  for (const wanted of [spec(), spec({ domain: "dzd_beta" }), spec(prefix), { ...spec(prefix), syncs: {} }]) {
    const { plan, calls } = await applied(wanted);
    const { estimate, preflight } = plan;
    expect(Math.abs(estimate.calls - calls) / calls, `${estimate.calls} for ${calls}`).toBeLessThan(0.3);
    const moved = plan.changes.filter(({ facts }) => facts.rows === "backedUp").map(({ name }) => name);
    const held = preflight.tables.filter(({ name }) => moved.includes(name)).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(estimate.bytes).toBe(held);
    await world.advance(3);
  }
}, 300_000);
