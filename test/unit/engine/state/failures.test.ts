import { describe, expect, test } from "vitest";

import { EngineError } from "../../../../src/engine/model/engine-error.ts";
import type { Files } from "../../../../src/engine/state/files.ts";
import { FoldSchedule } from "../../../../src/engine/state/fold-schedule.ts";
import { openLedger, readRecorded, recoverState } from "../../../../src/engine/state/state-store.ts";
import { memoryFiles } from "./memory-files.ts";
import type { MemoryFiles } from "./memory-files.ts";
import { finished, providerState, stackState, storeIn, thing } from "./support.ts";

describe("a disk that becomes full", () => {
  test("keeps the record of what was done, and the lock, until there is space again", async () => {
    const files = memoryFiles();
    const store = await storeIn(filling(files));
    const { ledger } = await openLedger(store);
    for (const state of [stackState(), providerState(), thing("a")])
      await ledger.end({ operation: "create", new: state }, true);
    await expect(ledger.close(finished)).rejects.toThrow(/no space[^]*what this run did is in .*dev\.journal/);
    expect(await files.list(store.paths.locks)).toHaveLength(1);

    const later = await storeIn(files);
    expect((await recoverState(later))?.interrupted).toEqual([]);
    expect((await readRecorded(later)).resources.map(({ id }) => id)).toEqual([undefined, "p", "a-1"]);
    expect(await files.list(store.paths.locks)).toEqual([]);
  });
});

describe("a disk without space for the journal's next line", () => {
  test("has space set aside for the steps that are under way, and none begins any more", async () => {
    const files = memoryFiles();
    const full = { now: false };
    const store = await storeIn(crammed(files, full));
    const { ledger } = await openLedger(store);
    const [first, second] = [stackState(), providerState()].map((state) => ({
      operation: "create" as const,
      new: state,
    }));
    await ledger.begin(second!);
    full.now = true;
    await ledger.end(first!, true);
    await ledger.end(second!, true);
    await expect(ledger.begin({ operation: "create", new: thing("a") })).rejects.toThrow(/no space/);
    full.now = false;
    await ledger.close(finished);
    const { resources, pending } = await readRecorded(await storeIn(files));
    expect(resources.map(({ id }) => id)).toEqual([undefined, "p"]);
    expect(pending).toEqual([]);
  });
});

describe("a state that somebody changes during a run", () => {
  test("is not overwritten, and the next run says what it does not know", async () => {
    const files = memoryFiles();
    const store = await storeIn(files);
    const { ledger } = await openLedger(store);
    await files.write(store.paths.checkpoint, `{"version":3,"checkpoint":{}}`);
    const created = { operation: "create" as const, new: stackState() };
    await ledger.begin(created);
    await ledger.end(created, true);
    await expect(ledger.close(finished)).rejects.toThrow(/Somebody else has changed the state/);
    expect(files.texts.get(store.paths.checkpoint)).toBe(`{"version":3,"checkpoint":{}}`);
    await expect(openLedger(store)).rejects.toThrow(/does not know that the run\n  created urn:.*::lab-dev/);
  });
});

describe("a state that the engine cannot honour", () => {
  test.each([
    ["another provider package", { type: "pulumi:providers:aws" }, /provider package "aws"/],
    ["a view", { viewOf: "u" }, /view/],
    ["a resource hook", { resourceHooks: { "before-create": ["h"] } }, /hook/],
    [
      "an asset",
      { inputs: { a: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17" } } },
      /asset/,
    ],
  ])("is refused for %s, and left unlocked", async (_, fields, message) => {
    const files = memoryFiles();
    const store = await storeIn(files);
    const { inputs = {}, ...others } = fields as Record<string, unknown>;
    const resource = { urn: "u:x::y::z::n", custom: true, id: "i", type: "t:m:T", inputs, ...others };
    const latest = { resources: [resource] };
    files.texts.set(store.paths.checkpoint, JSON.stringify({ version: 3, checkpoint: { latest } }));
    await expect(openLedger(store)).rejects.toThrow(message);
    expect(await files.list(store.paths.locks)).toEqual([]);
  });
});

describe("folds", () => {
  test("write at most in proportion to the journal while steps are quick, and never wait longer than ten seconds", () => {
    let [now, journal, folds] = [0, 0, 0];
    const pace = new FoldSchedule(0, now);
    const step = 2_000;
    for (let count = 1; count <= 5_000; count++) {
      now += 5;
      journal += step;
      if (pace.remainingMs(journal, now) > 0) continue;
      folds += count * 1_000;
      pace.noteFold(count * 1_000, journal, now);
    }
    expect(folds).toBeLessThan(2.5 * journal);
    expect(pace.remainingMs(journal, now + 10_000)).toBe(0);
  });
});

/** While it is full, nothing can be appended until the space that was set aside is given back. */
function crammed(files: MemoryFiles, full: { now: boolean }): Files {
  return {
    ...files,
    append: async (path) => {
      const file = await files.append(path);
      return {
        ...file,
        append: async (text) => {
          if (full.now && files.texts.has(`${path}.reserve`)) throw new Error("no space");
          await file.append(text);
        },
      };
    },
  };
}

/** The checkpoint no longer fits on the disk; the journal's few bytes do. */
function filling(files: MemoryFiles): Files {
  return {
    ...files,
    write: (path, text) => {
      if (!path.includes("/stacks/")) return files.write(path, text);
      const cause = Object.assign(new Error("full"), { code: "ENOSPC" });
      return Promise.reject(new EngineError(`Cannot write ${path}: no space is left on the disk`, { cause }));
    },
  };
}
