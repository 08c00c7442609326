import { nameOf, withItem, withValue } from "../spec/index.ts";
import type { Path, Spec } from "../spec/index.ts";
import { pathOfSetting } from "../targets/index.ts";
import type { Declaration, DeclaringEntry } from "../targets/index.ts";

/** What the texts of a spec stand for. */
export interface SpecMeaning {
  declarations: readonly Declaration[];
  /** By type and name of what each declares. */
  entries: ReadonlyMap<string, DeclaringEntry>;
  sourceMap: Spec["sourceMap"];
}

/** Returns what the texts of a spec, by the names of its files, stand for; `undefined` where they have errors. */
export type ReadMeaning = (files: ReadonlyMap<string, string>) => Promise<SpecMeaning | undefined>;

type Texts = ReadonlyMap<string, string>;

/** One way in which a spec could say something. */
export interface Edit {
  /** What it does, in words. */
  how: string;
  /** Returns the texts with the edit made; `undefined` where it cannot be made. */
  apply(texts: Texts): Map<string, string> | undefined;
}

/** What the edits go by. */
interface EditContext {
  /** Whether the targets are all that the entry has. */
  whole: boolean;
  sourceMap: Spec["sourceMap"];
}

/** Tries edits in memory, and returns the first of which the spec has no error and means what it should, with the texts then. */
export async function firstFitting(
  edits: readonly Edit[],
  texts: Texts,
  read: ReadMeaning,
  fits: (after: SpecMeaning) => boolean,
): Promise<{ edit: Edit; texts: Map<string, string>; meaning: SpecMeaning } | undefined> {
  for (const edit of edits) {
    const now = edit.apply(texts);
    const meaning = now && (await read(now));
    if (now && meaning && fits(meaning)) return { edit, texts: now, meaning };
  }
  return undefined;
}

/** Returns a declaration without its line, and without some of its inputs: what has to be equal where nothing else is meant to change. */
export function unplaced({ source: _source, inputs, ...rest }: Declaration, without: readonly string[] = []): object {
  return { ...rest, inputs: Object.fromEntries(Object.entries(inputs).filter(([name]) => !without.includes(name))) };
}

/**
 * Returns the ways to give the settings of an entry other values in some of its targets, the plainest first: where they are written, in the
 * entry, in an override. `null` takes a setting away. A variable is never written over, and `defaults` belong to other entries too.
 */
export function editsSetting(
  members: readonly DeclaringEntry[],
  changes: Record<string, unknown>,
  { whole, sourceMap }: EditContext,
): Edit[] {
  const { entry } = members[0]!;
  const settings = Object.entries(changes);
  const parts = settings.map(([name, value]) => (value === null ? `without ${name}` : `${name}: ${inWords(value)}`));
  const summary = parts.join(", ");
  const written = settings.map(([name]) => pathOfSetting(members[0]!, name));
  const isOfEntry = (path: Path) => ["syncs", "exports"].includes(String(path[0]));
  const isVariable = (path: Path) => sourceMap.has(path) && sourceMap.textAt(path).includes("${");
  const inEntry = settings.map(([name]): Path => [...entry.path, ...name.split(".")]);
  const places = written.map((path, index) => (isOfEntry(path) && sourceMap.has(path) ? path : inEntry[index]!));
  const setAt = (paths: readonly Path[]) => (texts: Texts) =>
    chained(texts, settings, (now, [, value], index) =>
      edited(now, sourceMap, paths[index]!, (text) => withValue(text, paths[index]!, escaped(value))),
    );
  const hasVariable = [...places, ...inEntry].some(isVariable);
  const isOnEntry = places.every((path, index) => nameOf(path) === nameOf(inEntry[index]!));
  const override: Edit = {
    how: `${summary}, in an override for ${namesOf(members)}, since ${reasonFor(written, { hasVariable, whole })}`,
    apply: (texts) =>
      settings.some(([, value]) => value === null)
        ? undefined
        : chained(texts, selectionsOf(members), (now, targets) =>
            edited(now, sourceMap, entry.path, (text) =>
              withItem(text, [...entry.path, "overrides"], { targets, ...nested(settings) }),
            ),
          ),
  };
  if (hasVariable) return [override];
  return [
    { how: summary, apply: setAt(places) },
    ...(isOnEntry ? [] : [{ how: `${summary}, in the entry`, apply: setAt(inEntry) }]),
    override,
  ];
}

