import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { emulatorWorld } from "./emulator-world.ts";
import type { EmulatorWorld } from "./emulator-world.ts";
import { sluice } from "./sluice.ts";
import type { Ran, RunOptions } from "./sluice.ts";

export interface Call {
  service: string;
  operation: string;
  account: string;
  region: string;
  status: number;
  error?: string;
}

export interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** An emulator of its own, a folder with a spec and a state, and the command line over both. */
export interface TestWorld extends EmulatorWorld {
  folder: string;
  /** What leads the command line to this world. */
  env: NodeJS.ProcessEnv;
  s3(account: string): S3Client;
  writeSpec(spec: object): Promise<void>;
  /** The command line of `sluice VERB ARGS`, that of a deployment verb with the world's engine and state. */
  argvOf(verb: string, args: readonly string[]): string[];
  /** Runs `sluice VERB ARGS` in a child process, a deployment verb with the world's engine and state. */
  run(verb: string, ...args: string[]): Promise<Ran>;
  /** The same, killed with all its processes when `moment` resolves. */
  runKilled(moment: Promise<void>, verb: string, ...args: string[]): Promise<Ran>;
  /** The same; the command alone is sent the signal that `moment` gives. */
  runSignalled(moment: Promise<NodeJS.Signals>, verb: string, ...args: string[]): Promise<Ran>;
  /** The checkpoint's resources. */
  state(): Promise<Array<{ urn: string; type: string; outputs?: Record<string, unknown> }>>;
}

/** `account` is whose credentials the command line has; `engine` is what its deployment verbs run on. */
export async function testWorld(options: {
  seed: object;
  account: string;
  engine?: string;
  quirks?: Record<string, string>;
}): Promise<TestWorld> {
  const emulator = await emulatorWorld(options.seed, options.quirks);
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-test-"));
  const engine = ["--engine", options.engine ?? "embedded", "--state", `file://${folder}`];
  const env = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: options.account,
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: "us-east-1",
  };
  const argvOf = (verb: string, args: readonly string[]) => [
    verb,
    ...(["preview", "up", "refresh", "drift", "switch", "destroy"].includes(verb) ? engine : []),
    ...args,
  ];
  const run = (verb: string, args: string[], end: Pick<RunOptions, "killed" | "signalled"> = {}) =>
    sluice(argvOf(verb, args), { cwd: folder, env, ...end });
  return {
    ...emulator,
    folder,
    env,
    argvOf,
    s3: (account) => new S3Client({ ...emulator.clientOf(account), forcePathStyle: true }),
    writeSpec: (spec) => writeFile(path.join(folder, "sluice.yaml"), JSON.stringify(spec, null, 2)),
    run: (verb, ...args) => run(verb, args),
    runKilled: async (moment, verb, ...args) => {
      const ran = await run(verb, args, { killed: moment });
      // The Pulumi CLI's lock outlives it, and stops every later run; this is what `pulumi cancel` does.
      if (options.engine === "pulumi") await rm(path.join(folder, ".pulumi/locks"), { recursive: true, force: true });
      return ran;
    },
    runSignalled: (moment, verb, ...args) => run(verb, args, { signalled: moment }),
    state: async () => {
      const file = path.join(folder, ".pulumi/stacks/sluice/dev.json");
      return JSON.parse(await readFile(file, "utf8")).checkpoint.latest.resources ?? [];
    },
    close: async () => {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
