import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/**
 * The kinds of tests, each a folder; `vitest run --project unit` runs those of one. Unit tests leave nothing behind, and most of
 * their time would go into loading the same modules for each file.
 */
const kinds = [
  { name: "unit", isolate: false },
  { name: "contract" },
  { name: "conformance" },
  { name: "crash" },
  { name: "e2e" },
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
