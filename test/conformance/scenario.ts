import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One recording of the Pulumi CLI: what was done, and what came of it, step by step. */
export interface Scenario {
  name: string;
  about: string;
  steps: ScenarioStep[];
  expected: StepResult[];
}

export interface ScenarioStep {
  command: "preview" | "up" | "refresh" | "destroy";
  program?: { resources?: object[]; concurrent?: boolean; outputs?: object; throw?: string };
  /** Added to the stack's configuration from this step on. */
  config?: Record<string, string>;
  /** What goes wrong: by operation and logical name. */
  faults?: Record<string, string>;
  /** Edits of the cloud before the step. */
  cloud?: { delete?: string[]; set?: Record<string, Record<string, unknown>> };
  targets?: string[];
  /** `--refresh`; no recording has it. */
  refresh?: boolean;
  /** `--continue-on-error`; no recording has it. */
  continueOnError?: boolean;
}

export interface StepResult {
  exit: "ok" | "failed" | "killed";
  /** Operation, resource and, for replacements, the reasons. Absent after a kill. */
  steps?: [string, string, string[]?][];
  failed?: [string, string][];
  calls: object[];
  /** Checks and diffs, as a set. */
  probes: object[];
  summary?: Record<string, number>;
  state: object[];
  pending?: object[];
  cloud: Record<string, object>;
  /** Errors and warnings, each with the short name of its resource; of a recorded one the first line. */
  messages?: string[];
}

const folder = join(import.meta.dirname, "scenarios");

/** Returns the names of the scenarios that fit, in alphabetical order. */
export function scenariosWhere(fits: (scenario: Scenario) => boolean): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .filter((name) => fits(readScenario(name)))
    .toSorted();
}

export function readScenario(name: string): Scenario {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Scenario;
}

/** The engine is killed in this step. */
export function isKilled(step: ScenarioStep): boolean {
  return Object.values(step.faults ?? {}).some((mode) => mode.startsWith("killEngine"));
}

/** The engine, the provider's host or the program ends in this step, so each has to be a process of its own. */
export function endsProcess({ faults, program }: ScenarioStep): boolean {
  const ending = Object.values(faults ?? {}).some((mode) => mode.startsWith("killEngine") || mode === "exit");
  return ending || program?.throw !== undefined;
}
