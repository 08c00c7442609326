import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** Most of the time of many small files would go into loading the same packages: they share a process, one after another. */
const shared = { isolate: false };
/** The same, each file in an environment of its own: modules keep clients of one emulator. */
const sharedModules = { ...shared, setupFiles: ["test/support/fresh-environment.ts"] };

/** The kinds of tests, each a folder; `vitest run --project unit` runs those of one. Unit tests leave nothing behind. */
const kinds = [
  { name: "unit", ...shared },
  { name: "contract", ...sharedModules },
  { name: "conformance", ...sharedModules },
  { name: "crash", ...sharedModules },
  { name: "e2e", ...sharedModules },
];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many tests wait, for timeouts or for a process: two processors have time for a third.
    maxWorkers: 3,
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    setupFiles: ["test/support/environment.ts", "test/support/random.ts"],
    // Hundreds of programs and provider hosts are started, and load the same modules.
    env: { NODE_COMPILE_CACHE: path.join(tmpdir(), "node-compile-cache") },
    projects: kinds.map((kind) => ({
      extends: true as const,
      test: { ...kind, include: [`test/${kind.name}/**/*.test.ts`] },
    })),
  },
});
