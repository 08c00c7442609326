import type { Path, SpecFinding } from "./problem/problem.ts";
import { nameOf } from "./yaml/source-map.ts";
import type { EntryDocument, Origins, Override } from "./spec.ts";

/** The account and Region that a value is looked up for. */
interface Target {
  account: string;
  accountName?: string;
  region: string;
}

/** The settings that may be a mapping from account or Region to a value. */
const mapped = ["bucket", "region", "prefix", "kmsKey", "domain", "backup", "backupOwner", "backupKey"];

/** Stands for a value that only a target has, where no target is known; it is a template, so that nothing judges it. */
const unknownValue = "${target}";

/** Returns an entry with what `defaults` adds: its own values win, mappings are merged key by key, all else is taken as a whole. */
export function withDefaults(entry: object, defaults: object | undefined, path: Path): EntryDocument {
  const given = entry as Record<string, unknown>;
  if (defaults === undefined) return { document: given, origins: new Map() };
  const rest: Record<string, unknown> = { ...defaults };
  // A sync goes to a destination or comes from a source; the other's defaults are not for it.
  if ("source" in given) delete rest["destination"];
  if ("destination" in given) delete rest["source"];
  const origins = new Map<string, Path>();
  const document = merged(rest, given, (at, isOver) => void (isOver || origins.set(nameOf(at), [...path, ...at])));
  return { document, origins };
}

/** Returns an entry as it is in the targets of an override. */
export function withOverride({ document, origins }: EntryDocument, override: Override): EntryDocument {
  const changedOrigins = new Map(origins);
  const changed = merged(document, override.document, (at, isOver) => {
    if (isOver) changedOrigins.set(nameOf(at), [...override.path, ...at]);
  });
  return { document: changed, origins: changedOrigins };
}

/** Returns an entry with the values of one target; `missing` has the paths of mappings that have none for it. */
export function valuesForTarget(entry: EntryDocument, target: Target): EntryDocument & { missing: Path[] } {
  const origins = new Map(entry.origins);
  const missing: Path[] = [];
  const keys = keysFor(target);
  const document = withoutMaps(entry.document, [], (values, at) => {
    const key = keys.find((key) => Object.hasOwn(values, key));
    if (key === undefined) missing.push(at);
    else origins.set(nameOf(at), [...(origins.get(nameOf(at)) ?? at), key]);
    return key === undefined ? undefined : values[key];
  });
  return { document, origins, missing };
}

/** The keys by which a target finds its value, the first of which counts. */
function keysFor({ account, accountName, region }: Target): string[] {
  const names = [accountName, account].flatMap((name) => name ?? []);
  return [...names.map((name) => `${name}/${region}`), ...names, region, "default"];
}

/** Returns the paths of the keys in an entry's own mappings by account or Region that none of the targets looks for, though each finds a value. */
export function keysWithoutTarget({ document, origins }: EntryDocument, targets: readonly Target[]): Path[] {
  const wanted = targets.map(keysFor);
  const used = new Set(["default", ...wanted.flat()]);
  const found: Path[] = [];
  withoutMaps(document, [], (values, at) => {
    const isElsewhere = at.some((_, index) => origins.has(nameOf(at.slice(0, index + 1))));
    if (isElsewhere || !wanted.every((keys) => keys.some((key) => Object.hasOwn(values, key)))) return undefined;
    found.push(...Object.keys(values).flatMap((key) => (used.has(key) ? [] : [[...at, key]])));
    return undefined;
  });
  return found;
}

/** Returns an entry as far as it is the same for all targets. */
export const withoutTargetValues = (document: Record<string, unknown>): Record<string, unknown> =>
  hasMaps(document) ? withoutMaps(document, [], () => unknownValue) : document;

/** Returns whether an entry has a mapping by account or Region. */
export const hasMaps = (document: Record<string, unknown>): boolean =>
  Object.keys(document).some((key) => {
    const inner = document[key];
    return key !== "overrides" && key !== "targets" && isMapping(inner) && (mapped.includes(key) || hasMaps(inner));
  });

/** Returns a finding about an entry, at the place where the value is written. */
export function locateFinding(finding: SpecFinding, entry: { path: Path; origins: Origins }): SpecFinding {
  const within = finding.path.slice(entry.path.length);
  for (let length = within.length; length > 0; length--) {
    const origin = entry.origins.get(nameOf(within.slice(0, length)));
    const [first] = origin ?? [];
    if (origin === undefined) continue;
    // What was picked from a mapping of the entry itself is told by the path within the entry.
    const base = ["syncs", "exports", "defaults"].includes(String(first)) ? origin : [...entry.path, ...origin];
    return { ...finding, path: [...base, ...within.slice(length)] };
  }
  return finding;
}

function withoutMaps(
  value: Record<string, unknown>,
  path: Path,
  choose: (values: Record<string, unknown>, path: Path) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    if (key === "overrides" || key === "targets" || !isMapping(inner)) return [key, inner];
    const at = [...path, key];
    return [key, mapped.includes(key) ? choose(inner, at) : withoutMaps(inner, at, choose)];
  });
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

function merged(
  base: Record<string, unknown>,
  over: Record<string, unknown>,
  report: (path: Path, isOver: boolean) => void,
  path: Path = [],
): Record<string, unknown> {
  const document: Record<string, unknown> = { ...base };
  for (const key of Object.keys(base)) if (!Object.hasOwn(over, key)) report([...path, key], false);
  for (const [key, value] of Object.entries(over)) {
    const below = base[key];
    const isMerged = isMapping(below) && isMapping(value) && key !== "targets" && !mapped.includes(key);
    document[key] = isMerged ? merged(below, value, report, [...path, key]) : value;
    if (!isMerged) report([...path, key], true);
  }
  return document;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
