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
  program?: object;
  /** Added to the stack's configuration from this step on. */
  config?: Record<string, string>;
  /** What goes wrong: by operation and logical name. */
  faults?: Record<string, string>;
  /** Edits of the cloud before the step. */
  cloud?: { delete?: string[]; set?: Record<string, Record<string, unknown>> };
  targets?: string[];
  /** `--refresh`; no recording has it. */
  refresh?: boolean;
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
  /** For reading only. */
  messages?: string[];
}

const FOLDER = join(import.meta.dirname, "scenarios");

export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
}

export function readScenario(name: string): Scenario {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Scenario;
}

/** The engine is killed in this step. */
export function isKilled(step: ScenarioStep): boolean {
  return Object.values(step.faults ?? {}).some((mode) => mode.startsWith("killEngine"));
}
