import { randomBytes } from "node:crypto";
import { dirname } from "node:path";

import type { Files } from "./files.ts";

/** Holds space set aside on the disk: when it is full, steps that are under way can still be recorded. */
export class DiskReserve {
  readonly #path: string;
  readonly #files: Files;
  #held = true;

  private constructor(path: string, files: Files) {
    this.#path = path;
    this.#files = files;
  }

  /** Sets the space aside beside the journal; a disk without that space is left as it was. */
  static async take(journal: string, files: Files): Promise<DiskReserve> {
    const reserve = new DiskReserve(reserveFile(journal), files);
    await files.makeFolder(dirname(journal));
    try {
      await files.write(reserve.#path, randomBytes(reserveBytes / 2).toString("hex"));
    } catch (error) {
      await reserve.release();
      throw error;
    }
    return reserve;
  }

  /** Gives the space back; returns whether there was something to give back. */
  async release(): Promise<boolean> {
    const held = this.#held;
    this.#held = false;
    if (held) await this.#files.remove(this.#path);
    return held;
  }
}

const reserveBytes = 256 * 1024;

/** Returns the file that sets space aside for the journal. */
export function reserveFile(journal: string): string {
  return `${journal}.reserve`;
}
