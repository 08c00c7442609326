import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { startEmulator } from "../../emulator/index.ts";
import type { Invocation } from "../command.ts";
import { acmeIn, audit } from "../demo/acme.ts";
import { DemoConsole } from "../demo/demo-console.ts";
import { playStory } from "../demo/story.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

interface DemoOptions {
  keep?: boolean;
  region: string;
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .option("--keep", "leave the emulator and the folder up, and print how to use them")
    .option("--region <region>", "where the demo's company is at home, in any partition of AWS", "us-east-1");
}

/** Tells Sluice's main job on the emulator, from the first `up` to the domain switch and `destroy`. */
export async function run({ options }: Invocation<DemoOptions>, io: Io): Promise<number> {
  const started = performance.now();
  const acme = acmeIn(options.region);
  if (!acme) {
    throw new CommandError(
      Exit.wrong,
      `AWS has no Region ${options.region}. Name one that it has, such as us-east-1, cn-north-1 or eusc-de-east-1.`,
    );
  }
  const emulator = await startEmulator({ seed: acme.seed });
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-demo-"));
  const aws = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: audit,
    AWS_SECRET_ACCESS_KEY: "demo",
    AWS_REGION: acme.region,
  };
  const env = { ...withoutAws(io.env), ...aws, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "" };
  const stage = new DemoConsole(io, { folder, env });
  io.out.line(
    "Sluice on an emulator of AWS on this machine. The commands run on the embedded engine (--engine embedded);",
  );
  io.out.line("yours take the Pulumi CLI where it is installed.");
  try {
    await playStory(stage, { endpoint: emulator.endpoint, folder, acme });
    io.out.line(`\nDone in ${Math.round((performance.now() - started) / 1000)} s; nothing of this left the machine.`);
    if (options.keep) {
      keepingUp(io, folder, aws);
      await new Promise<void>((done) => io.interrupted().addEventListener("abort", () => done(), { once: true }));
    } else {
      io.out.line(nextSteps);
    }
    return Exit.done;
  } finally {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const nextSteps = `
Try next, on a real account; sluice stands for "npx --no-install sluice" where the package is installed, for "npm run -s sluice --" in a checkout:
  sluice init                     writes sluice.yaml, Pulumi.yaml and a workflow into an empty folder
  sluice check                    every problem of the spec, without a network
  sluice preview                  what would be done; writes nothing
  pulumi up                       does it`;

function keepingUp(io: Io, folder: string, aws: Record<string, string>): void {
  io.out.line(`\nThe emulator stays up until you press Ctrl-C. In another terminal:\n`);
  for (const [name, value] of Object.entries(aws)) io.out.line(`  export ${name}=${value}`);
  io.out.line(`  cd ${folder} && ${process.execPath} ${process.argv[1]} up`);
}

/** The demo must not meet a profile or a session of the machine, nor a pipeline's rules for its own state. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AWS_|PULUMI_|CI$)/.test(name)));
}
