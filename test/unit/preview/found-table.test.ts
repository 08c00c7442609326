import { describe, expect, it } from "vitest";
import { isRestOf, planFrom, readPlan, render } from "../../../src/preview/index.ts";
import type { EngineEvent, FoundTable, Plan } from "../../../src/preview/index.ts";
import { place, step, summary, surroundings, table } from "./fixtures.ts";

const bare = { ...table("dzd_alpha"), backup: "none" };
const replaced = step("replace", "AssetTable", place, bare, { ...bare, domain: "dzd_beta" });
const created = step("create", "AssetTable", place, undefined, table("dzd_beta"));

function planWith(events: EngineEvent[], found?: FoundTable): Plan {
  const told = found && new Map([[`AssetTable ${place}`, found]]);
  const preflight = { asked: found !== undefined, calls: 0, findings: [], tables: [], ...(told && { found: told }) };
  return planFrom({ stack: "dev", events: [...surroundings, ...events, summary()], declarations: [], preflight });
}

const told = (events: EngineEvent[], found?: FoundTable) => {
  const plan = planWith(events, found);
  const { severity, consequence } = plan.changes[0]!;
  return { severity, consequence, lost: plan.guards.find(({ name }) => name === "data-loss")!.status };
};

describe("what AWS was found to have", () => {
  it("says whether rows can be lost at all, and what becomes of them", () => {
    expect(told(replaced)).toMatchObject({ severity: "destroys", lost: "blocked" });
    expect(told(replaced, { becomes: "absent" })).toEqual({
      severity: "stops",
      lost: "pass",
      consequence:
        "No table lies there: nothing is backed up and nothing is dropped, and dzd_beta begins with an empty one.",
    });
    expect(told(replaced, { becomes: "stops", owner: "dzd_gamma" })).toEqual({
      severity: "destroys",
      lost: "blocked",
      consequence: "The table of dzd_gamma is not touched: what the plan finds stops this before.",
    });
    expect(told(replaced, { becomes: "kept", owner: "dzd_beta" })).toMatchObject({
      lost: "pass",
      consequence: "The table of dzd_beta stays with all its rows and is claimed for dzd_beta.",
    });
  });

  it("tells of a new claim that it drops the table of another domain, and of which", () => {
    expect(told(created)).toMatchObject({ severity: "starts" });
    const { severity, consequence } = told(created, { becomes: "backedUp", owner: "dzd_alpha", isExporting: false });
    expect(severity).toBe("stops");
    expect(consequence).toMatch(
      /^The table of dzd_alpha is backed up to s3:\S+, the copy .* dropped .* that of dzd_beta\.$/,
    );
    expect(told(created, { becomes: "backedUp" }).consequence).toMatch(
      /^The table that lies there, of unknown origin, is/,
    );
    expect(told(created, { becomes: "dropped", owner: "dzd_alpha" })).toMatchObject({ severity: "destroys" });
  });

  it("is told where it could not be looked at, and what would be lost then stays a loss", () => {
    const { severity, consequence, lost } = told(replaced, { becomes: "unknown" });
    expect({ severity, lost }).toEqual({ severity: "destroys", lost: "blocked" });
    expect(consequence).toMatch(/^Whether a table lies there, and whose, could not be looked at, .* WITHOUT A BACKUP/);
  });

  it("is told to be empty, and without which row it goes", () => {
    const empty = { becomes: "backedUp", owner: "dzd_alpha", isEmpty: true } as const;
    expect(told(created, empty).consequence).toMatch(/^The table of dzd_alpha, without a row, is backed up/);
    expect(told(created, { ...empty, owner: undefined, becomes: "stops" }).consequence).toMatch(
      /^The table that lies there, of unknown origin, without a row, is not touched/,
    );
  });

  it("does not change what a claim does that changes in place: nothing", () => {
    const moved = step("update", "AssetTable", place, table("dzd_alpha"), {
      ...table("dzd_alpha"),
      backup: "s3://b/p",
    });
    expect(told(moved, { becomes: "kept", owner: "dzd_gamma" }).consequence).toBe(told(moved).consequence);
    expect(told(moved).consequence).toMatch(/^The table and its rows are not touched; later backups go to s3:/);
  });

  it("is no part of what was approved, and outlives the file", () => {
    const plan = planWith(replaced, { becomes: "absent" });
    expect(plan.digest).toBe(planWith(replaced).digest);
    expect(readPlan(render(plan, "json"), "plan.json").changes).toEqual(plan.changes);
  });

  it("taking over is a part of what is approved, of a replacement as well", () => {
    const adopting = step("replace", "AssetTable", place, bare, { ...bare, domain: "dzd_beta", adopt: true });
    expect(planWith(adopting).digest).not.toBe(planWith(replaced).digest);
    expect(isRestOf(planWith(replaced), planWith(adopting))).toBe(false);
    expect(isRestOf(planWith(adopting), planWith(replaced))).toBe(true);
  });
});
