import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readPlan, render } from "../../preview/index.ts";
import type { Plan } from "../../preview/index.ts";
import { CommandError, Exit } from "../exit.ts";

/**
 * The plan that was approved last and is not done: it lies beside a `file://` state, so that whoever can go on with the stack can finish
 * it. Another kind of state has no place for it. Of the plan that was done last the digest stays there, so that the same command line is not
 * refused for what it has done itself.
 */
export class KeptPlan {
  /** Its file and that of the digest, without what tells them apart. */
  readonly #stem?: string;

  /** @param state the backend's URL */
  constructor(state: string | undefined, { project, stack }: Pick<Plan, "project" | "stack">) {
    if (!state?.startsWith("file://")) return;
    const folder = state.slice("file://".length).split("?")[0]!;
    this.#stem = path.join(folder, ".sluice-approved", encodeURIComponent(project), encodeURIComponent(stack));
  }

  /** Whether there is a place for it. */
  get isPossible(): boolean {
    return this.#stem !== undefined;
  }

  /**
   * Reads it; `undefined` when there is none.
   * @throws {CommandError} when it was altered
   */
  read(): Plan | undefined {
    const text = this.#textIn("json");
    if (text === undefined) return undefined;
    try {
      return readPlan(text, this.#fileOf("json"));
    } catch (cause) {
      throw new CommandError(Exit.wrong, (cause as Error).message, { cause });
    }
  }

  /** Tells whether the plan with a digest is the one that was done last. */
  isDone(digest: string): boolean {
    return this.#textIn("done")?.trim() === digest;
  }

  /** Writes it, whole or not at all. */
  write(plan: Plan): void {
    if (this.#stem !== undefined) writeWhole(this.#fileOf("json"), render(plan, "json"));
  }

  /**
   * Forgets it: the stack is as a later run wants it.
   * @param digest of the plan that is done with this run; none where nothing was to be done
   */
  finish(digest: string | undefined): void {
    if (this.#stem === undefined) return;
    if (digest !== undefined) writeWhole(this.#fileOf("done"), `${digest}\n`);
    rmSync(this.#fileOf("json"), { force: true });
  }

  #fileOf(extension: "json" | "done"): string {
    return `${this.#stem}.${extension}`;
  }

  #textIn(extension: "json" | "done"): string | undefined {
    if (this.#stem === undefined) return undefined;
    try {
      return readFileSync(this.#fileOf(extension), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}

function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
