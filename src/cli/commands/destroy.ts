import type { Command } from "commander";
import { render } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { approve } from "../terminal/approve.ts";
import { carryOut, endAtPlan } from "../deploy/carry-out.ts";
import { declareDeployOptions, declareFailFast } from "../deploy/deploy-options.ts";
import type { DeployOptions } from "../deploy/deploy-options.ts";
import { plannedRemoval } from "../deploy/planned.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareFailFast(declareDeployOptions(command, "text", "json")).option("--yes", "destroy without asking");
}

/** Shows what becomes of everything that the stack has made, has that approved, and removes it. */
export async function run({ options }: Invocation<DeployOptions & { yes?: boolean }>, io: Io): Promise<number> {
  const planned = await plannedRemoval(options, io);
  const { plan, exitCode } = planned;
  if (options.output === "text") {
    io.out.write(`${render(plan, "text", { color: io.out.color, columns: io.out.columns })}\n`);
  }
  if (exitCode !== Exit.done) return endAtPlan("destroy", planned, exitCode, options, io);
  if (!options.yes && plan.changes.length > 0) await approve("Give --yes.", io);
  return carryOut("destroy", planned, options, io);
}
