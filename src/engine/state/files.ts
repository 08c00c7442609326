/**
 * The file operations that the state is kept with. Each returns when the disk has it, so a process that is killed, or a
 * machine that loses power, leaves a prefix of the operations. Tests hand in an implementation that stops in between.
 */
import { mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { EngineError } from "../model/engine-error.ts";

/** The file operations. Each error names the file and what to do. */
export interface Files {
  /** Returns the text of the file, or `undefined` when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Returns something that changes whenever the file is written or replaced; `undefined` when there is none. */
  stamp(path: string): Promise<string | undefined>;
  /** Returns the names of the files directly in the folder, without sub-folders; none when the folder is absent. */
  list(folder: string): Promise<string[]>;
  /** Makes the folder and those above it; a folder that exists is no error. */
  makeFolder(folder: string): Promise<void>;
  /** Creates or truncates the file. */
  write(path: string, text: string): Promise<void>;
  /** Renames the file, over another one if need be. */
  rename(from: string, to: string): Promise<void>;
  /** Removes the file; removing what is absent succeeds. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in the folder durable. */
  syncFolder(folder: string): Promise<void>;
  /** Opens the file at its end, and creates it if need be. */
  append(path: string): Promise<Appendable>;
}

/** A file that only grows. */
export interface Appendable {
  /** Adds the text; resolves when it is on the disk, and leaves nothing of it when it rejects. */
  append(text: string): Promise<void>;
  /** Closes the file. */
  close(): Promise<void>;
}

/** Replaces the file in one step: whoever reads it, now or after a crash, finds the old text or the new one. */
export async function replaceFile(files: Files, path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`;
  await files.makeFolder(dirname(path));
  try {
    await files.write(draft, text);
    await files.rename(draft, path);
  } catch (error) {
    await files.remove(draft).catch(() => undefined);
    throw error;
  }
  await files.syncFolder(dirname(path));
}

/** The files of the machine. */
export const diskFiles: Files = {
  read: (path) => withExplanation("read", path, absentAsUndefined(readFile(path, "utf8"))),
  stamp: async (path) => {
    const found = await withExplanation("read", path, absentAsUndefined(stat(path, { bigint: true })));
    return found && `${found.ino}-${found.size}-${found.mtimeNs}`;
  },
  list: async (folder) => {
    const entries = await withExplanation("list", folder, absentAsUndefined(readdir(folder, { withFileTypes: true })));
    return (entries ?? []).filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  },
  makeFolder: (folder) =>
    withExplanation(
      "create",
      folder,
      mkdir(folder, { recursive: true }).then(() => undefined),
    ),
  write: (path, text) => withExplanation("write", path, writeDurably(path, text)),
  rename: (from, to) => withExplanation("replace", to, rename(from, to)),
  remove: (path) => withExplanation("remove", path, rm(path, { force: true })),
  syncFolder: (folder) => withExplanation("write", folder, syncFolder(folder)),
  append: (path) => withExplanation("write", path, openForAppend(path)),
};

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there a rename is as durable as it gets.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Opens a file that is cut back to what was whole after a failed append, so that a later attempt does not follow half a
 * line.
 */
async function openForAppend(path: string): Promise<Appendable> {
  const file = await open(path, "a", 0o644);
  let whole = (await file.stat()).size;
  const append = async (text: string): Promise<void> => {
    try {
      await file.appendFile(text);
      await file.datasync();
      whole += Buffer.byteLength(text);
    } catch (error) {
      await file.truncate(whole);
      throw error;
    }
  };
  return { append: (text) => withExplanation("write", path, append(text)), close: () => file.close() };
}

function absentAsUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

async function withExplanation<T>(verb: string, path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const [reason, advice] = reasons[code] ?? [(error as Error).message, undefined];
    throw new EngineError(`Cannot ${verb} ${path}: ${reason}`, { advice, cause: error });
  }
}

const readOnly = "Make the state's folder writable for this user, then run the command again.";
const diskFull = "Free some space there, then run the command again: it goes on where this one stopped.";
const reasons: Record<string, [reason: string, advice: string] | undefined> = {
  ENOSPC: ["no space is left on the disk", diskFull],
  EDQUOT: ["the disk quota is used up", diskFull],
  EACCES: ["permission denied", readOnly],
  EPERM: ["operation not permitted", readOnly],
  EROFS: ["the file system is read-only", readOnly],
};
