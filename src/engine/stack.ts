/** One stack of a project: its configuration, its state, and the record that a run keeps of it. */
import { openBackend, stackFiles } from "./backend.ts";
import { CheckpointFile } from "./checkpoint-file.ts";
import { decodeCheckpoint, digestOf, parseCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { EngineError } from "./errors.ts";
import { diskFiles, replaceFile } from "./files.ts";
import type { Files } from "./files.ts";
import { decodeEntry, entryLine, headerOf, Journal, parseJournal, removeJournal } from "./journal.ts";
import { Ledger } from "./ledger.ts";
import type { LedgerStack } from "./ledger.ts";
import { acquireLock } from "./lock.ts";
import type { Lock } from "./lock.ts";
import type { Recorded } from "./progress.ts";
import { readProject } from "./project.ts";
import type { Project } from "./project.ts";
import { replay } from "./recovery.ts";
import type { LeftJournal } from "./recovery.ts";
import { refuseUnsupported } from "./refusals.ts";
import { ResourceTexts } from "./resource-texts.ts";
import { keyring, readPassphrase } from "./secrets.ts";
import type { Keyring, SecretsManager } from "./secrets.ts";
import { assertIntegrity, snapshotText } from "./snapshot.ts";
import { readStackConfig, resolveConfig, writeSalt } from "./stack-config.ts";
import type { ConfigValue, StackConfig } from "./stack-config.ts";
import type { Properties } from "./values.ts";

export interface StackOptions {
  /** The project's folder, or one below it. */
  cwd: string;
  stack: string;
  /** URL of the backend; by default the environment's, the project's or the one that `pulumi login` chose. */
  state?: string;
  env?: NodeJS.ProcessEnv;
  files?: Files;
}

/** What a crashed run left in its journal and is now in the checkpoint. */
export interface Recovery {
  /** Operations whose end nobody knows. */
  interrupted: Recorded["pending"];
  message: string;
}

export interface Stack {
  readonly name: string;
  readonly project: Project;
  /** By full key (`namespace:name`). */
  readonly config: Record<string, ConfigValue>;
  /** As in the file, secrets encrypted: what the history keeps. */
  readonly rawConfig: StackConfig["values"];
  /** The state as it is now, what an interrupted run's journal knows included; writes nothing and takes no lock. */
  read(): Promise<Recorded>;
  /** Locks the state for one run, recovers what an interrupted one left, and begins the record. */
  update(): Promise<{ ledger: Ledger; recovery?: Recovery }>;
  /** Only recovers. */
  recover(): Promise<Recovery | undefined>;
}

/**
 * Opens a stack; one that does not exist yet is empty. A stack without a salt gets one, in Pulumi.<stack>.yaml.
 *
 * @throws EngineError for whatever the embedded engine cannot do; nothing has been changed then.
 */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { stack: name, files = diskFiles, env = process.env } = options;
  const project = await readProject(options.cwd, files);
  const { root, backendUrl: projectUrl } = project;
  const backend = await openBackend({ root, state: options.state, projectUrl, env }, files);
  const paths = await stackFiles(backend, project.name, name, files);
  const config = await readStackConfig(project, name, files);
  const keys = keyring(await readPassphrase(env, options.cwd, files));
  const salt = config.salt ?? parseCheckpoint(await files.read(paths.checkpoint), paths.checkpoint).salt;
  const manager = await (salt ? keys.open(salt) : keys.create());
  if (!config.salt) await writeSalt(config.file, manager.salt, files);

  const stack: LedgerStack = {
    name,
    fullName: `organization/${project.name}/${name}`,
    salt: manager.salt,
    paths,
    files,
  };
  return {
    name,
    project,
    config: resolveConfig(config, project, name, manager),
    rawConfig: config.values,
    read: async () => {
      const state = await readState(stack, keys, manager);
      return state.left ? replay(state.left, state.file.text, state.recorded) : state.recorded;
    },
    async update() {
      const { lock, state, recovery } = await lockAndRecover(stack, keys, manager);
      return { ledger: await begin(stack, state, lock), recovery };
    },
    async recover() {
      const { lock, recovery } = await lockAndRecover(stack, keys, manager);
      await lock.release();
      return recovery;
    },
  };
}

