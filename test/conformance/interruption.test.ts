import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { Lab } from "./lab.ts";
import type { ScenarioStep } from "./scenario.ts";

const resources = Array.from({ length: 6 }, (_, index) => ({ name: `x${index}`, props: { n: index } }));
const step: ScenarioStep = { command: "up", program: { resources, concurrent: true } };

let lab: Lab;
beforeEach(async () => {
  lab = await Lab.open(inProcess);
  await lab.slowDown(1500);
});
afterEach(() => lab.close());

describe("Ctrl-C during an update", { timeout: 300_000 }, () => {
  test("once: what is under way is finished and recorded, nothing more begins, exit code 8", async () => {
    const engine = await lab.start(step, 2);
    await begun(2);
    engine.kill("SIGINT");
    expect(await exitOf(engine)).toBe(8);
    const calls = await lab.calls();
    expect(calls.filter(({ op }) => op === "begin")).toHaveLength(2);
    expect(calls.filter(({ op }) => op === "create")).toHaveLength(2);
    expect(await createdBy({ ...step })).toBe(4);
  });

  test("twice: the engine ends at once, exit code 8, and the next run goes on from what it recorded, which settles it", async () => {
    const engine = await lab.start(step, 2);
    await begun(2);
    engine.kill("SIGINT");
    await sleep(300);
    engine.kill("SIGINT");
    expect(await exitOf(engine)).toBe(8);
    await lab.recover();
    const result = await lab.do({ ...step }, 6);
    expect(result.exit).toBe("ok");
    expect(result.pending).toBeUndefined();
  });
});

async function begun(count: number): Promise<void> {
  while ((await lab.calls()).filter(({ op }) => op === "begin").length < count) await sleep(20);
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

async function createdBy(next: ScenarioStep): Promise<number | undefined> {
  const { exit, summary } = await lab.do(next, 6);
  expect(exit).toBe("ok");
  return summary?.["create"];
}
