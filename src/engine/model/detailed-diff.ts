import { pathText } from "./property-path.ts";
import type { PropertyPath } from "./property-path.ts";
import { propertiesForProvider, sameValue } from "./struct.ts";
import { isObject } from "./values.ts";
import type { Properties } from "./values.ts";

type Change = "add" | "delete" | "update";

/** How one property differs. */
export interface PropertyDifference {
  readonly diffKind: Change | `${Change}-replace`;
  /** It is a difference of inputs; another one would be between the state and the inputs. */
  readonly inputDiff: boolean;
}

/** What differs, by the path of each property. */
export type DetailedDiff = Readonly<Record<string, PropertyDifference>>;

/** Returns the differences of inputs, down to the last property; whether a value is secret does not count. */
export function detailedDiff(old: Properties, now: Properties): DetailedDiff {
  const changes = changesWithin(propertiesForProvider(old, "keep"), propertiesForProvider(now, "keep"), []);
  return Object.fromEntries(changes.map(([path, diffKind]) => [pathText(path), { diffKind, inputDiff: true }]));
}

/** Returns the differences as seen from the other side. */
export function invertDifferences(differences: DetailedDiff): DetailedDiff {
  return mapKinds(differences, (kind) => kind.replace(/^(add|delete)/, (it) => (it === "add" ? "delete" : "add")));
}

/** Marks the differences that the test holds for as reasons for a replacement. */
export function markReplacing(differences: DetailedDiff, test: (path: string) => boolean): DetailedDiff {
  return mapKinds(differences, (kind, path) => (test(path) ? kind.replace(/(-replace)?$/, "-replace") : kind));
}

/** Returns whether any difference is marked as a reason for a replacement. */
export function asksForReplacement(differences: DetailedDiff): boolean {
  return Object.values(differences).some(({ diffKind }) => diffKind.endsWith("-replace"));
}

function changesWithin(old: unknown, now: unknown, path: PropertyPath): [PropertyPath, Change][] {
  if (sameValue(old, now)) return [];
  const both = isObject(old) && isObject(now) ? { ...old, ...now } : undefined;
  if (both)
    return Object.keys(both).flatMap((key) =>
      changesWithin((old as Properties)[key], (now as Properties)[key], [...path, key]),
    );
  if (Array.isArray(old) && Array.isArray(now))
    return Array.from({ length: Math.max(old.length, now.length) }).flatMap((_, index) => {
      const within = [...path, index];
      // An element that is null is there all the same.
      if (index >= old.length) return [[within, "add"]];
      if (index >= now.length) return [[within, "delete"]];
      return changesWithin(old[index], now[index], within);
    });
  return [[path, (old ?? null) === null ? "add" : (now ?? null) === null ? "delete" : "update"]];
}

function mapKinds(differences: DetailedDiff, change: (kind: string, path: string) => string): DetailedDiff {
  const entries = Object.entries(differences).map(([path, { diffKind, inputDiff }]) => {
    return [path, { diffKind: change(diffKind, path) as PropertyDifference["diffKind"], inputDiff }];
  });
  return Object.fromEntries(entries);
}
