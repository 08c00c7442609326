import { readFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { CommandError, Exit } from "./exit.ts";
import type { Io } from "./io.ts";

/** Which plan is read. */
export interface PlanOptions {
  plan?: string;
}

/** Declares where a plan is read from: a file, or standard input with `-` or without any name. */
export function declarePlan(command: Command): Command {
  return command
    .argument(
      "[plan]",
      "what `preview -o json` printed, and for a comment `up`, `destroy` or `refresh`; - or nothing reads standard input",
    )
    .option("--plan <file>", "the same, as `up` takes it");
}

/** Reads the text of the plan, and returns it with what to call it in errors. */
export async function readPlanText(
  [argument]: string[],
  options: PlanOptions,
  io: Io,
): Promise<{ text: string; from: string }> {
  const file = argument ?? options.plan ?? "-";
  if (file === "-") return { text: await io.read(), from: "standard input" };
  try {
    return { text: readFileSync(path.resolve(io.cwd, file), "utf8"), from: file };
  } catch (cause) {
    throw new CommandError(Exit.wrong, `The plan ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
