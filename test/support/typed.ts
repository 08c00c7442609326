import { vi } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { memoryIo } from "../unit/cli/memory-io.ts";
import type { TestWorld } from "./world.ts";

/** Runs a command line in this process, over a world: so does its look at AWS, by the environment that is set here. */
export async function typed(
  { env, folder }: TestWorld,
  argv: string[],
  options: Omit<Parameters<typeof memoryIo>[0], "cwd" | "env"> = {},
) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const io = memoryIo({ cwd: folder, env: { ...process.env, PULUMI_CONFIG_PASSPHRASE: "" }, ...options });
  const code = await runCommandLine(argv, io);
  return { code, out: io.stdout(), err: io.stderr(), all: io.stdout() + io.stderr() };
}
