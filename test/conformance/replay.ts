import { expect } from "vitest";
import type { Launcher } from "../../src/engine/index.ts";
import { Lab } from "./lab.ts";
import { withoutSettled } from "./settled.ts";
import { readScenario } from "./scenario.ts";
import type { StepResult } from "./scenario.ts";

/** The recordings cut messages a little above this length. */
const longestMessage = 200;

/**
 * Does a scenario step by step, and expects of each what was recorded.
 *
 * @param launcher How program and provider are started, except where a step ends a process. By default as processes.
 */
export async function replay(name: string, launcher?: Launcher): Promise<void> {
  const { steps, expected } = readScenario(name);
  const lab = await Lab.open(launcher);
  try {
    for (const [index, step] of steps.entries()) {
      const result = await lab.do(step);
      const wanted = withoutSettled(expected, index);
      expect({ step: index, ...comparable(result) }).toEqual({ step: index, ...(wanted && comparable(wanted)) });
    }
  } finally {
    await lab.close();
  }
}

/** Probes are a set, and of messages the first lines are recorded; those of a killed engine are lost. */
function comparable({ exit, probes, messages = [], ...rest }: StepResult): object {
  const firstLines = messages.map((message) => message.split("\n")[0]?.slice(0, longestMessage));
  return {
    ...rest,
    exit,
    probes: new Set(probes.map((probe) => JSON.stringify(sorted(probe)))),
    messages: exit === "killed" ? [] : firstLines,
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
