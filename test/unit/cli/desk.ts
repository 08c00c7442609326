import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { fakePulumi } from "./fake-pulumi.ts";
import type { FakePulumi } from "./fake-pulumi.ts";
import { memoryIo } from "./memory-io.ts";

export const spec = `version: 1
accounts: { audit: "111122223333" }
syncs:
  inventory:
    targets: { accounts: [audit], regions: [us-east-1] }
    destination: { bucket: acme-inventory, region: us-east-1 }
exports:
  catalog:
    targets: { accounts: [audit], regions: [us-east-1] }
    domain: dzd_beta
    enabled: true
    table: { backup: s3://acme-backups/catalog }
`;

/** A folder with a spec, and a Pulumi CLI that plays what it is given. */
export interface Desk {
  cwd: string;
  pulumi: FakePulumi;
  /** The stack that is named exists, unless the backend is to be as it is. */
  typed(
    argv: string[],
    more?: { env?: NodeJS.ProcessEnv; answer?: string; asItIs?: boolean },
  ): Promise<{ code: number; out: string; err: string }>;
  clear(): void;
}

export function desk(): Desk {
  const cwd = mkdtempSync(path.join(tmpdir(), "sluice-deploy-"));
  writeFileSync(path.join(cwd, "sluice.yaml"), spec);
  const pulumi = fakePulumi();
  return {
    cwd,
    pulumi,
    typed: async (argv, more = {}) => {
      if (more.asItIs !== true) makeStack(cwd, argv);
      const io = memoryIo({ cwd, env: { ...pulumi.env, ...more.env }, answer: more.answer });
      // There is no AWS behind this desk to ask.
      const plans = argv[0] === "preview" || argv[0] === "up";
      const code = await runCommandLine(plans ? [...argv, "--no-preflight"] : argv, io);
      return { code, out: io.stdout(), err: io.stderr() };
    },
    clear: () => {
      rmSync(cwd, { recursive: true, force: true });
      pulumi.remove();
    },
  };
}

/** Where the file backend of either engine has it. */
function makeStack(cwd: string, argv: string[]): void {
  const given = (option: string) => (argv.includes(option) ? argv[argv.indexOf(option) + 1] : undefined);
  const state = given("--state")?.replace("file://", "");
  const folders = [".sluice", "kept", ...(state === undefined ? [] : [state])];
  for (const folder of folders) {
    for (const project of ["sluice", "mine"]) {
      const stacks = path.join(cwd, folder, ".pulumi", "stacks", project);
      mkdirSync(stacks, { recursive: true });
      writeFileSync(path.join(stacks, `${given("--stack") ?? "dev"}.json`), "{}");
    }
  }
}
