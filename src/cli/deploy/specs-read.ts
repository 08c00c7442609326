import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandError, Exit } from "../exit.ts";

/** Which specs the program of a run reads, as it notes them itself. */
export class SpecsRead {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "sluice-read-"));
  /** Where the program notes them, one a line. */
  readonly file = path.join(this.#folder, "specs");

  /**
   * Makes sure that a spec is one of those that the program has read, if it reads any: a plan is judged by the spec that the command has read.
   * @throws {CommandError} with both specs and what to do, when the program reads others
   */
  assertRead(spec: string, cwd: string): void {
    if (!existsSync(this.file)) return;
    const read = readFileSync(this.file, "utf8").trim().split("\n");
    if (read.some((each) => isSame(each, spec))) return;
    const [first, ...more] = [...new Set(read)].map((each) => path.relative(cwd, each));
    const says = `The project's program reads ${[first, ...more].join(" and ")}, and not ${path.relative(cwd, spec)}; nothing was planned.`;
    const cure = `Give --spec ${first}, or let the program read what --spec names: process.env.SLUICE_SPEC ?? "sluice.yaml".`;
    throw new CommandError(Exit.wrong, `${says}\n${cure}`);
  }

  /** Removes the notes. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isSame(one: string, other: string): boolean {
  return one === other || (existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other));
}
