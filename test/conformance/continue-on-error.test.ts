import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { Lab } from "./lab.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await Lab.open(inProcess);
});
afterEach(() => lab.close());

const named = (state: object[]) =>
  (state as { name: string; pendingReplacement?: true }[]).map((it) => it.name + (it.pendingReplacement ? "!" : ""));
const program = (...resources: object[]) => ({ resources, concurrent: true });
const going = { command: "up", continueOnError: true } as const;
const fleet = program(
  { name: "a", props: { n: 1 } },
  { name: "on-a", props: { of: "${a.out}" } },
  { name: "on-on-a", props: { of: "${on-a.out}" } },
  { name: "b", props: { n: 2 } },
  { name: "on-b", props: { of: "${b.out}" } },
);

describe("Going on after a failure", () => {
  test("makes all but the failed resource and what depends on it, and says so", async () => {
    const { exit, state, messages, summary } = await lab.do({
      ...going,
      program: fleet,
      faults: { "create a": "fail" },
    });
    expect(exit).toBe("failed");
    expect(named(state)).toEqual(["stack", "provider", "b", "on-b"]);
    expect(summary).toEqual({ create: 3 });
    expect(messages).toEqual(["error: a: create a failed", "error: update failed"]);
    const next = await lab.do({ ...going, program: fleet });
    expect([next.exit, next.summary]).toEqual(["ok", { create: 3, same: 3 }]);
  });

  test("is not stopped by inputs that a check refuses, nor by a diff that fails", async () => {
    const bad = program({ name: "a", props: { bad: 1 } }, ...fleet.resources.slice(1));
    const checked = await lab.do({ ...going, program: bad });
    expect(checked.exit).toBe("failed");
    expect(named(checked.state)).toEqual(["stack", "provider", "b", "on-b"]);
    expect((await lab.do({ ...going, program: fleet })).exit).toBe("ok");
    const diffed = await lab.do({ ...going, program: fleet, faults: { "diff a": "fail" } });
    expect([diffed.exit, diffed.summary]).toEqual(["failed", { same: 3 }]);
    expect(named(diffed.state)).toHaveLength(7);
  });

  test("deletes what is undeclared, but nothing that failed and nothing that it still needs", async () => {
    await lab.do({
      command: "up",
      program: program({ name: "old" }, { name: "gone" }, { name: "a", props: { of: "${old.out}" } }),
    });
    const next = program({ name: "a", props: { n: 2 } });
    const { exit, calls, state } = await lab.do({ ...going, program: next, faults: { "update a": "fail" } });
    expect(exit).toBe("failed");
    expect((calls as { op: string; name: string }[]).map(({ op, name }) => `${op} ${name}`)).toEqual([
      "update a",
      "delete gone",
    ]);
    expect(named(state)).toEqual(["stack", "provider", "old", "a"]);
    expect((await lab.do({ ...going, program: next })).summary).toEqual({ update: 1, delete: 1, same: 1 });
  });

  test("keeps a half done replacement for the next run, while another one is finished", async () => {
    const replacing = (r_x: number) =>
      program(
        { name: "a", props: { r_x } },
        { name: "on-a", props: { r_of: "${a.uid}" } },
        { name: "b", props: { r_x } },
        { name: "on-b", props: { r_of: "${b.uid}" } },
      );
    await lab.do({ command: "up", program: replacing(1) });
    const { exit, state } = await lab.do({ ...going, program: replacing(2), faults: { "create a": "fail" } });
    expect(exit).toBe("failed");
    expect(named(state).toSorted()).toEqual(["a!", "b", "on-a!", "on-b", "provider", "stack"]);
    const next = await lab.do({ ...going, program: replacing(2) });
    expect([next.exit, next.summary]).toEqual(["ok", { replace: 2, same: 3 }]);
  });

  test("creates nothing in the place of an object that could not be deleted", async () => {
    const before = program({ name: "a", props: { r_x: 1 } }, { name: "b", props: { r_of: "${a.uid}" } }, { name: "c" });
    await lab.do({ command: "up", program: before });
    const after = program(
      { name: "b", props: { r_of: "free" } },
      { name: "a", props: { r_x: 2 } },
      { name: "c", props: { n: 1 } },
    );
    const reversed = program(...after.resources.toReversed());
    const { exit, calls } = await lab.do({ ...going, program: reversed, faults: { "delete b": "fail" } });
    expect(exit).toBe("failed");
    expect((calls as { op: string; name: string }[]).map(({ op, name }) => `${op} ${name}`).toSorted()).toEqual([
      "delete b",
      "update c",
    ]);
    expect((await lab.do({ ...going, program: after })).exit).toBe("ok");
  });

  test("destroys what it can", async () => {
    await lab.do({ command: "up", program: fleet });
    const { exit, state } = await lab.do({
      command: "destroy",
      continueOnError: true,
      faults: { "delete on-a": "fail" },
    });
    expect(exit).toBe("failed");
    expect(named(state)).toEqual(["stack", "provider", "a", "on-a"]);
    expect((await lab.do({ command: "destroy", continueOnError: true })).state).toEqual([]);
  });

  test("a component that failed keeps its children from being made, and no others", async () => {
    const nested = program(
      { name: "a", props: { bad: 1 } },
      { name: "group", component: true, dependsOn: ["a"] },
      { name: "child", parent: "group" },
      { name: "b" },
    );
    const { exit, state } = await lab.do({ ...going, program: nested });
    expect(exit).toBe("failed");
    expect(named(state)).toEqual(["stack", "provider", "b"]);
  });
});
