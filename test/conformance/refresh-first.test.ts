import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { Lab } from "./lab.ts";
import type { ScenarioStep } from "./scenario.ts";

const program = {
  resources: [
    { name: "a", props: { n: 1 } },
    { name: "b", props: { n: 2 }, dependsOn: ["a"] },
    { name: "c", props: { n: 3 } },
  ],
};
const cloud = { delete: ["a"], set: { c: { n: 4 } } };
const first: Pick<ScenarioStep, "program" | "refresh"> = { program, refresh: true };

let lab: Lab;
beforeEach(async () => {
  lab = await Lab.open(inProcess);
  await lab.do({ command: "up", program });
});
afterEach(() => lab.close());

describe("with refresh before the plan", () => {
  test("a preview shows what the cloud no longer has and what it has otherwise, and writes nothing", async () => {
    const { state: before } = await lab.do({ command: "preview", program });
    const { exit, summary, state } = await lab.do({ command: "preview", ...first, cloud });
    expect(exit).toBe("ok");
    expect(summary).toEqual({ create: 1, update: 1, same: 2 });
    expect(state).toEqual(before);
    expect((await lab.calls()).map(({ op }) => op)).toEqual(["read", "read", "read"]);
  });

  test("an update makes it as declared again, and the next one has nothing to do", async () => {
    const { exit, summary } = await lab.do({ command: "up", ...first, cloud });
    expect(exit).toBe("ok");
    expect(summary).toEqual({ create: 1, update: 1, same: 2 });
    expect((await lab.do({ command: "up", ...first })).summary).toEqual({ same: 4 });
  });

  test("a read that fails ends the run before the program: nothing is made, and what it read is recorded", async () => {
    const failing: ScenarioStep = { command: "up", ...first, cloud, faults: { "read c": "fail" } };
    const { exit, state } = await lab.do(failing);
    expect(exit).toBe("failed");
    expect((await lab.calls()).every(({ op }) => op === "read")).toBe(true);
    expect(JSON.stringify(state)).not.toContain('::a"');
    expect((await lab.do({ command: "up", ...first })).summary).toEqual({ create: 1, update: 1, same: 2 });
  });

  test("an engine that is killed after it leaves a journal that fits what was found", async () => {
    const killed: ScenarioStep = { command: "up", ...first, cloud, faults: { "create a": "killEngine" } };
    expect((await lab.do(killed)).exit).toBe("killed");
    const { exit, summary } = await lab.do({ command: "up", ...first });
    expect(exit).toBe("ok");
    expect(summary?.["same"]).toBeGreaterThanOrEqual(2);
    expect((await lab.do({ command: "up", ...first })).summary).toEqual({ same: 4 });
  });
});
