import type { StepResult } from "./scenario.ts";

/**
 * A step's recording without the interrupted creates whose resource has been created since. Everything else that the engine says
 * and records is the CLI's; here it differs on purpose: the CLI keeps such an operation, and warns of it in each run, until it is
 * told to forget it. This engine forgets it with the next create of the resource.
 */
export function withoutSettled(expected: readonly StepResult[], index: number): StepResult | undefined {
  const wanted = expected[index];
  if (!wanted) return undefined;
  const pending = unsettled(expected, index);
  const before = unsettled(expected, index - 1).length;
  const messages = (wanted.messages ?? []).flatMap((message) => {
    if (!pendingWarning.test(message)) return [message];
    return before > 0 ? [message.replace(pendingWarning, `$1${before}$2`)] : [];
  });
  return { ...wanted, pending: pending.length > 0 ? pending : undefined, messages };
}

/** What a run begins with that finds interrupted operations in the state. */
const pendingWarning = /^(warning: Attempting to deploy or update resources with )\d+( pending operations)/;

function unsettled(expected: readonly StepResult[], index: number): object[] {
  return (expected[index]?.pending ?? []).filter((operation) => {
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
}

const callsOf = ({ calls }: StepResult, of: string) =>
  (calls as { op: string; name: string; result: string }[]).filter(({ op, name }) => op === "create" && name === of);
