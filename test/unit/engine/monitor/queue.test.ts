import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Executor } from "../../../../src/engine/act/executor.ts";
import { runStep } from "../../../../src/engine/act/run-step.ts";
import type { RunSettings } from "../../../../src/engine/decide/run.ts";
import { RunStopped } from "../../../../src/engine/decide/run-errors.ts";
import { Reporter } from "../../../../src/engine/events/reporter.ts";
import { RequestQueue } from "../../../../src/engine/monitor/queue.ts";
import { Cloud, goalOf, runOn } from "../memory-run.ts";
import { recorded } from "../states.ts";

const provider = "urn:pulumi:dev::lab::pulumi:providers:pulumi-nodejs::default::1";
const fine = () => Promise.resolve();

function goal(name: string, values: Record<string, number> = {}, deleteBeforeReplace = false) {
  return goalOf({ name, values, references: {}, deleteBeforeReplace });
}

function queueOn(cloud: Cloud, settings: Partial<RunSettings> = {}) {
  const run = runOn(cloud, new Reporter(() => undefined, "up"), settings);
  const executor = new Executor(4, run.stop, (step) => runStep(run, step));
  return { run, executor, queue: new RequestQueue(run, executor) };
}

describe("What the program registers", () => {
  test("is answered with its state, and not before the state is recorded", async () => {
    const durable = Promise.withResolvers<void>();
    const ledger = { begin: fine, end: () => durable.promise, outputs: fine, rebuild: fine };
    const cloud = new Cloud();
    const { queue } = queueOn(cloud, { ledger });
    let answered = false;
    const answer = queue.register(goal("a", { n: 1 })).finally(() => (answered = true));
    while (cloud.writes === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    durable.resolve();
    expect(await answer).toMatchObject({ id: "a-1", outputs: { n: 1 } });
  });

  test("is decided on in the order in which it came, however long a check takes", async () => {
    const checked: string[] = [];
    const cloud = new Cloud();
    const check = async (state: { urn: string }, _olds: object, news: Record<string, unknown>) => {
      const name = state.urn.split("::").at(-1)!;
      await sleep({ a: 20, b: 10 }[name] ?? 0);
      checked.push(name);
      return { inputs: news, failures: [] };
    };
    const { queue } = queueOn(Object.assign(cloud, { check }));
    await Promise.all(["a", "b", "c"].map((name) => queue.register(goal(name))));
    expect(checked).toEqual(["a", "b", "c"]);
  });

  test("is refused once a step has failed, and so is what it failed for", async () => {
    const cloud = Object.assign(new Cloud(), { create: () => Promise.reject(new Error("no")) });
    const { run, queue } = queueOn(cloud);
    await expect(queue.register(goal("a"))).rejects.toThrow(RunStopped);
    await expect(queue.register(goal("b"))).rejects.toThrow(RunStopped);
    expect(run.conclude()).toBe("failed");
  });

  test("gets an answer also where its chain ends at a protected resource that it would take along", async () => {
    const root = { ...recorded("x0"), provider, inputs: { r_v: 0, dbr: true }, outputs: { r_v: 0, dbr: true } };
    const oldHalf = {
      ...recorded("x1", { id: "x1-0", delete: true, protect: true, propertyDependencies: { r_p0: [root.urn] } }),
      provider,
      inputs: { r_p0: "x0-1" },
    };
    const { run, queue } = queueOn(new Cloud(), { base: [root, oldHalf] });
    await expect(queue.register(goal("x0", { r_v: 1 }, true))).rejects.toThrow(RunStopped);
    expect(run.stop.aborted).toBe(false);
    expect(run.conclude()).toBe("failed");
  });
});
