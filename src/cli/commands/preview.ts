import type { Command } from "commander";
import { render } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { declareDeployOptions, declarePlanOptions } from "../deploy/deploy-options.ts";
import type { DeployOptions } from "../deploy/deploy-options.ts";
import { withFormerSources } from "../deploy/former-sources.ts";
import { planned } from "../deploy/planned.ts";
import type { Io } from "../io.ts";
import { lineUrlOf } from "../line-url.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declarePlanOptions(declareDeployOptions(command, "text", "json", "markdown")).option(
    "--base <file>",
    "the spec before this change, in another checkout: the line of what is gone from the spec is told by it",
  );
}

/** Shows what `up` would do; changes nothing. */
export async function run({ options }: Invocation<DeployOptions & { base?: string }>, io: Io): Promise<number> {
  const { plan: unplaced, exitCode } = await planned("preview", options, io);
  const plan = { ...unplaced, changes: await withFormerSources(unplaced.changes, options, io) };
  io.out.write(render(plan, options.output, { color: io.out.color, columns: io.out.columns, lineUrl: lineUrlOf(io) }));
  return exitCode;
}
