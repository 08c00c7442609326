import { link, open, readFile, rename, rm } from "node:fs/promises";

/** Something that a probe makes, or has AWS make. */
export type Made =
  | { kind: "sync"; name: string; type: "SyncToDestination" | "SyncFromSource" }
  | { kind: "bucket"; name: string }
  | { kind: "table-bucket"; name: string }
  | { kind: "export"; domain: string }
  | { kind: "export-table" }
  | { kind: "export-bucket" };

/** Something in the ledger: written down before it is asked for, with what AWS has told of it since. */
export interface LedgerEntry {
  made: Made;
  /** When it was about to be asked for. */
  at: string;
  /** What tells it from any other of its name: an ARN, or the time at which AWS made it. */
  mark?: string;
}

/** What a ledger holds: everything that a probe may have made and has not seen gone. */
export interface LedgerContent {
  version: 1;
  account: string;
  region: string;
  run: string;
  /** Whose it is: while that process lives, nobody else takes away what it made. */
  process?: { host: string; pid: number };
  entries: LedgerEntry[];
}

/** Where a probe writes down what it is about to make. Nothing is asked of AWS before this has been kept. */
export interface ProbeLedger {
  readonly content: LedgerContent;
  /** Keeps the content as it is now. */
  keep(): Promise<void>;
}

/** Returns the entry of something that was made; `undefined` where it is not in the ledger. */
export function entryOf({ content }: ProbeLedger, made: Made): LedgerEntry | undefined {
  const wanted = JSON.stringify(made);
  return content.entries.find((entry) => JSON.stringify(entry.made) === wanted);
}

/**
 * Starts a ledger in a file, which is there from the first entry until everything is gone. Of two that start at once by one file, one is refused
 * before it has anything made.
 */
export function fileLedger(file: string, content: LedgerContent): ProbeLedger {
  // One that was read is there already.
  let isThere = content.entries.length > 0;
  const next = `${file}.${content.run}`;
  return {
    content,
    async keep() {
      if (content.entries.length === 0) {
        if (isThere) await rm(file, { force: true });
        isThere = false;
        return;
      }
      await write(next, `${JSON.stringify(content, undefined, 2)}\n`);
      if (isThere) return rename(next, file);
      // Unlike a rename, this refuses where something is.
      await link(next, file)
        .catch((error: NodeJS.ErrnoException) => {
          if (error.code !== "EEXIST") throw error;
          const message = `Another probe has begun by ${file}. Wait until it ends, or give another file with --ledger.`;
          throw new Error(message, { cause: error });
        })
        .finally(() => rm(next));
      isThere = true;
    },
  };
}

async function write(file: string, text: string): Promise<void> {
  const written = await open(file, "w");
  try {
    await written.writeFile(text);
    await written.sync();
  } finally {
    await written.close();
  }
}

/** Reads a ledger that a probe has left; `undefined` where there is none. */
export async function readLedger(file: string): Promise<LedgerContent | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const content = parsed(text);
  if (content?.version === 1 && Array.isArray(content.entries)) return content;
  throw new Error(`${file} is not the ledger of a probe. Give another one with --ledger.`);
}

function parsed(text: string): LedgerContent | undefined {
  try {
    return JSON.parse(text) as LedgerContent;
  } catch {
    return undefined;
  }
}
