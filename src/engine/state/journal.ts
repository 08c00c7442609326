/**
 * The journal: one JSON object a line, appended and never changed. The first line names the checkpoint that the run
 * began with, each further one is an entry of `JournalReplay`.
 */
import { hostname } from "node:os";
import { dirname } from "node:path";

import { canonicalJson } from "../model/canonical-json.ts";
import { EngineError } from "../model/engine-error.ts";
import { decodeResource, decodeValue } from "../model/resource-state.ts";
import type { Cipher } from "../model/resource-state.ts";
import { isObject } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import { DiskReserve, reserveFile } from "./disk-reserve.ts";
import { replaceFile } from "./files.ts";
import type { Appendable, Files } from "./files.ts";
import type { JournalEntry } from "./journal-replay.ts";
import type { ResourceTexts } from "./resource-texts.ts";

/** The first line of a journal. */
export interface JournalHeader {
  format: 1;
  stack: string;
  /** Digest of the checkpoint that the run began with, and how many resources it has. */
  base: string;
  resources: number;
  /** The salt that the entries' secrets are encrypted under. */
  salt: string;
  /** The run. */
  pid: number;
  hostname: string;
  started: string;
}

/** Returns the header of a run that this process begins now. */
export function headerOf(run: Pick<JournalHeader, "stack" | "base" | "resources" | "salt">): JournalHeader {
  return { format: 1, ...run, pid: process.pid, hostname: hostname(), started: new Date().toISOString() };
}

/** Returns the line of an entry, its secrets encrypted. */
export function entryLine(entry: JournalEntry, texts: ResourceTexts): string {
  if ("outputs" in entry) return canonicalJson({ ...entry, value: texts.encrypted(entry.value) });
  if (!("state" in entry) || typeof entry.state !== "object") return canonicalJson(entry);
  const { state, ...rest } = entry;
  return `${canonicalJson(rest).slice(0, -1)},"state":${texts.of(state)}}`;
}

/**
 * Returns the journal that a text holds: its entries as lines, to be decoded with the header's salt. Half a last line
 * never happened.
 */
export function parseJournal(text: string, file: string): { header: JournalHeader; lines: Properties[] } | undefined {
  const [header, ...lines] = text
    .split("\n")
    .slice(0, -1)
    .map((line, index) => parseLine(line, index + 1, file));
  if (!header) return undefined;
  if (header["format"] !== 1)
    throw new EngineError(`The journal ${file} has the unknown format ${String(header["format"])}`, {
      advice: "A newer version wrote it: run that version's `sluice engine recover`.",
    });
  return { header: header as unknown as JournalHeader, lines };
}

/** Returns the entry that a line holds, its secrets decrypted. */
export function decodeEntry(line: Properties, cipher: Pick<Cipher, "decrypt">): JournalEntry {
  const entry: Properties = { ...line };
  if (isObject(entry["state"])) entry["state"] = decodeResource(entry["state"], cipher);
  if ("outputs" in entry) entry["value"] = decodeValue(entry["value"], cipher);
  return entry as unknown as JournalEntry;
}

/** Appends lines; those that are waiting together reach the disk together. */
export class Journal {
  /** The bytes handed over since the journal was begun. */
  sizeBytes = 0;
  /** Why nothing new may begin: the disk is full, and what was set aside is for the steps that are under way. */
  shortage: unknown;
  readonly #file: Appendable;
  readonly #reserve: DiskReserve;
  #waiting: string[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(file: Appendable, reserve: DiskReserve) {
    this.#file = file;
    this.#reserve = reserve;
  }

  /** Begins a journal in the place of the one that lies there. */
  static async begin(path: string, header: JournalHeader, files: Files): Promise<Journal> {
    // First, so that a disk without that space is left as it was: without a journal there is nothing to recover.
    const reserve = await DiskReserve.take(path, files);
    try {
      await replaceFile(files, path, `${JSON.stringify(header)}\n`);
      return new Journal(await files.append(path), reserve);
    } catch (error) {
      await reserve.release();
      throw error;
    }
  }

  /** Resolves when the line, and every line noted before it, is on the disk. */
  append(line: string): Promise<void> {
    this.note(line);
    return this.flush();
  }

  /** Has the line go to the disk with the next one that is appended. */
  note(line: string): void {
    this.#waiting.push(`${line}\n`);
    this.sizeBytes += Buffer.byteLength(line) + 1;
  }

  /** Writes what is waiting. A write that fails keeps its lines, and the next one tries them again. */
  flush(): Promise<void> {
    this.#next ??= this.#writeAfter(this.#running);
    return this.#next;
  }

  /** Closes the file, and gives the space back that was set aside. */
  async close(): Promise<void> {
    await this.#file.close();
    await this.#reserve.release();
  }

  async #writeAfter(previous: Promise<void> | undefined): Promise<void> {
    // Also without a previous write: whatever is appended in this turn goes along.
    await previous?.catch(() => undefined);
    this.#running = this.#next;
    this.#next = undefined;
    await this.#write();
  }

  async #write(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    const text = lines.join("");
    try {
      await this.#file.append(text).catch(async (error: unknown) => {
        if (!(await this.#reserve.release())) throw error;
        this.shortage = error;
        await this.#file.append(text);
      });
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting];
      throw error;
    }
  }
}

/** Removes the journal; from then on the checkpoint alone is the state. */
export async function removeJournal(path: string, files: Files): Promise<void> {
  await files.remove(path);
  await files.remove(reserveFile(path));
  await files.syncFolder(dirname(path));
}

function parseLine(line: string, number: number, file: string): Properties {
  try {
    const json: unknown = JSON.parse(line);
    if (isObject(json)) return json;
  } catch {
    // Reported below.
  }
  throw new EngineError(`Line ${number} of the journal ${file} is damaged`, {
    advice: "It holds what an interrupted run did. Compare it with the state by hand, then remove it.",
  });
}
