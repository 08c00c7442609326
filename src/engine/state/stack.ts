/** One stack of a project: its configuration and its state. */
import { openBackend, stackFiles } from "./backend.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { diskFiles } from "./files.ts";
import type { Files } from "./files.ts";
import type { Ledger } from "./ledger.ts";
import { stackNameIn } from "../model/stack-name.ts";
import { readProject } from "./project-file.ts";
import type { PulumiProject } from "./project-file.ts";
import { passphraseKeys, readPassphrase } from "./secrets.ts";
import { readStackConfig, resolveConfig, writeSalt } from "./stack-config.ts";
import type { ConfigValue, StackConfig } from "./stack-config.ts";
import { openLedger, readRecorded, recoverState } from "./state-store.ts";
import type { Recovery, StateStore, CurrentRecord } from "./state-store.ts";

/** Which stack is to be opened. */
export interface StackOptions {
  /** The project's folder, or one below it. */
  cwd: string;
  stack: string;
  /** URL of the backend; by default the environment's, the project's or the one that `pulumi login` chose. */
  state?: string;
  env?: NodeJS.ProcessEnv;
  files?: Files;
  /** Writes nothing: no salt, no mark of the backend. */
  readOnly?: boolean;
}

/** An opened stack. */
export interface Stack {
  readonly name: string;
  readonly project: PulumiProject;
  /** By full key (`namespace:name`). */
  readonly config: Record<string, ConfigValue>;
  /** As in the file, secrets encrypted: what the history keeps. */
  readonly rawConfig: StackConfig["values"];
  /** Reads the state as it is now, what an interrupted run's journal knows included; writes nothing and takes no lock. */
  read(): Promise<CurrentRecord>;
  /** Locks the state for one run, recovers what an interrupted one left, and begins the record. */
  update(): Promise<{ ledger: Ledger; recovery?: Recovery }>;
  /** Recovers what an interrupted run left, if there is anything. */
  recover(): Promise<Recovery | undefined>;
}

/**
 * Opens a stack; one that does not exist yet is empty. A stack without a salt gets one, in Pulumi.<stack>.yaml, unless it is
 * only to be read.
 *
 * @throws EngineError for whatever the embedded engine cannot do; nothing has been changed then.
 */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { files = diskFiles, env = process.env, readOnly = false } = options;
  const project = await readProject(options.cwd, files);
  const name = stackNameIn(options.stack, project.name);
  const { root, backendUrl: projectUrl } = project;
  const backend = await openBackend({ root, state: options.state, projectUrl, env, readOnly }, files);
  const paths = await stackFiles(backend, project.name, name, files);
  const config = await readStackConfig(project, name, files);
  const keys = passphraseKeys(await readPassphrase(env, options.cwd, files));
  const salt = config.salt ?? parseCheckpoint(await files.read(paths.checkpoint), paths.checkpoint).salt;
  const manager = await (salt ? keys.open(salt) : keys.create());
  if (!config.salt && !readOnly) await writeSalt(config.file, manager.salt, files);

  const fullName = `organization/${project.name}/${name}`;
  const store: StateStore = { name, fullName, salt: manager.salt, paths, files, keys, manager };
  return {
    name,
    project,
    config: resolveConfig(config, project, name, manager),
    rawConfig: config.values,
    read: () => readRecorded(store),
    update: () => openLedger(store),
    recover: () => recoverState(store),
  };
}
