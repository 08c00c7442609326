import { isDeepStrictEqual } from "node:util";
import { effectOf } from "../../src/resources/kinds.ts";
import type { KindFacts } from "../../src/resources/kinds.ts";
import { unknown } from "./rules.ts";

/** One setting that is to be other than it is. */
export interface Difference {
  /** Dotted, such as `syncSource.sourceRegions`. */
  path: string;
  recorded: unknown;
  desired: unknown;
  /** Whether AWS cannot change it in place. */
  replaces: boolean;
}

/**
 * Compares the settings that `changes` names, leaf by leaf; lists count as one leaf. An absent setting equals an undefined one,
 * and one that is not known yet differs from everything.
 */
export function differencesBetween(recorded: object, desired: object, changes: KindFacts["changes"]): Difference[] {
  const top = new Set(Object.keys(changes).map((path) => path.split(".")[0]!));
  return [...top].flatMap((key) => compare(key, valueOf(recorded, key), valueOf(desired, key), changes));
}

function compare(path: string, recorded: unknown, desired: unknown, changes: KindFacts["changes"]): Difference[] {
  if (isObject(recorded) && isObject(desired)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(desired)]);
    return [...keys].toSorted().flatMap((key) => compare(`${path}.${key}`, recorded[key], desired[key], changes));
  }
  if (desired !== unknown && isDeepStrictEqual(recorded ?? undefined, desired ?? undefined)) return [];
  return [{ path, recorded, desired, replaces: effectOf(path, changes) === "replace" }];
}

function valueOf(from: object, key: string): unknown {
  return (from as Record<string, unknown>)[key];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
