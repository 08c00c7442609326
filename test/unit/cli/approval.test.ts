import { expect, it } from "vitest";
import { isApproved, mismatchText } from "../../../src/cli/deploy/approval.ts";
import { planFrom } from "../../../src/preview/index.ts";
import type { FoundTable, Plan } from "../../../src/preview/index.ts";
import { place, step, summary, surroundings, sync, table } from "../preview/fixtures.ts";

const bare = { ...table("dzd_alpha"), backup: "none", allowLoss: [{ of: "dzd_alpha", reason: "a sandbox" }] };
const replaced = step("replace", "AssetTable", place, bare, { ...bare, domain: "dzd_beta" });

function planWith(
  events: typeof replaced,
  { found, stack = "dev" }: { found?: FoundTable; stack?: string } = {},
): Plan {
  const told = found && new Map([[`AssetTable ${place}`, found]]);
  const preflight = { asked: true, calls: 1, findings: [], tables: [], ...(told && { found: told }) };
  return planFrom({ stack, events: [...surroundings, ...events, summary()], declarations: [], preflight });
}

const approvalOf = (plan: Plan) => ({ digest: plan.digest, plan });

it("what destroys more than when it was approved is another plan, though the digest is the same", () => {
  const absent = planWith(replaced, { found: { becomes: "absent" } });
  const dropped = planWith(replaced, { found: { becomes: "dropped", owner: "dzd_alpha" } });
  expect(dropped.digest).toBe(absent.digest);
  expect(isApproved(approvalOf(absent), dropped)).toBe(false);
  expect(isApproved(approvalOf(dropped), absent)).toBe(true);
});

it("nothing left to do is the rest of a plan of the same stack, and of no other", () => {
  const nothing = planWith([]);
  expect(isApproved(approvalOf(planWith(replaced)), nothing)).toBe(true);
  expect(isApproved(approvalOf(planWith(replaced, { stack: "prod" })), nothing)).toBe(false);
});

it("a half-done switch that is given up was approved by nobody", () => {
  const given = step("remove-pending-replace", "AssetTable", place, table("dzd_alpha"));
  expect(isApproved(approvalOf(planWith(replaced)), planWith(given))).toBe(false);
});

it("why a plan is not the approved one is said, whatever makes it another", () => {
  const textFor = (approved: Plan, fresh: Plan) => {
    expect(isApproved(approvalOf(approved), fresh)).toBe(false);
    const text = mismatchText(approvalOf(approved), fresh);
    expect(text).not.toContain("is for the stack dev of");
    return text;
  };
  const creating = (adopt: object) =>
    planWith(step("create", "ResourceDataSync", "1/r/inventory", undefined, { ...sync("1", "r"), ...adopt }));
  expect(textFor(creating({}), creating({ adopt: true }))).toContain(
    "+ create data sync 1/r/inventory  takes over what exists: true",
  );

  const absent = planWith(replaced, { found: { becomes: "absent" } });
  const dropped = planWith(replaced, { found: { becomes: "dropped", owner: "dzd_alpha" } });
  const worse = textFor(absent, dropped);
  expect(worse).toMatch(/and what it comes to is worse by now\.\nBy what AWS has now, it stops or destroys more/);
  expect(worse).toContain(`  replace ${place}: `);

  const given = step("remove-pending-replace", "AssetTable", place, table("dzd_alpha"));
  expect(textFor(planWith(replaced), planWith(given))).toContain(
    "gives up a switch that an earlier run left half done",
  );
});

it("a plan of another stack is told as that", () => {
  const approved = planWith(replaced, { stack: "prod" });
  expect(mismatchText(approvalOf(approved), planWith(replaced))).toContain(
    `is for the stack prod of ${approved.project}; this is dev`,
  );
});
