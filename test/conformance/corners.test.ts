import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inProcess } from "./in-process/launcher.ts";
import { Lab } from "./lab.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await Lab.open(inProcess);
});
afterEach(() => lab.close());

/** Checks and diffs by resource. */
const asked = (probes: object[]) => (probes as { op: string; name: string }[]).map(({ op, name }) => `${op} ${name}`);
const named = (state: object[]) =>
  (state as { name: string; delete?: true }[]).map((it) => it.name + (it.delete ? "!" : ""));
const program = (...resources: object[]) => ({ resources });

describe("As Pulumi's engine, and beyond the recordings", () => {
  test("reading an object that is gone is no error; a refresh forgets it", async () => {
    const { exit, summary } = await lab.do({ command: "up", program: program({ name: "e", id: "nothing-1" }) });
    expect([exit, summary]).toEqual(["ok", { create: 1 }]);
    const { summary: refreshed, state } = await lab.do({ command: "refresh" });
    expect(refreshed).toEqual({ same: 1, delete: 1 });
    expect(named(state)).toEqual(["stack", "provider"]);
  });

  test("a refresh of a target that is not recorded does not begin", async () => {
    await lab.do({ command: "up", program: program({ name: "a" }) });
    await expect(lab.do({ command: "refresh", targets: ["a", "nobody"] })).rejects.toThrow(
      /^no resource named 'urn:pulumi:dev::\w+::\S+::nobody' found$/,
    );
    expect((await lab.do({ command: "refresh", targets: ["a"] })).summary).toEqual({ same: 1 });
  });

  test("the second resource with an alias is checked before it is refused", async () => {
    await lab.do({ command: "up", program: program({ name: "a", props: { n: 1 } }) });
    const twice = program(
      { name: "b", props: { n: 1 }, aliases: ["a"] },
      { name: "c", props: { n: 2 }, aliases: ["a"] },
    );
    const { exit, probes, messages } = await lab.do({ command: "up", program: twice });
    expect(exit).toBe("failed");
    expect(asked(probes)).toEqual(["check b", "diff b", "check c"]);
    expect(messages).toEqual([expect.stringContaining("Duplicate resource alias")]);
  });

  test("both halves of a replacement that are no targets are kept by a step each", async () => {
    const replacing = (r_x: number) => program({ name: "a", props: { r_x, dbr: false } }, { name: "b" });
    await lab.do({ command: "up", program: replacing(1) });
    await lab.do({ command: "up", program: replacing(2), faults: { "delete a": "fail" } });
    const { steps, summary, state } = await lab.do({ command: "destroy", targets: ["b"] });
    expect(steps).toEqual([
      ["same", "a"],
      ["same", "a"],
      ["delete", "b"],
    ]);
    expect(summary).toEqual({ same: 3, delete: 1 });
    expect(named(state)).toEqual(["stack", "provider", "a", "a!"]);
  });

  test("a real run leaves what it does not know out of arrays too", async () => {
    await lab.do({ command: "up", program: program({ name: "z" }) });
    const targeted = program({ name: "a" }, { name: "b", props: { list: ["x", "${a.out}"] } }, { name: "z" });
    const { exit, probes } = await lab.do({ command: "up", program: targeted, targets: ["b"] });
    expect(exit).toBe("failed");
    expect(probes).toEqual([{ op: "check", name: "b", olds: null, news: { list: ["x"] } }]);
  });

  test("what is read cannot have a parent that is left out", async () => {
    const { exit, state } = await lab.do({
      command: "up",
      program: program({ name: "z" }, { name: "a" }, { name: "e", id: "z-1", parent: "a" }),
      targets: ["z"],
    });
    expect(exit).toBe("failed");
    expect(named(state)).toEqual(["stack", "provider", "z"]);
  });

  test("changes below a path with an index or a wildcard are ignored", async () => {
    const shape = (x: number) =>
      program({ name: "a", props: { list: [{ x, y: 1 }], deep: { x } }, ignoreChanges: ["list[*].x", "deep.*"] });
    await lab.do({ command: "up", program: shape(1) });
    expect((await lab.do({ command: "up", program: shape(2) })).summary).toEqual({ same: 2 });
  });
});
