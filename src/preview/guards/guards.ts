import type { Spec } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Change } from "../change/change.ts";
import type { PlanDiagnostic } from "../change/diagnostics.ts";
import type { StepMetadata } from "../change/engine-event.ts";
import type { Guard } from "../plan/guard.ts";
import { budgetGuards } from "./guard-budgets.ts";
import { dataLossGuard } from "./guard-data-loss.ts";
import { protectGuard } from "./guard-protect.ts";
import { selectorGuard } from "./guard-selector.ts";
import { judgeIdentities } from "./guard-identity.ts";
import type { LeftOut } from "../plan/left-out.ts";
import type { Counts } from "../plan/plan.ts";
import type { PreflightReport } from "../plan/preflight.ts";
import type { Limits } from "./recorded-guards.ts";
import { firstItems } from "../change/first-items.ts";

/** What the guards look at. */
export interface GuardInput {
  changes: readonly Change[];
  counts: Counts;
  steps: readonly StepMetadata[];
  diagnostics: readonly PlanDiagnostic[];
  declarations: readonly Declaration[];
  preflight: PreflightReport;
  /** What the plan leaves out, as the spec tolerates. */
  leftOut?: LeftOut;
  /** The limits that were applied last, where the stack has recorded some. */
  applied?: Limits;
  /** The limits, allowances and entries under review. Without a spec nobody's budget is judged. */
  spec?: Pick<Spec, "guards" | "syncs" | "exports"> & Partial<Pick<Spec, "allow" | "sourceMap" | "rollout">>;
}

/** Judges every guard, those that pass included. */
export function guardsOf(input: GuardInput): Guard[] {
  return [
    ...budgetGuards(input),
    protectGuard(input),
    selectorGuard(input),
    { name: "identity", ...judgeIdentities(input.steps) },
    dataLossGuard(input.changes, input.preflight.findings),
    preflightGuard(input.preflight, input.leftOut),
  ];
}

function preflightGuard({ asked, findings }: PreflightReport, leftOut: LeftOut = new Map()): Guard {
  const name = "preflight";
  if (!asked) return { name, status: "pass", message: "AWS was not asked." };
  const errors = findings.filter(({ severity, code }) => severity === "error" && code !== "data-loss");
  if (errors.length === 0) return { name, status: "pass", message: "AWS would refuse nothing that was looked at." };
  if (leftOut.size > 0) {
    const list = [...leftOut].map(([target, code]) => `${target} (${code})`).toSorted();
    const { shown, more } = firstItems(list, 20);
    const targets = `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return { name, status: "allowed", message: `Left out, as rollout.tolerated in the spec allows: ${targets}.` };
  }
  const codes = [...Map.groupBy(errors, ({ code }) => code)].map(([code, { length }]) =>
    length === 1 ? code : `${code} (${length})`,
  );
  return {
    name,
    status: "blocked",
    message: `AWS would refuse: ${codes.toSorted().join(", ")}. The findings say what to do.`,
  };
}
