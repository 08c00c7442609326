import { EngineError } from "../model/engine-error.ts";
import type { StackFiles } from "./backend.ts";
import { replaceFile } from "./files.ts";
import type { Files } from "./files.ts";

/** The file that holds a stack's checkpoint, as one run sees it: read once, then replaced by that run alone. */
export class CheckpointFile {
  readonly path: string;
  readonly #previous: string;
  readonly #files: Files;
  #text: string | undefined;
  #stamp: string | undefined;
  #previousKept = false;

  private constructor(paths: Pick<StackFiles, "checkpoint" | "previous">, files: Files) {
    this.path = paths.checkpoint;
    this.#previous = paths.previous;
    this.#files = files;
  }

  /** Reads the stack's checkpoint. */
  static async read(paths: Pick<StackFiles, "checkpoint" | "previous">, files: Files): Promise<CheckpointFile> {
    const file = new CheckpointFile(paths, files);
    // The stamp first: a change in between shows as a foreign one and not as ours.
    file.#stamp = await files.stamp(paths.checkpoint);
    file.#text = await files.read(paths.checkpoint);
    return file;
  }

  /** Returns the text as it was read or last written here; `undefined` for a stack without a checkpoint. */
  get text(): string | undefined {
    return this.#text;
  }

  /** Replaces the checkpoint in one step. What was there before this run stays beside it as `.bak`. */
  async replace(text: string): Promise<void> {
    if (!this.#previousKept && this.#text !== undefined) await replaceFile(this.#files, this.#previous, this.#text);
    this.#previousKept = true;
    if ((await this.#files.stamp(this.path)) !== this.#stamp)
      throw new EngineError(`Somebody else has changed the state ${this.path} while this run held its lock`, {
        advice: "Run `sluice engine recover`: it says what this run did that the changed state does not know.",
      });
    await replaceFile(this.#files, this.path, text);
    // The CLI's blob library keeps a digest of the old contents in a file beside it.
    await this.#files.remove(`${this.path}.attrs`);
    this.#stamp = await this.#files.stamp(this.path);
    this.#text = text;
  }
}
