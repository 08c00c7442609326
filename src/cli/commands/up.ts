import { Option } from "commander";
import type { Command } from "commander";
import { headline, render } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { approve } from "../terminal/approve.ts";
import { approvalOf, approvedPlanIn, assertDigest, isApproved, mismatchText } from "../deploy/approval.ts";
import type { GivenApproval } from "../deploy/approval.ts";
import { carryOut, endAtPlan } from "../deploy/carry-out.ts";
import { declareDeployOptions, declareFailFast, declarePlanOptions } from "../deploy/deploy-options.ts";
import type { DeployOptions } from "../deploy/deploy-options.ts";
import { KeptPlan } from "../deploy/kept-plan.ts";
import { planned as planFor } from "../deploy/planned.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";

interface UpOptions extends DeployOptions, Omit<GivenApproval, "plan"> {
  yes?: boolean;
  /** A file. */
  plan?: string;
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareFailFast(declarePlanOptions(declareDeployOptions(command, "text", "json")))
    .option("--yes", "apply without asking")
    .option(
      "--digest <digest>",
      "apply only a plan with this digest, as preview printed it, or what is left of it; approves that plan, and no other",
    )
    .option(
      "--plan <file>",
      "the approved plan's JSON: it, or what an interrupted run has left of it, is applied; a difference is shown in full",
    )
    .addOption(
      new Option("--resume", "finish the plan that was approved last, as it is kept beside a file:// state").conflicts([
        "digest",
        "plan",
      ]),
    );
}

/** Makes a plan, has it approved, and applies it. A person who was asked is shown the fresh plan and asked again where the first one holds no more. */
export async function run({ options }: Invocation<UpOptions>, io: Io): Promise<number> {
  for (;;) {
    const ended = await once(options, io);
    if (ended !== "stale") return ended;
    io.err.line("\nWhat was approved holds no more. The fresh plan:\n");
  }
}

async function once(options: UpOptions, io: Io): Promise<number | "stale"> {
  const { digest, resume } = options;
  assertDigest(digest);
  const given = options.plan === undefined ? undefined : approvedPlanIn(options.plan, digest, io);
  const planned = await planFor("up", options, io);
  const { plan, exitCode, deployment } = planned;
  const kept = new KeptPlan(deployment.state, plan);
  const approval = approvalOf({ digest, resume, plan: given }, options.stack, kept);
  // A plan that failed knows only a part of what would be done.
  const isCovered = approval !== undefined && plan.result !== "failed" && isApproved(approval, plan);
  if (options.output === "text") {
    const what = approval?.digest === plan.digest ? "as approved" : "the rest of what was approved";
    if (isCovered && plan.result === "ok") io.out.line(`${headline(plan)}, ${what} with ${approval.digest}`);
    else io.out.write(`${render(plan, "text", { color: io.out.color, columns: io.out.columns })}\n`);
  }
  if (approval && !isCovered && plan.result !== "failed")
    return endAtPlan("up", planned, Exit.blocked, options, io, mismatchText(approval, plan));
  if (exitCode !== Exit.done) return endAtPlan("up", planned, exitCode, options, io);
  const isAsked = !options.yes && !approval && plan.changes.length > 0;
  if (isAsked) await approve("Give --yes, or --digest with the digest of the approved plan.", io);
  // What was approved first stays the measure until all of it is done.
  if (plan.changes.length > 0) kept.write(approval?.plan ?? plan);
  const ended = await carryOut("up", planned, options, io, {
    // Beside its state the approved plan is found again by its digest.
    digest: approval?.digest ?? (kept.isPossible ? plan.digest : undefined),
    isShown: approval === undefined,
  });
  const isWhole = options.target.length + options.exclude.length === 0;
  const done = approval?.plan ?? (plan.changes.length > 0 ? plan : undefined);
  if (ended === Exit.done && isWhole) kept.finish(done?.digest);
  if (isAsked && planned.held.left && options.output === "text") return "stale";
  return ended;
}
