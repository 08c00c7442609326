/**
 * The lock of Pulumi's `file://` backend: any file in the stack's lock folder. Whoever wants it looks, writes a file of
 * its own, looks again, and steps back if there is another one.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";

import { EngineError } from "../model/engine-error.ts";
import { isObject } from "../model/values.ts";
import type { Files } from "./files.ts";

/** A lock that this process holds. */
export interface StackLock {
  /** The lock's file: who finds it gone knows that somebody has broken the lock, and that another run may have begun. */
  readonly path: string;
  /** Gives the lock back. */
  release(): Promise<void>;
  /** Leaves the file where it is: the state is not whole, and the next run of this engine is to take over. */
  keepFile(): void;
}

/** The Pulumi CLI reads the first four fields and shows them to whom it refuses; it ignores the others. */
interface LockContent {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
  /** Marks a lock of this engine, which alone may be taken over when its process is dead. */
  engine: "sluice";
  /** When the process started, in the kernel's count; another process may get the same number later. */
  processStart?: string;
}

/**
 * Takes the stack's lock, over from a dead run of this engine on this machine if need be.
 *
 * @throws EngineError when somebody else holds it, with who and since when.
 */
export async function acquireLock(folder: string, files: Files): Promise<StackLock> {
  const name = `${randomUUID()}.json`;
  const path = join(folder, name);
  const refuse = async (): Promise<void> => {
    const others = await otherLocksIn(folder, name, files);
    if (others.length > 0) throw lockedError(others);
  };
  await removeDead(folder, files);
  await refuse();
  await files.makeFolder(folder);
  await files.write(path, JSON.stringify(contentOf()));
  try {
    await refuse();
  } catch (error) {
    await files.remove(path);
    throw error;
  }
  await files.syncFolder(folder);
  held.add(path);
  return {
    path,
    keepFile: () => void held.delete(path),
    async release() {
      held.delete(path);
      await files.remove(path);
      await files.syncFolder(folder);
    },
  };
}

/** The locks of this process. */
const held = new Set<string>();

function contentOf(): LockContent {
  return {
    pid: process.pid,
    username: `${userInfo().username} (sluice engine; if it no longer runs: sluice engine recover)`,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
    engine: "sluice",
    processStart: processStart(process.pid),
  };
}

async function otherLocksIn(
  folder: string,
  nameOfThisLock: string,
  files: Files,
): Promise<{ path: string; text: string }[]> {
  const names = (await files.list(folder)).filter((name) => name !== nameOfThisLock && !name.endsWith(".attrs"));
  const read = names.map(async (name) => {
    const path = join(folder, name);
    return { path, text: await files.read(path) };
  });
  return (await Promise.all(read)).flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
}

async function removeDead(folder: string, files: Files): Promise<void> {
  for (const { path, text } of await otherLocksIn(folder, "", files)) {
    const lock = parse(text);
    if (lock.engine === "sluice" && lock.hostname === hostname() && !isHeld(path, lock)) await files.remove(path);
  }
}

function isHeld(path: string, { pid, processStart: start }: Partial<LockContent>): boolean {
  if (pid === undefined) return true;
  if (pid === process.pid && start === processStart(pid)) return held.has(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  return start === undefined || start === processStart(pid);
}

/** Returns field 22 of /proc/<pid>/stat, counted behind the command's name, which may hold anything; only Linux has it. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function parse(text: string): Partial<LockContent> {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? (json as Partial<LockContent>) : {};
  } catch {
    return {};
  }
}

function lockedError(others: { path: string; text: string }[]): EngineError {
  const lines = others.map(({ path, text }) => {
    const { username = "", hostname: host = "", pid = 0, timestamp = "an unknown time" } = parse(text);
    return `\n  ${path}: created by ${username}@${host} (pid ${pid}) at ${timestamp}`;
  });
  return new EngineError(`the stack is currently locked by ${others.length} lock(s)${lines.join("")}`, {
    advice: `Wait for the other process to end. If it no longer runs, remove its lock with: ${removalOf(others.map(({ path }) => path))}`,
  });
}

/** Returns the command that deletes files, for a person to paste. */
function removalOf(paths: readonly string[]): string {
  if (process.platform === "win32") return `del ${paths.map((path) => `"${path}"`).join(" ")}`;
  return `rm ${paths.map((path) => `'${path.replaceAll("'", String.raw`'\''`)}'`).join(" ")}`;
}
