import { planFrom, toleratedTargets } from "../../preview/index.ts";
import type { Plan, PlanInput, PreflightReport } from "../../preview/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import { deploymentOf } from "./deployment.ts";
import type { Deployment, VerbResult } from "./deployment.ts";
import { recordFindings } from "./record-findings.ts";
import type { LookOptions } from "./look-ahead.ts";
import { HeldPlan } from "./held-plan.ts";
import type { DeployOptions } from "./deploy-options.ts";
import { lookingWords } from "./doing-words.ts";
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
  /** What the engine said when it planned, where carrying it out would write nothing. */
  nothingToWrite?: VerbResult;
  /** How many accounts and Regions may fail, those that the plan leaves out included; `undefined` for any number. */
  tolerated?: number;
}

/** Checks the spec, then asks the engine what `up` would do. Only a preview's events go to the file that is named for them. */
export async function planned(verb: "preview" | "up", options: DeployOptions, io: Io): Promise<Planned> {
  io.busy(() => `reading ${options.spec}`);
  const expanded = await expandSpec(options, io);
  const { concurrency, tolerated } = expanded.spec.rollout;
  const paced = { ...options, parallel: options.parallel ?? concurrency };
  const deployment = await deploymentOf(verb, paced, io, expanded);
  const events = verb === "preview" ? options.events : undefined;
  const { declarations } = deployment;
  const ran = await deployment.run("preview", { events });
  const report =
    options.preflight === false ? undefined : await looked(ran, { ...expanded, declarations }, deployment, io);
  const ofUnits = recordFindings(expanded.differences);
  const preflight = report && { ...report, findings: [...report.findings, ...ofUnits] };
  const judgement = judged(ran, { ...expanded, declarations, preflight }, deployment, options);
  const isDone = ran.leavesState === true && judgement.plan.changes.length === 0 && judgement.exitCode === Exit.done;
  return {
    ...judgement,
    ...(isDone && { nothingToWrite: ran }),
    tolerated: toleratedTargets(tolerated, expanded.declarations),
  };
}

/** Asks the engine what `destroy` would do. It needs no spec, and its budgets are not for those who want everything gone. */
export async function plannedRemoval(options: DeployOptions, io: Io): Promise<Planned> {
  const deployment = await deploymentOf("destroy", options, io);
  const declarations = await declaredIn(options, io);
  const ran = await deployment.run("destroy", { dryRun: true });
  const look = await looked(ran, { declarations, endsAll: true }, deployment, io);
  // Most removals take nothing away that would have to be looked at.
  const preflight = look && look.calls > 0 ? look : undefined;
  return judged(ran, { declarations, preflight }, deployment, options);
}

/** AWS is asked for a plan that stands, and for nothing else. */
async function looked(
  ran: VerbResult,
  { declarations, spec, endsAll }: Pick<LookOptions, "declarations" | "spec" | "endsAll">,
  deployment: Deployment,
  io: Io,
): Promise<PreflightReport | undefined> {
  if (ran.result !== "succeeded") return undefined;
  const { lookAhead } = await import("./look-ahead.ts");
  const signal = io.interrupted();
  try {
    const report = await lookAhead(ran.events, {
      declarations,
      spec,
      endsAll,
      interrupted: deployment.begun,
      recorded: () => deployment.recorded({ showSecrets: true }),
      signal,
      onLook: (done, all) => io.busy(() => lookingWords(done, all)),
    });
    // What was not looked at any more would be told as what cannot be known.
    if (signal.aborted) throw new CommandError(Exit.cancelled, "Cancelled while AWS was asked; nothing was changed.");
    return report;
  } catch (error) {
    if ((error as Error).name !== "CredentialsError") throw error;
    throw new CommandError(Exit.credentials, (error as Error).message, { cause: error });
  }
}

function judged(
  ran: VerbResult,
  {
    declarations,
    spec,
    preflight,
    waves,
    names,
  }: Pick<PlanInput, "spec" | "preflight" | "waves" | "names"> & { declarations: Declaration[] },
  deployment: Deployment,
  { expectNoChanges }: DeployOptions,
): Planned {
  const { stack } = deployment;
  const plan = planFrom({ stack, events: ran.events, declarations, spec, names, preflight, waves });
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
