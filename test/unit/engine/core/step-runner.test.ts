import { describe, expect, test } from "vitest";
import { Decisions } from "../../../../src/engine/decide/decision-log.ts";
import type { EngineEvent } from "../../../../src/engine/events/events.ts";
import { Reporter } from "../../../../src/engine/events/reporter.ts";
import { StepRunner } from "../../../../src/engine/act/step-runner.ts";
import { Targets } from "../../../../src/engine/decide/target-urns.ts";
import { Cloud } from "./memory-run.ts";
import { recorded } from "./states.ts";

const full = () => Promise.reject(new Error("no space left on device"));
const fine = () => Promise.resolve();

function runnerWith(ledger: { begin: () => Promise<void>; end: () => Promise<void> }, admit?: () => void) {
  const cloud = new Cloud();
  const events: EngineEvent[] = [];
  const providers = Object.assign(Object.create(cloud) as Cloud, { get: async () => cloud, resume: fine });
  const reporter = new Reporter((event) => events.push(event), "up");
  const shared = { project: "lab", stack: "dev", dryRun: false, base: [], targets: new Targets([]) };
  let stopped = false;
  const runner = new StepRunner({
    deployment: { ...shared, decided: new Decisions(), providers, reporter },
    ledger,
    admit,
    carryOn: false,
    onFailure: () => (stopped = true),
  });
  return { runner, cloud, events, stopped: () => stopped };
}

describe("A full disk", () => {
  test("keeps a step from being done that could not be recorded, and stops the run", async () => {
    const { runner, cloud, events, stopped } = runnerWith({ begin: full, end: fine });
    await expect(runner.run({ operation: "create", new: recorded("a") })).rejects.toThrow("no space left");
    expect(cloud.writes).toBe(0);
    expect(stopped()).toBe(true);
    expect(events.some(({ diagnosticEvent }) => diagnosticEvent?.message.includes("no space left"))).toBe(true);
  });

  test("after a step keeps the program from being answered", async () => {
    const { runner, stopped } = runnerWith({ begin: fine, end: full });
    let answered = false;
    const step = { operation: "create", new: recorded("a"), done: () => (answered = true) } as const;
    await expect(runner.run(step)).rejects.toThrow("no space left");
    expect(answered).toBe(false);
    expect(stopped()).toBe(true);
  });
});

test("A step that is not admitted is not done and not recorded, its reason is told, and the run stops", async () => {
  let begun = false;
  const begin = async () => void (begun = true);
  const refuse = () => {
    throw new Error("not in the plan");
  };
  const { runner, cloud, events, stopped } = runnerWith({ begin, end: fine }, refuse);
  await expect(runner.run({ operation: "create", new: recorded("a") })).rejects.toThrow("not in the plan");
  expect({ begun, writes: cloud.writes, stopped: stopped() }).toEqual({ begun: false, writes: 0, stopped: true });
  expect(events.some(({ resourcePreEvent }) => resourcePreEvent)).toBe(false);
  expect(events.some(({ diagnosticEvent }) => diagnosticEvent?.message.includes("not in the plan"))).toBe(true);
});
