import { vi } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { memoryIo } from "../unit/cli/memory-io.ts";
import { quiet } from "./sluice.ts";
import type { Ran } from "./sluice.ts";
import type { TestWorld, testWorld } from "./world.ts";

/** Runs a command line in this process, over a world: so does its look at AWS, by the environment that is set here. */
export async function typed(
  { env, folder }: TestWorld,
  argv: string[],
  options: Omit<Parameters<typeof memoryIo>[0], "cwd" | "env"> = {},
  run = runCommandLine,
) {
  for (const [name, value] of Object.entries({ ...quiet, ...env })) vi.stubEnv(name, value);
  const io = memoryIo({ cwd: folder, env: { ...process.env }, ...options });
  const code = await run(argv, io);
  return { code, out: io.stdout(), err: io.stderr(), all: io.stdout() + io.stderr() };
}

/**
 * Makes a world whose commands run in this process, one at a time, on the embedded engine: a start of the command costs more than
 * most of what a story has it do. What is killed, and what runs on the Pulumi CLI, is a child process still. A process keeps its
 * clients of AWS, so each world has modules of its own; the one before it has to be closed by then.
 */
export async function typedWorld(options: Parameters<typeof testWorld>[0]): Promise<TestWorld> {
  vi.resetModules();
  const { testWorld: freshWorld } = await import("./world.ts");
  const world = await freshWorld(options);
  if ((options.engine ?? "embedded") !== "embedded") return world;
  const { runCommandLine: run } = await import("../../src/cli/command-line.ts");
  return {
    ...world,
    run: async (verb, ...args): Promise<Ran> => {
      const { code, out, err } = await typed(world, world.argvOf(verb, args), {}, run);
      return { code, stdout: out, stderr: err };
    },
  };
}
