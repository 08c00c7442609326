import { readFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { differencesOf, headline, readPlan, render, type Plan } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { approve } from "../terminal/approve.ts";
import { carryOut, stopAt } from "../deploy/carry-out.ts";
import { declareDeployOptions, declarePlanOptions, type DeployOptions } from "../deploy/deploy-options.ts";
import { planned as planFor } from "../deploy/planned.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

interface UpOptions extends DeployOptions {
  yes?: boolean;
  digest?: string;
  plan?: string;
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declarePlanOptions(declareDeployOptions(command, "text", "json"))
    .option("--yes", "apply without asking")
    .option(
      "--digest <digest>",
      "apply only a plan with this digest, as preview printed it; approves that plan, and no other",
    )
    .option(
      "--plan <file>",
      "the approved plan's JSON: its digest is the one to match, and a difference is shown in full",
    );
}

/** Plans, has the plan approved, and applies it. */
export async function run({ options }: Invocation<UpOptions>, io: Io): Promise<number> {
  const approved = options.plan === undefined ? undefined : planIn(options.plan, io);
  const digest = options.digest ?? approved?.digest;
  const planned = await planFor(options, io);
  const { plan, exitCode } = planned;
  const text = options.output === "text";
  if (text && digest === plan.digest) io.out.line(`${headline(plan)}, as approved with ${digest}`);
  else if (text) io.out.write(`${render(plan, "text", { color: io.out.color, columns: io.out.columns })}\n`);
  if (digest !== undefined && digest !== plan.digest)
    return stopAt("up", planned, Exit.blocked, options, io, mismatch(digest, plan, approved));
  if (exitCode !== Exit.done) return stopAt("up", planned, exitCode, options, io);
  if (!options.yes && digest === undefined && plan.changes.length > 0) {
    await approve("Give --yes, or --digest with the digest of the approved plan.", io);
  }
  return carryOut("up", planned, options, io);
}

function planIn(file: string, io: Io): Plan {
  try {
    return readPlan(readFileSync(path.resolve(io.cwd, file), "utf8"), file);
  } catch (cause) {
    throw new CommandError(Exit.wrong, (cause as Error).message, { cause });
  }
}

function mismatch(digest: string, plan: Plan, approved: Plan | undefined): string {
  const differences = approved ? differencesOf(approved, plan).map((line) => `  ${line}`) : [];
  const shown =
    differences.length > 0
      ? ["Against the approved plan:", ...differences]
      : ["The fresh plan is the one shown; --plan FILE shows what differs."];
  return [
    `blocked: the approved plan is ${digest}, but what would be done now is ${plan.digest}.`,
    ...shown,
    "Review and approve the fresh plan.",
  ].join("\n");
}