interface State {
  file: CheckpointFile;
  recorded: Recorded;
  texts: ResourceTexts;
  left?: LeftJournal & { lines: readonly Properties[] };
}

async function readState(stack: LedgerStack, keys: Keyring, manager: SecretsManager): Promise<State> {
  const { paths, files } = stack;
  // The checkpoint first: a journal that is read later knows it, even if a run is folding meanwhile.
  const file = await CheckpointFile.read(paths, files);
  const journal = await files.read(paths.journal);
  const checkpoint = parseCheckpoint(file.text, file.path);
  const texts = new ResourceTexts(manager);
  const cipher = await cipherOf(checkpoint, file.path, keys, manager);
  const recorded = decodeCheckpoint(checkpoint, cipher, (state, encrypted) => {
    if (cipher === manager) texts.remember(state, encrypted);
  });
  assertIntegrity(recorded.resources, `The state ${file.path} is damaged`);
  refuseUnsupported(recorded.resources);
  const parsed = journal === undefined ? undefined : parseJournal(journal, paths.journal);
  if (!parsed) return { file, recorded, texts };
  const journalCipher = await keys.open(parsed.header.salt);
  const entries = parsed.lines.map((line) => decodeEntry(line, journalCipher));
  return { file, recorded, texts, left: { path: paths.journal, ...parsed, entries } };
}

async function cipherOf(checkpoint: Checkpoint, path: string, keys: Keyring, manager: SecretsManager) {
  if (!checkpoint.holdsSecrets || checkpoint.salt === manager.salt) return manager;
  if (checkpoint.salt) return keys.open(checkpoint.salt);
  throw new EngineError(`The state ${path} holds secrets but does not say how they are encrypted`, {
    advice: "Use the Pulumi CLI.",
  });
}

async function lockAndRecover(stack: LedgerStack, keys: Keyring, manager: SecretsManager) {
  const lock = await acquireLock(stack.paths.locks, stack.files);
  return unlessFailing(stack, lock, async () => {
    const state = await readState(stack, keys, manager);
    return { lock, state, recovery: state.left && (await recover(state, state.left, stack)) };
  });
}

function begin(stack: LedgerStack, { file: checkpoint, recorded, texts }: State, lock: Lock): Promise<Ledger> {
  const { fullName, salt, paths, files } = stack;
  const base = digestOf(checkpoint.text);
  const header = headerOf({ stack: fullName, base, resources: recorded.resources.length, salt });
  return unlessFailing(stack, lock, async () => {
    const journal = await Journal.begin(paths.journal, header, files);
    return new Ledger(recorded, stack, { checkpoint, journal, lock, texts });
  });
}

/** When the work fails the lock is given back, unless there is a journal that the CLI must not pass by. */
async function unlessFailing<T>(stack: LedgerStack, lock: Lock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const left = await stack.files.stamp(stack.paths.journal).catch(() => "unknown");
    if (left === undefined) await lock.release();
    else lock.leave();
    throw error;
  }
}

/**
 * Puts what the journal knows into the checkpoint. The journal first says which checkpoint that will be, so that a
 * recovery can be interrupted too.
 */
async function recover(state: State, left: NonNullable<State["left"]>, stack: LedgerStack): Promise<Recovery> {
  const { paths, files } = stack;
  const recorded = replay(left, state.file.text, state.recorded);
  const interrupted = recorded.pending.filter((operation) => !state.recorded.pending.includes(operation));
  const text = snapshotText(recorded, state.texts, stack.fullName, stack.salt);
  const lines = [left.header, ...left.lines].map((line) => JSON.stringify(line));
  const fold = entryLine({ fold: digestOf(text) }, state.texts);
  await replaceFile(files, paths.journal, `${[...lines, fold].join("\n")}\n`);
  await state.file.replace(text);
  await removeJournal(paths.journal, files);
  state.recorded = recorded;
  const names = interrupted.map(({ resource, type }) => `\n  * ${resource.urn}, interrupted while ${type}`);
  return { interrupted, message: `The record of an interrupted run has been added to the state${names.join("")}` };
}
