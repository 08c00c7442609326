import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Executor } from "../../../../src/engine/act/executor.ts";
import type { Step } from "../../../../src/engine/model/step.ts";
import { recorded } from "../states.ts";

const step = (name: string): Step => ({ operation: "create", new: recorded(name) });
const nameOf = ({ new: state }: Step) => state?.id;

describe("Chains of steps", () => {
  test("run side by side, but never more than there are workers", async () => {
    let running = 0;
    let most = 0;
    const executor = new Executor(3, new AbortController().signal, async () => {
      most = Math.max(most, ++running);
      await sleep(2);
      running--;
    });
    await executor.runAll(Array.from({ length: 20 }, (_, index) => step(`r${index}`)));
    expect(most).toBe(3);
    expect(running).toBe(0);
  });

  test("stop at their first failure, without stopping the others", async () => {
    const ran: unknown[] = [];
    const executor = new Executor(2, new AbortController().signal, async (one) => {
      ran.push(nameOf(one));
      if (nameOf(one) === "bad-1") throw new Error("bad");
    });
    await executor.submit([step("a"), step("bad"), step("never")]);
    await executor.submit([step("b"), step("c")]);
    await executor.idle();
    expect(ran.toSorted()).toEqual(["a-1", "b-1", "bad-1", "c-1"]);
  });

  test("create nothing in the place of a resource that another chain is still to delete", async () => {
    const ran: string[] = [];
    const executor = new Executor(2, new AbortController().signal, async ({ operation, old }) => {
      await sleep(5);
      ran.push(`${operation} ${old?.id}`);
    });
    const [root, dependent] = [recorded("root"), recorded("dependent")];
    await executor.submit([
      { operation: "same", old: recorded("slow") },
      { operation: "delete-replaced", old: dependent },
      { operation: "delete-replaced", old: root },
    ]);
    await executor.submit([{ operation: "create-replacement", old: dependent, new: recorded("dependent") }]);
    await executor.idle();
    expect(ran.indexOf("create-replacement dependent-1")).toBeGreaterThan(ran.indexOf("delete-replaced dependent-1"));
    expect(ran).toHaveLength(4);
  });

  test("are taken on before they are done", async () => {
    const gate = Promise.withResolvers<void>();
    const executor = new Executor(1, new AbortController().signal, () => gate.promise);
    await executor.submit([step("a")]);
    gate.resolve();
    await executor.idle();
  });

  test("begin no further step once the run is to stop, and finish the one that runs", async () => {
    const stop = new AbortController();
    const ended: unknown[] = [];
    const executor = new Executor(1, stop.signal, async (one) => {
      stop.abort();
      await sleep(1);
      ended.push(nameOf(one));
    });
    await executor.submit([step("a"), step("b")]);
    await executor.submit([step("c")]);
    await executor.idle();
    expect(ended).toEqual(["a-1"]);
  });
});
