import { afterAll, describe, expect, test } from "vitest";
import PQueue from "p-queue";
import { Lab } from "./lab.ts";
import { readScenario, scenarioNames } from "./scenario.ts";
import type { StepResult } from "./scenario.ts";

/** More at a time only wait for the processor. */
const AT_ONCE = 3;

describe("The embedded engine does what the Pulumi CLI was recorded to do", { concurrent: true }, () => {
  const queue = new PQueue({ concurrency: AT_ONCE });
  afterAll(() => queue.onIdle());

  test.each(scenarioNames())("%s", { timeout: 300_000 }, async (name) => {
    await queue.add(async () => {
      const { steps, expected } = readScenario(name);
      const lab = await Lab.open();
      try {
        for (const [index, step] of steps.entries()) {
          const result = await lab.do(step);
          const wanted = withoutSettled(expected, index);
          expect({ step: index, ...comparable(result) }).toEqual({ step: index, ...(wanted && comparable(wanted)) });
        }
      } finally {
        await lab.close();
      }
    });
  });
});

/**
 * The recording without interrupted creates whose resource has been created since: the CLI warns of them until it is told to forget
 * them, and this engine forgets them.
 */
function withoutSettled(expected: readonly StepResult[], index: number): StepResult | undefined {
  const wanted = expected[index];
  if (!wanted?.pending) return wanted;
  const pending = wanted.pending.filter((operation) => {
    const { type, resource } = operation as { type: string; resource: { name: string } };
    const interrupted = expected.findLastIndex(
      (step, at) =>
        at <= index && step.exit === "killed" && callsOf(step, resource.name).some(({ result }) => result !== "ok"),
    );
    const created = expected.findLastIndex(
      (step, at) =>
        at <= index && callsOf(step, resource.name).some(({ result }) => result === "ok" || result === "partial"),
    );
    return type !== "creating" || created <= interrupted;
  });
  return { ...wanted, pending: pending.length > 0 ? pending : undefined };
}

const callsOf = ({ calls }: StepResult, of: string) =>
  (calls as { op: string; name: string; result: string }[]).filter(({ op, name }) => op === "create" && name === of);

/** Messages are informative, and probes are a set. */
function comparable(result: StepResult): object {
  const probes = new Set(result.probes.map((probe) => JSON.stringify(sorted(probe))));
  return { ...result, probes, messages: undefined };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
