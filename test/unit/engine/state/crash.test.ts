import { describe, expect, test, vi } from "vitest";

import { parseCheckpoint } from "../../../../src/engine/state/checkpoint.ts";
import { integrityProblem } from "../../../../src/engine/state/integrity.ts";
import { decodeEntry, parseJournal } from "../../../../src/engine/state/journal.ts";
import type { Ledger, LedgerStep } from "../../../../src/engine/state/ledger.ts";
import type { Recorded } from "../../../../src/engine/state/journal-replay.ts";
import { replayJournal } from "../../../../src/engine/state/recovery.ts";
import { decodeResource } from "../../../../src/engine/model/resource-state.ts";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";
import { withFoundStates } from "../../../../src/engine/state/snapshot.ts";
import { openLedger, readRecorded, recoverState } from "../../../../src/engine/state/state-store.ts";
import type { StateStore } from "../../../../src/engine/state/state-store.ts";
import { dyingFiles, memoryFiles } from "./memory-files.ts";
import type { MemoryFiles } from "./memory-files.ts";
import { linesOf, PlainRecord } from "./plain-record.ts";
import { bury, finished, providerState, stackState, storeIn, thing } from "./support.ts";

/** Being created when the first steps end. */
const interruptions = thing("f");

type Act = (ledger: Ledger, plain: PlainRecord) => Promise<void>;

describe("a run that is killed", () => {
  test("at any file operation leaves a state from before or after the call that was interrupted", async () => {
    const total = await runUntil(Number.POSITIVE_INFINITY);
    expect(total).toBeGreaterThan(100);
    for (let last = 1; last <= total; last++) await runUntil(last);
  });

  test("at any byte of the journal leaves a state that some moment of the run had", async () => {
    const files = memoryFiles();
    const store = await storeIn(files);
    await begun(store);
    const checkpoint = files.texts.get(store.paths.checkpoint);
    const { ledger } = await openLedger(store);
    const plain = new PlainRecord([...ledger.resources]);
    const moments = [plain.lines().join("\n")];
    for (const act of firstSteps(ledger.resources)) {
      await act(ledger, plain);
      moments.push(plain.lines().join("\n"));
    }
    const journal = files.texts.get(store.paths.journal) ?? "";
    const seen = new Set<string>();
    for (let size = 0; size <= journal.length; size++) {
      const { resources } = parseCheckpoint(checkpoint, "");
      const recorded = { resources: resources.map((json) => decodeResource(json, store.manager)), pending: [] };
      const left = parseJournal(journal.slice(0, size), "");
      const entries = left?.lines.map((line) => decodeEntry(line, store.manager)) ?? [];
      const replayed = left
        ? replayJournal({ path: "", header: left.header, entries }, checkpoint, recorded)
        : recorded;
      seen.add(recordedLines(replayed).join("\n"));
    }
    expect(seen).toEqual(new Set(moments));
  });

  test("with many steps at once keeps every step that was answered, once", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    for (let last = 1; last < 80; last++) {
      const files = memoryFiles();
      await begun(await storeIn(files));
      const answered: string[] = [];
      const asked: string[] = [];
      const opened = await openLedger(await storeIn(dyingFiles(files, last))).catch(() => undefined);
      for (const old of opened?.ledger.resources.slice(0, 2) ?? [])
        await opened?.ledger.end({ operation: "same", old, new: { ...old } }, true);
      const create = async (name: string, turns: number): Promise<void> => {
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        const step = { operation: "create" as const, new: thing(name) };
        asked.push(step.new.urn);
        await opened?.ledger.begin(step);
        await opened?.ledger.end(step, true);
        answered.push(step.new.urn);
      };
      if (opened) await Promise.allSettled(names.map((name, index) => create(name, index)));
      const store = await storeIn(files);
      bury(files, store);
      await recoverState(store);
      const { resources, pending } = await readRecorded(store);
      const found = resources.map((state) => state.urn);
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(answered));
      expect(asked).toEqual(expect.arrayContaining(pending.map(({ resource }) => resource.urn)));
    }
  });

  test("before it had begun anything leaves the state untouched, with what was pending before", async () => {
    const files = memoryFiles();
    const store = await storeIn(files);
    const { ledger } = await openLedger(store);
    for (const state of [stackState(), providerState()]) await ledger.end({ operation: "create", new: state }, true);
    await ledger.begin({ operation: "create", new: thing("a") });
    await ledger.close(finished);
    const interrupted = (files.texts.get(store.paths.checkpoint) ?? "").replace("creating", "updating");
    files.texts.set(store.paths.checkpoint, interrupted);
    await openLedger(store);
    bury(files, store);
    expect(await recoverState(await storeIn(files))).toBeUndefined();
    expect(files.texts.get(store.paths.checkpoint)).toBe(interrupted);
    expect(files.texts.has(store.paths.journal)).toBe(false);
  });

  test("during its recovery is recovered by the next one", async () => {
    const crashed = memoryFiles();
    const store = await storeIn(crashed);
    await begun(store);
    const { ledger } = await openLedger(store);
    const plain = new PlainRecord([...ledger.resources]);
    for (const act of firstSteps(ledger.resources)) await act(ledger, plain);
    for (let last = 1; ; last++) {
      const files = crashed.copy();
      bury(files, store);
      const outcome = await recoverState(await storeIn(dyingFiles(files, last))).catch((error: Error) => error);
      expect(await recoveredLines(files)).toEqual(plain.lines());
      if (!(outcome instanceof Error)) break;
    }
  });
});

