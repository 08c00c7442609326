import { dirname, basename } from "node:path";

import type { Files } from "../../../../src/engine/state/files.ts";

/** Files in memory: what thousands of crashes are tried on. */
export interface MemoryFiles extends Files {
  readonly texts: Map<string, string>;
  copy(): MemoryFiles;
}

export function memoryFiles(texts = new Map<string, string>()): MemoryFiles {
  const stamps = new Map<string, number>();
  let changes = 0;
  const set = (path: string, text: string): void => {
    texts.set(path, text);
    stamps.set(path, ++changes);
  };
  return {
    texts,
    copy: () => memoryFiles(new Map(texts)),
    read: async (path) => texts.get(path),
    stamp: async (path) => (texts.has(path) ? String(stamps.get(path) ?? 0) : undefined),
    list: async (folder) => [...texts.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    makeFolder: async () => {},
    write: async (path, text) => set(path, text),
    async rename(from, to) {
      set(to, texts.get(from) ?? "");
      texts.delete(from);
    },
    remove: async (path) => void texts.delete(path),
    syncFolder: async () => {},
    append: async (path) => ({
      append: async (text) => set(path, (texts.get(path) ?? "") + text),
      close: async () => {},
    }),
  };
}

/** Files of a process that is killed: the operation number `last` is done by half, and none after it is done. */
export function dyingFiles(files: Files, last: number): Files & { operations(): number } {
  let count = 0;
  const alive = async <T>(work: () => Promise<T>, half: () => Promise<unknown> = work): Promise<T> => {
    count += 1;
    if (count < last) return work();
    if (count === last) await half();
    throw new Error("killed");
  };
  const writing = (write: (text: string) => Promise<void>, text: string): Promise<void> =>
    alive(
      () => write(text),
      () => write(text.slice(0, Math.floor(text.length / 2))),
    );
  return {
    operations: () => count,
    read: (path) => alive(() => files.read(path)),
    stamp: (path) => alive(() => files.stamp(path)),
    list: (folder) => alive(() => files.list(folder)),
    makeFolder: (folder) => alive(() => files.makeFolder(folder)),
    write: (path, text) => writing((part) => files.write(path, part), text),
    rename: (from, to) => alive(() => files.rename(from, to)),
    remove: (path) => alive(() => files.remove(path)),
    syncFolder: (folder) => alive(() => files.syncFolder(folder)),
    async append(path) {
      const file = await alive(() => files.append(path));
      return {
        append: (text) => writing((part) => file.append(part), text),
        close: () => alive(() => file.close()),
      };
    },
  };
}
