import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { backUp } from "../../src/backup/backup.ts";

/** A fault in the code that makes copies: in this file of `src/backup`, this text stands in the place of that. */
export interface Mutant {
  file: string;
  from: string;
  to: string;
}

const room = path.resolve(import.meta.dirname, "../../src/backup");

/** What makes a copy. The proof is the same for all, and knows nothing of them. */
const copier =
  /\/src\/backup\/(backup|copy\/(table-copy|copy|plan|file-sequence|publish|inventory)|model\/location|iceberg\/.*)\.ts$/;

// Vitest would take this import for its own, and has one instance of each module.
const importNatively = vm.runInThisContext("(url) => import(url)", {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<{ backUp: typeof backUp }>;

/** Loads the code that makes copies with one fault in it, each time as modules of their own, until it is closed. */
export class MutatedCopiers implements Disposable {
  readonly #mutants: (Mutant | undefined)[] = [];
  readonly #plain = new Map<string, string>();
  readonly #hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      const number = numberIn(context.parentURL);
      return number !== undefined && copier.test(found.url)
        ? { ...found, url: `${found.url}?mutant=${number}` }
        : found;
    },
    load: (url, context, next) => {
      const number = numberIn(url);
      if (number === undefined) return next(url, context);
      return {
        format: "module",
        source: this.#sourceOf(new URL(url).pathname, this.#mutants[number]),
        shortCircuit: true,
      };
    },
  });

  /** Returns `backUp` with this fault in the code below it; without one, as it is. */
  async load(mutant?: Mutant): Promise<typeof backUp> {
    this.#mutants.push(mutant);
    const url = pathToFileURL(path.join(room, "backup.ts"));
    return (await importNatively(`${url}?mutant=${this.#mutants.length - 1}`)).backUp;
  }

  [Symbol.dispose](): void {
    this.#hooks.deregister();
  }

  #sourceOf(file: string, mutant: Mutant | undefined): string {
    if (!mutant || file !== path.join(room, mutant.file)) {
      const known = this.#plain.get(file) ?? stripTypeScriptTypes(readFileSync(file, "utf8"));
      this.#plain.set(file, known);
      return known;
    }
    const parts = readFileSync(file, "utf8").split(mutant.from);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times ${mutant.from}`);
    return stripTypeScriptTypes(parts.join(mutant.to));
  }
}

function numberIn(url: string | undefined): number | undefined {
  const number = /\?mutant=(\d+)$/.exec(url ?? "")?.[1];
  return number === undefined ? undefined : Number(number);
}
