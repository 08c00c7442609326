import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assertLockHeld } from "../../../providers/pulumi/run-lock.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "sluice-lock-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const outcomes = async (asked: Promise<void>[]) =>
  new Set((await Promise.allSettled(asked)).map(({ status }) => status));

it("every change that asks after the lock is gone is refused, also beside those that asked before, and none after it is back", async () => {
  const lock = path.join(folder, "lock.json");
  const askOften = () => Array.from({ length: 50 }, () => assertLockHeld(lock));
  writeFileSync(lock, "{}");
  expect(await outcomes(askOften())).toEqual(new Set(["fulfilled"]));
  const before = askOften();
  await Promise.resolve();
  rmSync(lock);
  expect(await outcomes(askOften())).toEqual(new Set(["rejected"]));
  await Promise.allSettled(before);
  writeFileSync(lock, "{}");
  expect(await outcomes(askOften())).toEqual(new Set(["fulfilled"]));
});
