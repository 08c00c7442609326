import { readFile, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { absorb } from "../../operate/index.ts";
import type { Absorption, ReadMeaning } from "../../operate/index.ts";
import type { DriftSides } from "../../preview/index.ts";
import { nameOfFile } from "../../spec/index.ts";
import { declaringEntries, remembered, survey } from "../../targets/index.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { looksFor } from "../spec-survey.ts";
import type { SpecChoice } from "./expanded-spec.ts";

/** Writes what AWS has into the files of the spec, as far as an edit says exactly that; nothing is written where none does. */
export async function absorbDrift(
  drifted: readonly DriftSides[],
  choice: SpecChoice,
  io: Io,
): Promise<Pick<Absorption, "absorbed" | "left">> {
  const file = resolve(io.cwd, choice.spec);
  const name = nameOfFile(choice.spec);
  const stack = choice.stack.split("/").at(-1);
  const looks = remembered(looksFor("online", choice.spec, io));
  const pathOf = (of: string) => (of === name ? file : resolve(dirname(file), relative(dirname(name), of)));
  const { sources } = await survey(file, name, {}, { stack });
  const files = new Map<string, string>();
  for (const of of sources.keys()) files.set(of, await readFile(pathOf(of), "utf8"));
  const read: ReadMeaning = async (texts) => {
    const reading = { stack, text: texts.get(name)!, read: (of: string) => texts.get(of) };
    const { spec, declarations } = await survey(file, name, looks, reading);
    return spec && { declarations, entries: await declaringEntries(spec, looks), sourceMap: spec.sourceMap };
  };
  const items = drifted.map(({ drift: { type, name }, applied, aws }) => ({
    type,
    name,
    applied,
    ...(aws && { aws }),
  }));
  const { files: changed, absorbed, left } = await absorb(items, files, read);
  for (const [of, text] of changed) {
    await writeFile(pathOf(of), text).catch((cause: Error) => {
      throw new CommandError(Exit.failed, `${of} cannot be written: ${cause.message}`, { cause });
    });
    io.err.line(`wrote ${of}`);
  }
  return { absorbed, left };
}
