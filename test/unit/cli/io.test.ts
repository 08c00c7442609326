import { afterEach, expect, it, vi } from "vitest";
import { processIo } from "../../../src/cli/io.ts";

const before = process.stdout.isTTY;
afterEach(() => {
  vi.unstubAllEnvs();
  process.stdout.isTTY = before;
});

it.each<[terminal: boolean, env: Record<string, string>, colored: boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "1", TERM: "dumb" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
])("on a terminal: %s, with %o, there are colours: %s", (terminal, env, colored) => {
  for (const name of ["NO_COLOR", "FORCE_COLOR", "TERM", "CI"]) vi.stubEnv(name, env[name] ?? "");
  process.stdout.isTTY = terminal;
  expect(processIo().out.color).toBe(colored);
});
