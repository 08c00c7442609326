import { vi } from "vitest";
import { forgetEnvironment } from "../../src/aws/index.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { memoryIo } from "../unit/cli/memory-io.ts";
import { quiet } from "./sluice.ts";
import type { Ran } from "./sluice.ts";
import { testWorld } from "./world.ts";
import type { TestWorld } from "./world.ts";

/** Runs a command line in this process, over a world: so does its look at AWS, by the environment that is set here. */
export async function typed(
  { env, folder }: Pick<TestWorld, "env" | "folder">,
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
 * clients of AWS, and each world has its own: the one before it has to be closed by then.
 */
export async function typedWorld(options: Parameters<typeof testWorld>[0]): Promise<TestWorld> {
  forgetEnvironment();
  const world = await testWorld(options);
  if ((options.engine ?? "embedded") !== "embedded") return world;
  return {
    ...world,
    run: async (verb, ...args): Promise<Ran> => {
      const { code, out, err } = await typed(world, world.argvOf(verb, args));
      return { code, stdout: out, stderr: err };
    },
  };
}
