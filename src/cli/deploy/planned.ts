import { planFrom, type Plan, type PlanInput } from "../../preview/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { Exit, type ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import { deploymentOf, type Deployment, type Ran } from "./deployment.ts";
import { HeldPlan } from "./held-plan.ts";
import type { DeployOptions } from "./deploy-options.ts";
import { exitCodeOf } from "./outcome.ts";
import { declaredIn, expandSpec } from "./expanded-spec.ts";

/** A plan, and the deployment that can carry it out. */
export interface Planned {
  plan: Plan;
  /** 0 unless the plan failed, is blocked, or has changes where none were expected. */
  exitCode: ExitCode;
  deployment: Deployment;
  declarations: Declaration[];
  /** Keeps what is carried out to what was planned. */
  held: HeldPlan;
}

/** Checks the spec, then asks the engine what `up` would do. */
export async function planned(options: DeployOptions, io: Io, events?: string): Promise<Planned> {
  const expanded = await expandSpec(options.spec, io);
  const deployment = await deploymentOf(options, io);
  return judged(await deployment.run("preview", { events }), expanded, deployment, options);
}

/** Asks the engine what `destroy` would do. It needs no spec, and its budgets are not for those who want everything gone. */
export async function plannedRemoval(options: DeployOptions, io: Io): Promise<Planned> {
  const deployment = await deploymentOf(options, io);
  const declarations = await declaredIn(options.spec, io);
  return judged(await deployment.run("destroy", { dryRun: true }), { declarations }, deployment, options);
}

function judged(
  ran: Ran,
  { declarations, spec }: Pick<PlanInput, "spec"> & { declarations: Declaration[] },
  deployment: Deployment,
  { stack, expectNoChanges }: DeployOptions,
): Planned {
  const plan = planFrom({ stack, events: ran.events, declarations, spec });
  if (ran.result !== "succeeded" && plan.result === "ok") plan.result = "failed";
  if (ran.message) plan.diagnostics.unshift({ severity: "error", message: ran.message });
  const changed = expectNoChanges && plan.changes.length > 0;
  const exitCode = {
    blocked: Exit.blocked,
    failed: exitCodeOf(ran, plan.diagnostics),
    ok: changed ? Exit.changes : Exit.done,
  }[plan.result];
  return { plan, exitCode, deployment, declarations, held: new HeldPlan(ran.events) };
}
