import { describe, expect, test } from "vitest";
import { Executor } from "../../../../src/engine/act/executor.ts";
import { runStep } from "../../../../src/engine/act/run-step.ts";
import type { EngineEvent } from "../../../../src/engine/events/events.ts";
import { Reporter } from "../../../../src/engine/events/reporter.ts";
import { ProviderError } from "../../../../src/engine/processes/provider-error.ts";
import { Cloud, runOn } from "../memory-run.ts";
import { recorded } from "../states.ts";

const full = () => Promise.reject(new Error("no space left on device"));
const fine = () => Promise.resolve();

function runWith(record: { begin: () => Promise<void>; end: () => Promise<void> }, admit?: () => void) {
  const cloud = new Cloud();
  const events: EngineEvent[] = [];
  const reporter = new Reporter((event) => events.push(event), "up");
  const run = runOn(cloud, reporter, { ledger: { outputs: fine, rebuild: fine, ...record }, admit });
  return { run, cloud, events, stopped: () => run.stop.aborted };
}

describe("A full disk", () => {
  test("keeps a step from being done that could not be recorded, and stops the run", async () => {
    const { run, cloud, events, stopped } = runWith({ begin: full, end: fine });
    await expect(runStep(run, { operation: "create", new: recorded("a") })).rejects.toThrow("no space left");
    expect(cloud.writes).toBe(0);
    expect(stopped()).toBe(true);
    expect(events.some(({ diagnosticEvent }) => diagnosticEvent?.message.includes("no space left"))).toBe(true);
  });

  test("after a step keeps the program from being answered", async () => {
    const { run, stopped } = runWith({ begin: fine, end: full });
    let answered = false;
    const step = { operation: "create", new: recorded("a") } as const;
    const reasons: unknown[] = [];
    const executor = new Executor(1, run.stop, (one) =>
      runStep(run, one).catch((error: unknown) => {
        reasons.push(error);
        throw error;
      }),
    );
    const chain = await executor.submit([step]);
    await chain.recorded(step).then(
      () => (answered = true),
      () => undefined,
    );
    expect(reasons).toEqual([new Error("no space left on device")]);
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
  const { run, cloud, events, stopped } = runWith({ begin, end: fine }, refuse);
  await expect(runStep(run, { operation: "create", new: recorded("a") })).rejects.toThrow("not in the plan");
  expect({ begun, writes: cloud.writes, stopped: stopped() }).toEqual({ begun: false, writes: 0, stopped: true });
  expect(events.some(({ resourcePreEvent }) => resourcePreEvent)).toBe(false);
  expect(events.some(({ diagnosticEvent }) => diagnosticEvent?.message.includes("not in the plan"))).toBe(true);
});

test.each([
  ["create", 15, false],
  ["create", 2, true],
  ["delete", 15, false],
  ["delete", 2, true],
  ["update", 15, true],
] as const)("A %s that fails with the code %i is recorded as ended: %j", async (operation, code, isEnded) => {
  let ended = false;
  const end = async () => void (ended = true);
  const { run } = runWith({ begin: fine, end });
  const lost = new ProviderError("socket hang up", "unknown", { cause: { code } });
  const provider = { [operation]: () => Promise.reject(lost) };
  Object.assign(run, { providers: { get: async () => provider, ...provider } });
  const state = recorded("a");
  const step = operation === "delete" ? { operation, old: state } : { operation, new: state, old: state };
  await expect(runStep(run, step)).rejects.toThrow("socket hang up");
  expect(ended).toBe(isEnded);
});
