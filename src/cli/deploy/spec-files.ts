import { readFile, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { ReadMeaning } from "../../operate/index.ts";
import { nameOfFile } from "../../spec/index.ts";
import { declaringEntries, rememberAnswers, survey } from "../../targets/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { looksFor } from "../spec-survey.ts";
import type { SpecChoice } from "./expanded-spec.ts";

/** The texts of a spec and of the files that it includes, by their names, and what reads and writes them. */
export interface SpecFiles {
  texts: ReadonlyMap<string, string>;
  read: ReadMeaning;
  /** Writes texts to their files, and says which. */
  write(texts: ReadonlyMap<string, string>): Promise<void>;
}

/** Reads the files of a spec so that edits of them can be tried in memory. */
export async function specFiles(choice: SpecChoice, io: Io): Promise<SpecFiles> {
  const file = resolve(io.cwd, choice.spec);
  const name = nameOfFile(choice.spec);
  const stack = choice.stack.split("/").at(-1);
  const lookups = rememberAnswers(looksFor("online", choice.spec, io));
  const pathOf = (source: string) => (source === name ? file : resolve(dirname(file), relative(dirname(name), source)));
  const { sources } = await survey(file, name, {}, { stack });
  const texts = new Map<string, string>();
  for (const source of sources.keys()) texts.set(source, await readFile(pathOf(source), "utf8"));
  return {
    texts,
    read: async (now) => {
      const reading = { stack, text: now.get(name)!, read: (source: string) => now.get(source) };
      const { spec, declarations } = await survey(file, name, lookups, reading);
      return spec && { declarations, entries: await declaringEntries(spec, lookups), sourceMap: spec.sourceMap };
    },
    write: async (changed) => {
      for (const [source, text] of changed) {
        await writeFile(pathOf(source), text).catch((cause: Error) => {
          throw new CommandError(Exit.failed, `${source} cannot be written: ${cause.message}`, { cause });
        });
        io.err.line(`wrote ${source}`);
      }
    },
  };
}
