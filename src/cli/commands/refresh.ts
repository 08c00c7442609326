import type { Command } from "commander";
import { kindName } from "../../preview/index.ts";
import { visibleLine } from "../../spec/index.ts";
import type { Invocation } from "../command.ts";
import { deploymentOf } from "../deploy/deployment.ts";
import { declareDeployOptions } from "../deploy/deploy-options.ts";
import type { DeployOptions } from "../deploy/deploy-options.ts";
import { driftOf, exitCodeOf, outcomeOf, incompletenessOf } from "../deploy/outcome.ts";
import { printOutcome } from "../deploy/print-outcome.ts";
import { shortName } from "../deploy/stack.ts";
import { declaredIn } from "../deploy/expanded-spec.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareDeployOptions(command, "text", "json")
    .option("--yes", "accepted for scripts: a refresh changes only the record, and never asks")
    .option("--adopt", "record syncs and exports that somebody has deleted and made anew as this stack's");
}

/** Reads everything back from AWS and records it, so that the next preview shows what drifted. */
export async function run({ options }: Invocation<DeployOptions>, io: Io): Promise<number> {
  const deployment = await deploymentOf("refresh", options, io);
  const { project, stack } = deployment;
  const ran = await deployment.run("refresh", { events: options.events });
  const drift = driftOf(ran.events);
  const outcome = outcomeOf(ran.events, ran, await declaredIn(options, io));
  if (options.output === "text") {
    for (const { operation, type, name, properties } of drift) {
      const what = operation === "delete" ? "is gone" : `differs in ${properties.map(({ path }) => path).join(", ")}`;
      io.out.line(visibleLine(`${kindName(type)} ${name} ${what}`));
    }
  }
  printOutcome(
    { verb: "refresh", project, stack: shortName(stack), ...outcome, drift },
    incompletenessOf(ran.events, ran),
    options.output,
    io,
  );
  if (outcome.result === "failed") return exitCodeOf(ran, outcome.diagnostics);
  return options.expectNoChanges && drift.length > 0 ? Exit.changes : Exit.done;
}
