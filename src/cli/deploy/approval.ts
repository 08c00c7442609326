import { readFileSync } from "node:fs";
import path from "node:path";
import {
  abandonsSwitch,
  planDifferences,
  isRestOf,
  readPlan,
  unapprovedChanges,
  worsenedChanges,
} from "../../preview/index.ts";
import type { Plan } from "../../preview/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import type { KeptPlan } from "./kept-plan.ts";

/** How somebody can have approved a plan before the command was given. */
export interface GivenApproval {
  /** The digest of the approved plan. */
  digest?: string;
  /** The approved plan. */
  plan?: Plan;
  /** Whether the approved plan is the one that is kept with the state. */
  resume?: boolean;
}

/** What was approved. */
export interface Approval {
  digest: string;
  /** The approved plan, where it is at hand. */
  plan?: Plan;
  /** Whether all of it was done by the last run of its stack. */
  isDone?: boolean;
}

/**
 * Returns what was approved; `undefined` when nothing was.
 * @throws {CommandError} when a plan is to be resumed and none is kept
 */
export function approvalOf(
  { digest, plan, resume }: GivenApproval,
  stack: string,
  kept: KeptPlan,
): Approval | undefined {
  if (plan) return { digest: plan.digest, plan };
  if (!resume && digest === undefined) return undefined;
  const keptPlan = kept.read();
  if (!resume) {
    const ofDigest = keptPlan?.digest === digest ? { plan: keptPlan } : { isDone: kept.isDone(digest!) };
    return { digest: digest!, ...ofDigest };
  }
  if (keptPlan) return { digest: keptPlan.digest, plan: keptPlan };
  const cure = "Give the approved plan with --plan FILE, or plan and approve anew.";
  throw new CommandError(Exit.wrong, `No approved plan of the stack ${stack} is kept beside its state. ${cure}`);
}

/**
 * Refuses what is given as a digest and is none.
 * @throws {CommandError}
 */
export function assertDigest(digest: string | undefined): void {
  if (digest === undefined || /^sha256:[0-9a-f]{64}$/.test(digest)) return;
  throw new CommandError(
    Exit.wrong,
    `${digest} is no digest: \`preview\` prints that of its plan, sha256: and 64 digits.`,
  );
}

/**
 * Reads an approved plan.
 * @throws {CommandError} when it cannot be read, was altered, or has another digest than the given one
 */
export function approvedPlanIn(file: string, digest: string | undefined, io: Io): Plan {
  let plan: Plan;
  try {
    plan = readPlan(readFileSync(path.resolve(io.cwd, file), "utf8"), file);
  } catch (cause) {
    throw new CommandError(Exit.wrong, (cause as Error).message, { cause });
  }
  if (digest === undefined || digest === plan.digest) return plan;
  throw new CommandError(Exit.wrong, `The plan ${file} has the digest ${plan.digest}, not ${digest}.`);
}

/**
 * Tells whether a fresh plan is what was approved, or what an interrupted run has left of it; a run that was not has left nothing. That nothing is
 * left to do says nothing of a plan that nobody knows.
 */
export function isApproved({ digest, plan, isDone = false }: Approval, fresh: Plan): boolean {
  if (plan && (plan.project !== fresh.project || plan.stack !== fresh.stack)) return false;
  // What AWS has is no part of the digest, so that what was found there may be worse by now.
  if (digest === fresh.digest) return !plan || worsenedChanges(plan, fresh).length === 0;
  // A switch that is given up half done is no change, and yet something that somebody has to approve.
  if (abandonsSwitch(fresh) && !(plan && abandonsSwitch(plan))) return false;
  return plan ? isRestOf(plan, fresh) : isDone && fresh.changes.length === 0;
}

/** Says how a fresh plan goes beyond what was approved. */
export function mismatchText({ digest, plan: approved }: Approval, fresh: Plan): string {
  const stray = approved ? { changes: unapprovedChanges(approved, fresh) } : undefined;
  const same = (changes: Plan["changes"]) =>
    changes.filter((one) => stray!.changes.some(({ type, name }) => type === one.type && name === one.name));
  const differences = approved ? planDifferences({ changes: same(approved.changes) }, stray!) : [];
  const shown =
    differences.length > 0
      ? ["Against the approved plan:", ...differences.map((line) => `  ${line}`)]
      : reasonFor(approved, fresh);
  const now =
    digest === fresh.digest ? "and what it comes to is worse by now" : `but what would be done now is ${fresh.digest}`;
  return [`blocked: the approved plan is ${digest}, ${now}.`, ...shown, "Review and approve the fresh plan."].join(
    "\n",
  );
}

/** Says why a fresh plan is not what was approved where none of its changes is another. */
function reasonFor(approved: Plan | undefined, fresh: Plan): string[] {
  if (!approved) {
    const is =
      fresh.changes.length === 0 ? "Nothing is left to do, and that plan" : "The fresh plan is the one shown; that one";
    return [
      `${is} is not known here: give it with --plan FILE, which shows what differs and takes what is left of it.`,
    ];
  }
  if (approved.project !== fresh.project || approved.stack !== fresh.stack) {
    return [
      `The approved plan is for the stack ${approved.stack} of ${approved.project}; this is ${fresh.stack} of ${fresh.project}.`,
    ];
  }
  const worse = worsenedChanges(approved, fresh);
  if (worse.length === 0)
    return ["It gives up a switch that an earlier run left half done, and the approved plan does not."];
  const lines = worse.map(({ operation, name, consequence }) => `  ${operation} ${name}: ${consequence}`);
  return ["By what AWS has now, it stops or destroys more than when it was approved:", ...lines];
}
