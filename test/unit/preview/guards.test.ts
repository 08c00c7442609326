import { describe, expect, it } from "vitest";
import { planFrom, type Plan } from "../../../src/preview/index.ts";
import type { PlanInput } from "../../../src/preview/plan.ts";
import { declarations, domainSwitch, fleet, place, step, summary, sync } from "./fixtures.ts";

const guard = ({ guards }: Plan, name: string) => guards.find((one) => one.name === name)!;
const inventory = { key: "inventory", name: "inventory", source: { file: "sluice.yaml", line: 12 } };
const specWith = (more: object) => ({ guards: {}, syncs: [], exports: [], ...more }) as PlanInput["spec"];

describe("budgets", () => {
  it("pass up to the number, and block beyond it with the cure", () => {
    const plan = (replaces: number) =>
      planFrom({ stack: "dev", events: domainSwitch, declarations, spec: specWith({ guards: { replaces } }) });
    expect(plan(2).result).toBe("ok");
    expect(plan(1).result).toBe("blocked");
    expect(guard(plan(1), "replace-budget").message).toBe(
      "2 replacements, 1 allowed. If they are meant, raise guards.replaces to 2 in the spec, for this change.",
    );
  });

  it("of zero deletes block the first one", () => {
    const { events } = fleet(1, ["us-east-1"], "delete");
    expect(
      planFrom({ stack: "dev", events, declarations: [], spec: specWith({ guards: { deletes: 0 } }) }).result,
    ).toBe("blocked");
  });

  it("that are absent are no limit", () => {
    const { events } = fleet(40, ["us-east-1"], "delete");
    expect(planFrom({ stack: "dev", events, declarations: [], spec: specWith({}) }).result).toBe("ok");
  });
});

describe("protection", () => {
  it("blocks the delete and the replacement of what state protects", () => {
    for (const op of ["delete", "replace"]) {
      const events = [
        ...step(
          op,
          "ResourceDataSync",
          `${place}/inventory`,
          sync("1", "r"),
          op === "delete" ? undefined : sync("2", "r"),
          { protect: true },
        ),
        summary(),
      ];
      const plan = planFrom({ stack: "dev", events, declarations });
      expect(plan.result).toBe("blocked");
      expect(guard(plan, "protect").message).toContain(`${place}/inventory`);
    }
  });

  it("blocks rather than fails when the engine refuses before it plans", () => {
    const urn = `urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:AssetTable::${place}`;
    const message = `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag`;
    const plan = planFrom({
      stack: "dev",
      events: [{ diagnosticEvent: { severity: "error", message } }, summary("failed")],
      declarations,
    });
    expect(plan.result).toBe("blocked");
    expect(guard(plan, "protect").message).toMatch(new RegExp(`^Protected: ${place}\\.`));
  });

  it("lets an update through", () => {
    const events = [
      ...step("update", "ResourceDataSync", `${place}/inventory`, sync("1", "r"), sync("1", "r", { x: 1 }), {
        protect: true,
      }),
      summary(),
    ];
    expect(planFrom({ stack: "dev", events, declarations }).result).toBe("ok");
  });
});

describe("a selection that went empty", () => {
  const { events } = fleet(3, ["us-east-1"], "delete");

  it("blocks while its entry is still in the spec", () => {
    const plan = planFrom({ stack: "dev", events, declarations: [], spec: specWith({ syncs: [inventory] }) });
    expect(plan.result).toBe("blocked");
    expect(guard(plan, "empty-selector").message).toContain("inventory (sluice.yaml:12) lost all of its 3");
  });

  it("is nothing when the entry was removed with intent", () => {
    expect(planFrom({ stack: "dev", events, declarations: [], spec: specWith({}) }).result).toBe("ok");
  });

  it("is nothing while some target is left", () => {
    const spec = specWith({ syncs: [inventory] });
    expect(planFrom({ stack: "dev", events, declarations, spec }).result).toBe("ok");
  });
});

describe("one object under two names", () => {
  const renamed = (more: object = {}, type = "ResourceDataSync") => [
    ...step("create", type, "new", undefined, { ...sync("1", "inventory"), ...more }),
    ...step("delete", type, "old", sync("1", "inventory")),
    summary(),
  ];

  it("blocks, with both names and the ways on", () => {
    const plan = planFrom({ stack: "dev", events: renamed(), declarations: [] });
    expect(plan.result).toBe("blocked");
    expect(guard(plan, "identity").message).toMatch(/::old → urn:pulumi:dev::.*::new\. .*`aliases`.*adopt: true/);
    expect(guard(plan, "identity").message.match(/→/g)).toHaveLength(1);
  });

  it("passes where it is to be taken over", () => {
    const plan = planFrom({ stack: "dev", events: renamed({ adopt: true }), declarations: [] });
    expect(plan.result).toBe("ok");
    expect(plan.changes.find(({ operation }) => operation === "create")?.consequence).toMatch(/it is taken over\.$/);
  });

  it("is nothing where another one is created", () => {
    const plan = planFrom({ stack: "dev", events: renamed({ syncName: "other" }), declarations: [] });
    expect(plan.result).toBe("ok");
  });

  it("is nothing in a replacement", () => {
    const events = [
      ...step("replace", "ResourceDataSync", "one", sync("1", "inventory"), sync("2", "inventory")),
      summary(),
    ];
    expect(planFrom({ stack: "dev", events, declarations: [] }).result).toBe("ok");
  });
});
