import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readPlan, render } from "../../preview/index.ts";
import type { Plan } from "../../preview/index.ts";
import { CommandError, Exit } from "../exit.ts";

/**
 * The plan that was approved last and is not done: it lies beside a `file://` state, so that whoever can go on with the stack can finish
 * it. Another kind of state has no place for it.
 */
export class KeptPlan {
  readonly #file?: string;

  /** @param state the backend's URL */
  constructor(state: string | undefined, { project, stack }: Pick<Plan, "project" | "stack">) {
    if (!state?.startsWith("file://")) return;
    const folder = state.slice("file://".length).split("?")[0]!;
    const name = `${encodeURIComponent(stack)}.json`;
    this.#file = path.join(folder, ".sluice-approved", encodeURIComponent(project), name);
  }

  /** Whether there is a place for it. */
  get isPossible(): boolean {
    return this.#file !== undefined;
  }

  /**
   * Reads it; `undefined` when there is none.
   * @throws {CommandError} when it was altered
   */
  read(): Plan | undefined {
    if (this.#file === undefined) return undefined;
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    try {
      return readPlan(text, this.#file);
    } catch (cause) {
      throw new CommandError(Exit.wrong, (cause as Error).message, { cause });
    }
  }

  /** Writes it, whole or not at all. */
  write(plan: Plan): void {
    if (this.#file === undefined) return;
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, render(plan, "json"));
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** Forgets it: it is done. */
  remove(): void {
    if (this.#file === undefined) return;
    rmSync(this.#file, { force: true });
    try {
      rmdirSync(path.dirname(this.#file));
      rmdirSync(path.dirname(path.dirname(this.#file)));
    } catch {
      // Other stacks have theirs there.
    }
  }
}
