import { Option } from "commander";
import type { Command } from "commander";
import { commentLimit, formats, readPlan, render } from "../../preview/index.ts";
import type { Format, Plan } from "../../preview/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { parseWholeNumber, specOption, stackOption } from "../common-options.ts";
import { isOtherReport, projectName, reportOf } from "./comment-text.ts";
import { declarePlan, readPlanText } from "../plan-file.ts";
import type { PlanOptions } from "../plan-file.ts";
import { lineUrlOf, pathsInCheckout } from "../line-url.ts";
import { annotationsOf, asGithubCommands } from "../problem-formats.ts";

interface RenderOptions extends PlanOptions {
  output: Format | "github";
  spec: string;
  stack: string;
  limit?: number;
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declarePlan(command)
    .addOption(specOption())
    .addOption(stackOption())
    .addOption(new Option("-o, --output <format>", "the form").choices([...formats, "github"]).default("markdown"))
    .addOption(
      new Option("--limit <bytes>", "the most bytes of Markdown; by default what a comment holds").argParser(
        parseWholeNumber(2_000),
      ),
    );
}

/** Prints a plan in another form; in Markdown also how a run ended, or why there is no plan, of which `check` annotates the lines. Nothing is called. */
export async function run({ arguments: args, options }: Invocation<RenderOptions>, io: Io): Promise<number> {
  const { text, from } = await readPlanText(args, options, io);
  if (options.output === "markdown" && isOtherReport(text)) {
    const { spec, stack, limit = commentLimit } = options;
    const subject = { project: projectName(spec, io), stack };
    io.out.write(reportOf({ text, from }, subject, { lineUrl: lineUrlOf(io), limit }).body);
    return Exit.done;
  }
  if (options.output === "github" && isOtherReport(text)) return Exit.done;
  try {
    const { output, limit } = options;
    const plan = readPlan(text, from);
    if (output === "github") io.out.write(annotationsIn(plan, io));
    else
      io.out.write(
        render(plan, output, {
          limit,
          lineUrl: lineUrlOf(io),
          color: io.out.color,
          columns: io.out.columns,
        }),
      );
    return Exit.done;
  } catch (cause) {
    throw new CommandError(Exit.wrong, (cause as Error).message, { cause });
  }
}

function annotationsIn(plan: Plan, io: Io): string {
  const inCheckout = pathsInCheckout(io);
  return asGithubCommands(
    annotationsOf(plan).map((one) => ({ ...one, ...(one.file && { file: inCheckout(one.file) }) })),
  );
}
