import { watch } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Io } from "./io.ts";

/** Acts anew whenever a YAML file changes beside one of those that were read, until the user ends it; what fails is told and waits for the next change. */
export async function whenChanged(files: readonly string[], io: Io, act: () => Promise<void>): Promise<void> {
  const folders = new Set(files.map((file) => dirname(resolve(io.cwd, file))));
  await Promise.all([...folders].map((folder) => watchFolder(folder, io, act)));
}

async function watchFolder(folder: string, io: Io, act: () => Promise<void>): Promise<void> {
  const signal = io.interrupted();
  try {
    for await (const { filename } of watch(folder, { signal })) {
      if (!filename || !/\.ya?ml$/.test(filename)) continue;
      // An editor may write in several steps.
      await new Promise((done) => setTimeout(done, 50));
      await act().catch((error: Error) => io.err.line(error.message));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
