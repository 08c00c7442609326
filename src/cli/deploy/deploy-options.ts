import { Option } from "commander";
import type { Command } from "commander";
import { collect, outputOption, specOption, stackOption, parseWholeNumber } from "../common-options.ts";
import type { EngineName } from "../engines/engine-choice.ts";

/** What every deployment verb takes. */
export interface DeployOptions {
  spec: string;
  stack: string;
  engine?: EngineName;
  state?: string;
  parallel?: number;
  events?: string;
  output: "text" | "json" | "markdown";
  expectNoChanges?: boolean;
  /** The names to narrow the verb to; `*` stands for anything. Empty for everything. */
  target: string[];
  /** The names to leave out. */
  exclude: string[];
  /** Whether program and providers run in processes of their own, as for a program of the user's. */
  isolated?: boolean;
  /** Only where {@link declareFailFast} was called. */
  failFast?: boolean;
  /** Whether AWS is asked what stands against the plan. Only where {@link declarePlanOptions} was called. */
  preflight?: boolean;
  /** Only where {@link declarePlanOptions} was called. */
  refresh?: boolean;
  /** Only where {@link declarePlanOptions} was called. */
  adopt?: boolean;
  /** Only where {@link declarePlanOptions} was called. */
  create?: boolean;
}

/** Declares {@link DeployOptions}; `formats` are what the verb can print. */
export function declareDeployOptions(command: Command, ...formats: [string, ...string[]]): Command {
  return command
    .addOption(specOption())
    .addOption(stackOption())
    .addOption(
      new Option(
        "--engine <engine>",
        "what deploys; by default the Pulumi CLI where it is installed, else the embedded engine",
      ).choices(["pulumi", "embedded"]),
    )
    .option("--state <url>", "where the state is kept, file://…; by default PULUMI_BACKEND_URL, then Pulumi.yaml")
    .addOption(
      new Option("--parallel <n>", "the most steps at a time; by default the engine's choice").argParser(
        parseWholeNumber(1),
      ),
    )
    .option("--target <name>", "only this resource, by its name; again for more, * stands for anything", collect, [])
    .option("--exclude <name>", "all but this resource; again for more, * stands for anything", collect, [])
    .option("--isolated", "run program and providers in processes of their own, as the Pulumi CLI does")
    .option("--events <file>", "write the engine's events there, one JSON object a line")
    .option("--expect-no-changes", "end with exit code 7 if anything is to change")
    .addOption(outputOption(...formats));
}

/** Declares `--create`, `--refresh`, `--no-preflight` and `--adopt`, for the verbs that plan. */
export function declarePlanOptions(command: Command): Command {
  return command
    .option("--create", "make the stack, or plan it as a new one, where the project has others but not this one")
    .option("--no-preflight", "plan without asking AWS what stands against it; the plan says so")
    .option(
      "--refresh",
      "read everything back from AWS first: the plan then undoes what was changed behind the stack's back",
    )
    .option(
      "--adopt",
      "take over the syncs and exports that are to be created and exist already, as `adopt: true` in each entry of the spec does; with --refresh also those that somebody has made anew",
    );
}

/** Declares `--fail-fast`, for the verbs that change something. */
export function declareFailFast(command: Command): Command {
  return command.option(
    "--fail-fast",
    "begin nothing more after the first failure; by default a failed resource stops only what depends on it",
  );
}