/** Returns the ways to have a sync no longer in some of its targets. */
export function editsExcluding(members: readonly DeclaringEntry[], { whole, sourceMap }: EditContext): Edit[] {
  const { entry } = members[0]!;
  const off: Edit = {
    how: "enabled: false, since it is gone in all of its targets",
    apply: (texts) =>
      edited(texts, sourceMap, entry.path, (text) => withValue(text, [...entry.path, "enabled"], false)),
  };
  if (whole) return [off];
  const { selection } = entry;
  if (selection === undefined || selection.union !== undefined) return [];
  const path = [...selection.path, "exclude", "targets"];
  const names = members.map(({ target }) => `${nameIn(target)}/${target.region}`).toSorted();
  const where = selection.name === undefined ? "its targets" : `the selection ${selection.name}`;
  return [
    {
      how: `left out of ${where} by exclude.targets`,
      apply: (texts) =>
        chained(texts, names, (now, name) =>
          edited(now, sourceMap, selection.path, (text) => withItem(text, path, name)),
        ),
    },
  ];
}

function chained<T>(
  texts: Texts,
  items: readonly T[],
  edit: (now: Texts, item: T, index: number) => Map<string, string> | undefined,
): Map<string, string> | undefined {
  let now: Map<string, string> | undefined = new Map(texts);
  for (const [index, item] of items.entries()) now = now && edit(now, item, index);
  return now;
}

function edited(
  texts: Texts,
  sourceMap: Spec["sourceMap"],
  at: Path,
  edit: (text: string) => string | undefined,
): Map<string, string> | undefined {
  const { file } = sourceMap.placeOf(at);
  const text = texts.get(file);
  const changed = text === undefined ? undefined : edit(text);
  return changed === undefined ? undefined : new Map([...texts, [file, changed]]);
}

function reasonFor(written: readonly Path[], { hasVariable, whole }: { hasVariable: boolean; whole: boolean }): string {
  if (hasVariable) return "the value is written with a variable";
  if (written.some(([section]) => section === "defaults")) return "the value comes from `defaults`";
  return whole ? "an override would win over the entry" : "other targets share the value";
}

/** What looks like a variable in AWS is text. */
function escaped(value: unknown): unknown {
  if (value === null) return undefined;
  return typeof value === "string" ? value.replaceAll("${", () => "$${") : value;
}

function nested(settings: readonly [string, unknown][]): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const [name, value] of settings) {
    const keys = name.split(".");
    const last = keys.pop()!;
    let at = document;
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
    at[last] = escaped(value);
  }
  return document;
}

/** The accounts that have the same Regions share a selection. */
function selectionsOf(members: readonly DeclaringEntry[]): { accounts: string[]; regions: string[] }[] {
  const byAccount = Map.groupBy(members, ({ target }) => nameIn(target));
  const regionsOf = (entries: readonly DeclaringEntry[]) => entries.map(({ target }) => target.region).toSorted();
  const alike = Map.groupBy(byAccount, ([, entries]) => regionsOf(entries).join());
  return [...alike.values()].map((same) => ({
    accounts: same.map(([account]) => account).toSorted(),
    regions: regionsOf(same[0]![1]),
  }));
}

/** An account that AWS Organizations alone names is known to the spec by its id. */
const nameIn = ({ account, named }: DeclaringEntry["target"]): string => named?.name ?? account;

function namesOf(members: readonly DeclaringEntry[]): string {
  const names = members.map(({ target }) => `${nameIn(target)}/${target.region}`).toSorted();
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

const inWords = (value: unknown): string => JSON.stringify(value);
