import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { memoryIo } from "./memory-io.ts";

/** A spec without problems, and one with two. */
export const good = `version: 1
accounts: { audit: "111122223333" }
syncs: { inventory: { targets: { accounts: [audit], regions: [us-east-1] }, destination: { bucket: acme-inventory, region: us-east-1 } } }
`;
export const bad = good.replace('"111122223333"', "011122223333").replace("syncs:", "sincs:");

/** Gives each test of a file a folder. @returns where something is in it, and how a command line runs there, by default with the spec that is there */
export function specFolder() {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sluice-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const inFolder = (...names: string[]) => path.join(folder, ...names);
  async function run(line: string, spec?: string, env: NodeJS.ProcessEnv = {}) {
    if (spec !== undefined) await writeFile(inFolder("sluice.yaml"), spec);
    const io = memoryIo({ cwd: folder, env });
    const code = await runCommandLine(line.split(" "), io);
    return { code, stdout: io.stdout(), stderr: io.stderr() };
  }
  return { inFolder, run };
}
