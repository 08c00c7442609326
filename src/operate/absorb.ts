import { isDeepStrictEqual } from "node:util";
import { nameOf } from "../spec/index.ts";
import type { Path } from "../spec/index.ts";
import { pathOfSetting, settingsOfInputs } from "../targets/index.ts";
import type { DeclaringEntry } from "../targets/index.ts";
import { editsExcluding, editsSetting, firstFitting, unplaced } from "./spec-edits.ts";
import type { Edit, ReadMeaning, SpecMeaning } from "./spec-edits.ts";

/** A resource that AWS has otherwise than it was applied last. */
export interface Absorbable {
  type: string;
  name: string;
  applied: Record<string, unknown>;
  /** Absent where AWS has it no longer. */
  aws?: Record<string, unknown>;
}

/** What became of it. */
export interface Absorption {
  /** The texts that differ now, by the names of their files. */
  files: Map<string, string>;
  absorbed: { type: string; name: string; file: string; line: number; how: string }[];
  left: { type: string; name: string; why: string }[];
}

/** Resources of one entry that drifted alike. */
interface Alike {
  members: { item: Absorbable; declaring: DeclaringEntry }[];
  /** What AWS has of each setting that drifted, `undefined` where it is not set; absent where they are gone. */
  changes?: Record<string, unknown>;
}

/**
 * Writes what AWS has into the texts of a spec. Each edit is tried in memory: it counts only when the edited spec has no error, declares
 * exactly that for what drifted, and declares everything else as before; what no edit gives is left, with the reason.
 */
export async function absorb(
  drifted: readonly Absorbable[],
  files: ReadonlyMap<string, string>,
  read: ReadMeaning,
): Promise<Absorption> {
  const result: Absorption = { files: new Map(), absorbed: [], left: [] };
  const first = await read(files);
  if (first === undefined) throw new Error("The spec has errors; `sluice check` shows them. Nothing was written.");
  let meaning: SpecMeaning = first;
  let texts = new Map(files);
  for (const alike of groupsOf(drifted, meaning, result)) {
    const before = meaning;
    const fits = (after: SpecMeaning) => isExactly(alike, before, after);
    const taken = await firstFitting(editsOf(alike, meaning), texts, read, fits);
    if (taken === undefined) {
      for (const { item } of alike.members) result.left.push({ ...idOf(item), why: whyLeft(alike) });
      continue;
    }
    for (const [file, text] of taken.texts) if (text !== files.get(file)) result.files.set(file, text);
    ({ texts } = taken);
    for (const { item, declaring } of alike.members) {
      const now = taken.meaning.entries.get(keyOf(item)) ?? declaring;
      const [setting] = Object.keys(alike.changes ?? {});
      const path = setting === undefined ? declaring.entry.path : pathOfSetting(now, setting);
      result.absorbed.push({ ...idOf(item), ...taken.meaning.sourceMap.placeOf(path), how: taken.edit.how });
    }
    meaning = taken.meaning;
  }
  return result;
}

function editsOf({ members, changes }: Alike, meaning: SpecMeaning): Edit[] {
  const declaring = members.map((one) => one.declaring);
  const { path } = declaring[0]!.entry;
  const all = [...meaning.entries.values()].filter(({ entry }) => isSamePath(entry.path, path));
  const whole = all.length === members.length;
  if (changes === undefined) return editsExcluding(declaring, { whole, sourceMap: meaning.sourceMap });
  return editsSetting(declaring, changes, { whole, sourceMap: meaning.sourceMap });
}

function groupsOf(drifted: readonly Absorbable[], meaning: SpecMeaning, result: Absorption): Alike[] {
  const declared = new Map(meaning.declarations.map((one) => [keyOf(one), one]));
  const found = drifted.flatMap((item) => {
    const declaring = meaning.entries.get(keyOf(item));
    const declaration = declared.get(keyOf(item));
    if (declaring === undefined || declaration === undefined) {
      result.left.push({ ...idOf(item), why: "no entry of the spec declares it" });
      return [];
    }
    if (item.aws === undefined && item.type !== "ResourceDataSync") {
      const why =
        "the claim on its table is left; take its entry out of the spec, or put it back with sluice up --refresh";
      result.left.push({ ...idOf(item), why });
      return [];
    }
    const changes = item.aws && changesIn(item.type, item.applied, item.aws, declaration.inputs);
    if (changes && Object.keys(changes).length === 0) {
      result.absorbed.push({ ...idOf(item), ...declaring.entry.source, how: "the spec says so already" });
      return [];
    }
    return [{ item, declaring, changes }];
  });
  const groups = Map.groupBy(found, ({ item, declaring, changes }) =>
    JSON.stringify([item.type, nameOf(declaring.entry.path), changes ?? null]),
  );
  return [...groups.values()].map((members) => ({
    members,
    ...(members[0]!.changes && { changes: members[0]!.changes }),
  }));
}

/** The settings that drifted and that the spec does not have as AWS has them. */
function changesIn(type: string, ...sides: [applied: Inputs, aws: Inputs, spec: Inputs]): Record<string, unknown> {
  const [applied, aws, spec] = sides.map((side) => settingsOfInputs(type, side)) as [Inputs, Inputs, Inputs];
  const names = [...new Set([...Object.keys(applied), ...Object.keys(aws)])].toSorted();
  return Object.fromEntries(
    names
      .filter((name) => !isDeepStrictEqual(applied[name], aws[name]) && !isDeepStrictEqual(spec[name], aws[name]))
      .map((name) => [name, aws[name] ?? null]),
  );
}

/** Tells whether the edited spec declares what AWS has, and nothing else otherwise than before. */
function isExactly({ members, changes }: Alike, before: SpecMeaning, after: SpecMeaning): boolean {
  const drifted = new Set(members.map(({ item }) => keyOf(item)));
  const now = new Map(after.declarations.map((one) => [keyOf(one), one]));
  const expected = before.declarations.filter((one) => changes !== undefined || !drifted.has(keyOf(one)));
  if (expected.length !== now.size) return false;
  return expected.every((one) => {
    const other = now.get(keyOf(one));
    if (other === undefined) return false;
    if (!drifted.has(keyOf(one))) return isDeepStrictEqual(unplaced(one), unplaced(other));
    const wanted = { ...settingsOfInputs(one.type, one.inputs), ...changes };
    const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
    return (
      isDeepStrictEqual(settingsOfInputs(other.type, other.inputs), set) &&
      isDeepStrictEqual(unplaced(one, unset), unplaced(other, unset))
    );
  });
}

const unset = ["s3Destination", "syncSource", "enabled", "encryption", "recordExpirationDays"];

function whyLeft({ members, changes }: Alike): string {
  const back = "sluice up --refresh puts it back";
  if (changes === undefined) {
    return `no edit takes just these targets out of ${members[0]!.declaring.entry.key}: take them out of its selection, or ${back}`;
  }
  if ("encryption.kmsKey" in changes) {
    return `the encryption is that of its table too, whose claim would be replaced: edit the spec and read the plan, or ${back}`;
  }
  const names = Object.keys(changes).join(", ");
  return `no edit of the spec gives this target what AWS has of ${names} and leaves all others alone: edit it by hand, or ${back}`;
}

const keyOf = ({ type, name }: { type: string; name: string }): string => `${type} ${name}`;

const idOf = ({ type, name }: Absorbable) => ({ type, name });

const isSamePath = (one: Path, other: Path): boolean => nameOf(one) === nameOf(other);

type Inputs = Record<string, unknown>;
