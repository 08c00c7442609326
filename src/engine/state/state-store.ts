/** A stack's state on the disk: reading it, recovering what a crash left, and beginning a run's record. */
import { EngineError } from "../model/engine-error.ts";
import type { Properties } from "../model/values.ts";
import { CheckpointFile } from "./checkpoint-file.ts";
import { decodeCheckpoint, checkpointDigest, parseCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { replaceFile } from "./files.ts";
import type { PendingOperation, Recorded } from "./journal-replay.ts";
import { decodeEntry, entryLine, headerOf, Journal, parseJournal, removeJournal } from "./journal.ts";
import { Ledger } from "./ledger.ts";
import type { LedgerStack } from "./ledger.ts";
import { acquireLock } from "./lock.ts";
import type { StackLock } from "./lock.ts";
import { replayJournal } from "./recovery.ts";
import type { LeftJournal } from "./recovery.ts";
import { ResourceTexts } from "./resource-texts.ts";
import type { PassphraseKeys, SecretsManager } from "./secrets.ts";
import { assertIntegrity, snapshotText } from "./snapshot.ts";
import { refuseUnsupported } from "./unsupported-state.ts";

/** Where a stack's state is, and how it is encrypted. */
export interface StateStore extends LedgerStack {
  /** Opens the salts that the files on the disk name. */
  keys: PassphraseKeys;
  /** What is written is encrypted with it. */
  manager: SecretsManager;
}

/** What a crashed run left in its journal and is now in the checkpoint. */
export interface Recovery {
  /** Operations whose end nobody knows. */
  interrupted: PendingOperation[];
  message: string;
}

/** What is recorded, and whether a part of it is in the journal of a run that is under way, or was interrupted. */
export interface CurrentRecord extends Recorded {
  hasJournal: boolean;
}

/** Reads the state as it is now, what an interrupted run's journal knows included; writes nothing and takes no lock. */
export async function readRecorded(store: StateStore): Promise<CurrentRecord> {
  const { left, file, recorded } = await readState(store);
  return { ...(left ? replayJournal(left, file.text, recorded) : recorded), hasJournal: left !== undefined };
}

/** Locks the state for one run, recovers what an interrupted one left, and begins the record. */
export async function openLedger(store: StateStore): Promise<{ ledger: Ledger; recovery?: Recovery }> {
  const { lock, state, recovery } = await lockAndRecover(store);
  return { ledger: await begin(store, state, lock), recovery };
}

/** Recovers what an interrupted run left, if there is anything. */
export async function recoverState(store: StateStore): Promise<Recovery | undefined> {
  const { lock, recovery } = await lockAndRecover(store);
  await lock.release();
  return recovery;
}

interface State {
  file: CheckpointFile;
  recorded: Recorded;
  texts: ResourceTexts;
  left?: LeftJournal & { lines: readonly Properties[] };
}

async function readState(store: StateStore): Promise<State> {
  const { paths, files, keys, manager } = store;
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

async function cipherOf(checkpoint: Checkpoint, path: string, keys: PassphraseKeys, manager: SecretsManager) {
  if (!checkpoint.holdsSecrets || checkpoint.salt === manager.salt) return manager;
  if (checkpoint.salt) return keys.open(checkpoint.salt);
  throw new EngineError(`The state ${path} holds secrets but does not say how they are encrypted`, {
    advice: "Use the Pulumi CLI.",
  });
}

async function lockAndRecover(store: StateStore) {
  const lock = await acquireLock(store.paths.locks, store.files);
  return unlessFailing(store, lock, async () => {
    const state = await readState(store);
    return { lock, state, recovery: state.left && (await recover(state, state.left, store)) };
  });
}

function begin(store: StateStore, { file: checkpoint, recorded, texts }: State, lock: StackLock): Promise<Ledger> {
  const { fullName, salt, paths, files } = store;
  const base = checkpointDigest(checkpoint.text);
  const header = headerOf({ stack: fullName, base, resources: recorded.resources.length, salt });
  return unlessFailing(store, lock, async () => {
    const journal = await Journal.begin(paths.journal, header, files);
    return new Ledger(recorded, store, { checkpoint, journal, lock, texts });
  });
}

/** Does the work; when it fails the lock is given back, unless there is a journal that the CLI must not pass by. */
async function unlessFailing<T>(store: StateStore, lock: StackLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const left = await store.files.stamp(store.paths.journal).catch(() => "unknown");
    if (left === undefined) await lock.release();
    else lock.keepFile();
    throw error;
  }
}

/**
 * Puts what the journal knows into the checkpoint. The journal first says which checkpoint that will be, so that a
 * recovery can be interrupted too.
 */
async function recover(
  state: State,
  left: NonNullable<State["left"]>,
  store: StateStore,
): Promise<Recovery | undefined> {
  const { paths, files } = store;
  // A run that was interrupted before its first record, as a refresh can be for long, has nothing to add.
  if (left.entries.length === 0) return removeJournal(paths.journal, files).then(() => undefined);
  const recorded = replayJournal(left, state.file.text, state.recorded);
  const interrupted = recorded.pending.filter((operation) => !state.recorded.pending.includes(operation));
  const text = snapshotText(recorded, state.texts, store.fullName, store.salt);
  const lines = [left.header, ...left.lines].map((line) => JSON.stringify(line));
  const fold = entryLine({ fold: checkpointDigest(text) }, state.texts);
  await replaceFile(files, paths.journal, `${[...lines, fold].join("\n")}\n`);
  await state.file.replace(text);
  await removeJournal(paths.journal, files);
  state.recorded = recorded;
  const names = interrupted.map(({ resource, type }) => `\n  * ${resource.urn}, interrupted while ${type}`);
  return { interrupted, message: `The record of an interrupted run has been added to the state${names.join("")}` };
}
