import { planFrom, type Plan } from "../../preview/index.ts";
import { Exit, type ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import { deploymentOf, type Deployment } from "./deployment.ts";
import type { DeployOptions } from "./options.ts";
import { exitCodeOf } from "./outcome.ts";
import { expandSpec } from "./spec.ts";

export interface Planned {
  plan: Plan;
  /** 0 unless the plan failed, is blocked, or has changes where none were expected. */
  exitCode: ExitCode;
  deployment: Deployment;
}

/** Checks the spec, then asks the engine what it would do. */
export async function planned(options: DeployOptions, io: Io, events?: string): Promise<Planned> {
  const { spec, declarations } = await expandSpec(options.spec, io);
  const deployment = await deploymentOf(options, io);
  const ran = await deployment.run("preview", { events });
  const plan = planFrom({ stack: options.stack, events: ran.events, declarations, spec });
  if (ran.result !== "succeeded" && plan.result === "ok") plan.result = "failed";
  if (ran.message) plan.diagnostics.unshift({ severity: "error", message: ran.message });
  const changed = options.expectNoChanges && plan.changes.length > 0;
  const exitCode = {
    blocked: Exit.blocked,
    failed: exitCodeOf(ran, plan.diagnostics),
    ok: changed ? Exit.changes : Exit.done,
  }[plan.result];
  return { plan, exitCode, deployment };
}