/** Runs the whole scenario until the file operation with this number, and checks what a recovery makes of the rest. */
async function runUntil(last: number): Promise<number> {
  const disk = memoryFiles();
  await begun(await storeIn(disk));
  const files = dyingFiles(disk, last);
  let before = linesOf([stackState(), providerState(), thing("a"), thing("b"), thing("c")]);
  let after = before;
  // So far apart that every record is followed by a fold.
  let now = 0;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => (now += 11_000));
  try {
    const { ledger } = await openLedger(await storeIn(files));
    const plain = new PlainRecord([...ledger.resources]);
    for (const act of [...firstSteps(ledger.resources), ...lastSteps(ledger.resources)]) {
      // The plain record changes at once, the ledger when it is durable.
      const durable = act(ledger, plain);
      after = plain.lines();
      await durable;
      before = after;
    }
    await ledger.close(finished);
  } catch (error) {
    expect((error as Error).message).toMatch(/^killed/);
  } finally {
    clock.mockRestore();
  }
  expect([before, after]).toContainEqual(await recoveredLines(disk));
  return files.operations();
}

async function recoveredLines(files: MemoryFiles): Promise<string[]> {
  const store = await storeIn(files);
  bury(files, store);
  const seenFromOutside = recordedLines(await readRecorded(store));
  await recoverState(store);
  const recorded = await readRecorded(store);
  expect(integrityProblem(recorded.resources)).toBeUndefined();
  expect(recordedLines(recorded)).toEqual(seenFromOutside);
  expect(await files.list(store.paths.locks)).toEqual([]);
  expect(files.texts.has(store.paths.journal)).toBe(false);
  return recordedLines(recorded);
}

function recordedLines({ resources, pending }: Recorded): string[] {
  return [...linesOf(resources), ...pending.map(({ resource, type }) => `${type} ${resource.urn}`)];
}

/** A stack with the resources a, b, c. */
async function begun(store: StateStore): Promise<void> {
  const { ledger } = await openLedger(store);
  for (const state of [stackState(), providerState(), thing("a"), thing("b"), thing("c")])
    await ledger.end({ operation: "create", new: state }, true);
  await ledger.close(finished);
}

/** Every kind of step; the last ones stay open, as where a run was killed in the middle. */
function firstSteps(base: readonly ResourceState[]): Act[] {
  const [stack, provider, a, b, c] = base as [ResourceState, ...ResourceState[]] & ResourceState[];
  const newA = thing("a", { id: "a-2", outputs: { v: 2 } });
  return [
    ...step({ operation: "same", old: stack, new: stackState() }),
    ...step({ operation: "same", old: provider, new: providerState({ outputs: { changed: true } }) }),
    ...step({ operation: "create", new: thing("d", { outputs: { text: "ü\u2028" } }) }),
    ...step({ operation: "create-replacement", old: a, new: newA }, () => (a!.delete = true)),
    ...step({ operation: "replace", old: a, new: newA }),
    ...step({ operation: "update", old: b, new: thing("b", { outputs: { v: 2 } }) }, undefined, false),
    ...step({ operation: "update", old: b, new: thing("b", { outputs: { v: 3 } }) }),
    ...step({ operation: "delete-replaced", old: c }, () => (c!.pendingReplacement = true)),
    ...step({ operation: "create", new: thing("e") }, undefined, false),
    begin({ operation: "create", new: interruptions }),
    begin({ operation: "delete-replaced", old: a }),
  ];
}

/** Goes on from there to a sound end, by way of a refresh. */
function lastSteps(base: readonly ResourceState[]): Act[] {
  const [, , a, , c] = base;
  const refreshed = [stackState(), providerState(), thing("b"), thing("d")];
  return [
    end({ operation: "delete-replaced", old: a }, false),
    ...step({ operation: "create-replacement", old: c, new: thing("c", { id: "c-2" }) }),
    ...step({ operation: "delete-replaced", old: a }),
    end({ operation: "create", new: interruptions }, false),
    async (ledger, plain) => {
      const list = withFoundStates(refreshed, new Map([[refreshed[3]!, undefined]]));
      plain.rebuild(list);
      await ledger.rebuild(list);
    },
    ...step({ operation: "delete", old: refreshed[2] }),
    ...step({ operation: "same", old: refreshed[0], new: stackState() }),
    ...step({ operation: "same", old: refreshed[1], new: providerState() }),
    ...step({ operation: "create", new: thing("g") }),
  ];
}

function step(record: LedgerStep, effect?: () => void, ok = true): Act[] {
  return [begin(record), end(record, ok, effect)];
}

function begin(record: LedgerStep): Act {
  return (ledger, plain) => {
    plain.begin(record);
    return ledger.begin(record);
  };
}

function end(record: LedgerStep, ok: boolean, effect?: () => void): Act {
  return (ledger, plain) => {
    effect?.();
    plain.end(record, ok);
    return ledger.end(record, ok);
  };
}
