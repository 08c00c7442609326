import type { Command } from "commander";
import { isProtection } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { approve } from "../deploy/approve.ts";
import { deploymentOf } from "../deploy/deployment.ts";
import { declareDeployOptions, type DeployOptions } from "../deploy/options.ts";
import { exitCodeOf, outcomeOf } from "../deploy/outcome.ts";
import { printOutcome } from "../deploy/print-outcome.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";

export function declare(command: Command): void {
  declareDeployOptions(command, "text", "json").option("--yes", "destroy without asking");
}

/** Removes everything that the stack has made. Tables stay unless their `onRemoval` says otherwise. */
export async function run({ options }: Invocation<DeployOptions & { yes?: boolean }>, io: Io): Promise<number> {
  const deployment = await deploymentOf(options, io);
  io.err.line(
    `Everything of the stack ${options.stack} is removed: its syncs and exports stop; delivered objects stay, and so do tables with \`onRemoval: keep\`.`,
  );
  if (!options.yes) await approve("Give --yes.", io);
  const ran = await deployment.run("destroy", { events: options.events });
  const outcome = outcomeOf(ran.events, ran);
  printOutcome(outcome, options.output, io);
  if (outcome.result === "succeeded") return Exit.done;
  return outcome.diagnostics.some(isProtection) ? Exit.blocked : exitCodeOf(ran, outcome.diagnostics);
}
