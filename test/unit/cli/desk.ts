import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { fakePulumi, type FakePulumi } from "./fake-pulumi.ts";
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
  typed(
    argv: string[],
    more?: { env?: NodeJS.ProcessEnv; answer?: string },
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
