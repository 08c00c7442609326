import type { Command } from "commander";
import { hasErrors, renderProblem } from "../../spec/index.ts";
import type { SpecProblem } from "../../spec/index.ts";
import { isUnresolved } from "../../targets/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import { surveyFor } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command.addOption(specOption()).addOption(stackChoiceOption()).addOption(outputOption("text", "json"));
}

/** Shows every problem of the spec at once. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const { spec: file, output, stack } = options as { spec: string; output: string; stack?: string };
  const { declarations, problems: all, text } = await surveyFor(file, io, "offline", stack);
  // Being offline is no fault of the spec.
  const problems = all.filter((problem) => !isUnresolved(problem));
  if (output === "json") {
    io.out.line(JSON.stringify({ problems }, undefined, 2));
  } else {
    for (const problem of problems) io.out.line(`${renderProblem(problem, text, io.out)}\n`);
    io.out.line(`${file}: ${verdict(problems)}, ${extent(declarations)}`);
  }
  return hasErrors(problems) ? Exit.wrong : Exit.done;
}

function verdict(problems: readonly SpecProblem[]): string {
  const counts = (["error", "warning"] as const).map((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return counts.flat().join(", ") || "no problems";
}

function extent(declarations: readonly Declaration[]): string {
  const accounts = new Set(declarations.map(({ account }) => account)).size;
  const regions = new Set(declarations.map(({ region }) => region)).size;
  return `${counted(declarations.length, "resource")} in ${counted(accounts, "account")} and ${counted(regions, "Region")}`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
