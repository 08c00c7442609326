import { tmpdir } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: "forks",
    // Hundreds of programs and provider hosts are started, and load the same modules.
    env: { NODE_COMPILE_CACHE: path.join(tmpdir(), "node-compile-cache") },
  },
});
