import PQueue from "p-queue";
import { afterAll, describe, expect, test } from "vitest";
import { replay } from "./replay.ts";
import { scenariosWhere } from "./scenario.ts";

/** More at a time only wait for the processor. */
const atOnce = 3;

/** One for each thing that a process of its own could do otherwise: its environment, its end, what it prints, who it is. */
const alwaysInProcesses = [
  "cascade-in-component",
  "component",
  "config",
  "create-concurrently",
  "host-exit-update",
  "kill-replace-create-first",
  "program-throws",
  "read-existing",
  "secret",
  "stack-outputs",
  "target-replace",
  "update-unknown-only-in-preview",
];

/** `SLUICE_CONFORMANCE=all` runs every scenario. */
const names = process.env["SLUICE_CONFORMANCE"] === "all" ? scenariosWhere(() => true) : alwaysInProcesses;

describe("With program and provider in processes of their own too", { concurrent: true, timeout: 300_000 }, () => {
  const queue = new PQueue({ concurrency: atOnce });
  afterAll(() => queue.onIdle());

  test.each(names)("%s", (name) => queue.add(() => replay(name)));
});

test("the scenarios that always run so are recorded", () => {
  expect(scenariosWhere(() => true)).toEqual(expect.arrayContaining(alwaysInProcesses));
});
