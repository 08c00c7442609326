import type { Plan } from "../../preview/index.ts";
import { Exit, type ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import type { DeployOptions } from "./deploy-options.ts";
import { exitCodeOf, outcomeOf, setbacksOf } from "./outcome.ts";
import type { Planned } from "./planned.ts";
import { printOutcome } from "./print-outcome.ts";

/** Carries out a plan that was shown and approved, and tells how it went. */
export async function carryOut(
  verb: "up" | "destroy",
  { deployment, declarations, held }: Planned,
  options: DeployOptions,
  io: Io,
): Promise<ExitCode> {
  const ran = await deployment.run(verb, { events: options.events, admit: held.admit });
  const outcome = outcomeOf(ran.events, ran, declarations);
  printOutcome(outcome, setbacksOf(ran.events, ran), options.output, io);
  if (held.left) return Exit.blocked;
  return outcome.result === "succeeded" ? Exit.done : exitCodeOf(ran, outcome.diagnostics);
}

/** Ends a deployment that goes no further than its plan. */
export function stopAt(plan: Plan, exitCode: ExitCode, options: DeployOptions, io: Io, message?: string): ExitCode {
  if (message) io.err.line(message);
  if (options.output === "json") {
    const diagnostics = [...(message ? [{ severity: "error" as const, message }] : []), ...plan.diagnostics];
    const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
    io.out.line(JSON.stringify({ result: "failed", counts, diagnostics, receipts: [], plan }, null, 2));
  }
  return exitCode;
}
