import { describe, expect, test } from "vitest";
import { Reporter } from "../../../../src/engine/events/reporter.ts";
import { secret } from "../../../../src/engine/model/values.ts";
import type { StepOperation } from "../../../../src/engine/model/step.ts";
import { recorded } from "../states.ts";

function afterSteps(...operations: StepOperation[]): Reporter {
  const reporter = new Reporter(() => undefined, "up");
  const old = recorded("a", { outputs: { n: 1 } });
  for (const operation of operations)
    reporter.stepSucceeded({ operation, old, new: recorded("a", { outputs: { n: 2 } }) });
  return reporter;
}

describe("A run has changes", () => {
  test("when a resource of the stack is made, changed or deleted", () => {
    for (const operation of ["create", "update", "delete", "replace"] as const)
      expect(afterSteps("same", operation).hasChanges).toBe(true);
  });

  test("not when it only looks at what is not its own, though that has changed", () => {
    const looked = afterSteps("same", "read", "discard");
    expect(looked.changes).toEqual({ same: 1, read: 1, discard: 1 });
    expect(looked.hasChanges).toBe(false);
  });
});

describe("An input that a provider does not take", () => {
  const inputs = { region: "nowhere", s3: { region: "nowhere", zones: ["a"] }, "a.b": 1, none: null };
  test.each([
    ["region", 'property region value {"nowhere"} has'],
    ["s3.region", 'property s3.region value {"nowhere"} has'],
    ["s3.zones[0]", 'property s3.zones[0] value {"a"} has'],
    ["a.b", "property a.b value {1} has"],
    ["none", "property none has"],
    ["s3.prefix", "property s3.prefix has"],
    ["gone.deep[2].path", "property gone.deep[2].path has"],
  ])("is told with the value at its path, where one is set: %s", (property, words) => {
    const reporter = new Reporter(() => undefined, "preview");
    reporter.checkFailure(recorded("a"), inputs, { property, reason: "no" });
    expect(reporter.diagnostics[0]!.message).toContain(`${words} a problem: no`);
  });
});

describe("The secrets of a resource", () => {
  const inputs = { key: secret('pass"word'), s3: { zones: ["a", secret("hidden-zone")] } };
  const told = (property: string, reason: string) => {
    const reporter = new Reporter(() => undefined, "preview");
    const state = recorded("a", { inputs });
    reporter.hideSecretsOf(state.urn, inputs);
    reporter.checkFailure(state, inputs, { property, reason });
    return reporter.diagnostics[0]!.message;
  };

  test.each(["key", "s3", "s3.zones", "s3.zones[1]"])(
    "are in no value that a provider does not take: %s",
    (property) => {
      expect(told(property, "no")).not.toMatch(/pass|hidden|4dabf18/);
    },
  );

  test("are not told by a provider's reason", () => {
    expect(told("key", 'must be short, not "pass\\"word" as in hidden-zone')).toContain(
      'must be short, not "[secret]" as in [secret]',
    );
  });

  test("are not told by the error of a step, of a delete by what is recorded", () => {
    const reporter = new Reporter(() => undefined, "up");
    reporter.stepFailed({ operation: "delete", old: recorded("a", { inputs }) }, "no hidden-zone", "clean");
    expect(reporter.diagnostics[0]!.message).toBe("no [secret]\n");
  });
});
