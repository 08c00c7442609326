import { isDeepStrictEqual } from "node:util";
import { nameOf } from "../spec/index.ts";
import { pathOfSetting } from "../targets/index.ts";
import type { Declaration } from "../targets/index.ts";
import { editsSetting, firstFitting, unplaced } from "./spec-edits.ts";
import type { ReadMeaning, SpecMeaning } from "./spec-edits.ts";

/** A spec in which a target exports another domain. */
export interface SwitchedSpec {
  /** The texts that differ now, by the names of their files. */
  files: Map<string, string>;
  /** Where the domain stands now. */
  file: string;
  line: number;
  /** What was written. */
  how: string;
}

/**
 * Writes another domain into the texts of a spec for the export of one account and Region, comments and layout kept. `undefined` where no
 * edit changes that domain and nothing else.
 *
 * @param target `account/region`
 * @throws when nothing exports there by this spec, or the spec has errors
 */
export async function switchDomain(
  { target, domain }: { target: string; domain: string },
  texts: ReadonlyMap<string, string>,
  read: ReadMeaning,
): Promise<SwitchedSpec | undefined> {
  const before = await read(texts);
  if (before === undefined) throw new Error("The spec has errors; `sluice check` shows them. Nothing was written.");
  const declaring = before.entries.get(`DataExportConfiguration ${target}`);
  if (declaring === undefined) throw new Error(`The spec has no export in ${target}. Nothing was written.`);
  const path = nameOf(declaring.entry.path);
  const whole = [...before.entries.values()].filter(({ entry }) => nameOf(entry.path) === path).length === 1;
  const edits = editsSetting([declaring], { domain }, { whole, sourceMap: before.sourceMap });
  const taken = await firstFitting(edits, texts, read, (after) => isSwitched(before, after, { target, domain }));
  if (taken === undefined) return undefined;
  const now = taken.meaning.entries.get(`DataExportConfiguration ${target}`)!;
  const changed = [...taken.texts].filter(([file, text]) => text !== texts.get(file));
  const place = taken.meaning.sourceMap.placeOf(pathOfSetting(now, "domain"));
  return { files: new Map(changed), ...place, how: taken.edit.how };
}

function isSwitched(
  before: SpecMeaning,
  after: SpecMeaning,
  { target, domain }: { target: string; domain: string },
): boolean {
  const keyOf = ({ type, name }: Declaration) => `${type} ${name}`;
  const now = new Map(after.declarations.map((one) => [keyOf(one), one]));
  return (
    now.size === before.declarations.length &&
    before.declarations.every((one) => {
      const other = now.get(keyOf(one));
      const isMeant = one.name === target;
      const without = isMeant ? ["domain"] : [];
      return (
        other !== undefined &&
        isDeepStrictEqual(unplaced(one, without), unplaced(other, without)) &&
        (!isMeant || other.inputs["domain"] === domain)
      );
    })
  );
}
