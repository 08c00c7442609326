import { anyKey, pathIn } from "./property-path.ts";
import type { PropertyPath } from "./property-path.ts";
import { isObject, isSecret, secret, markOf } from "./values.ts";
import type { Properties } from "./values.ts";

/**
 * Returns the program's inputs with each ignored property as it was: reset to the old value, or removed where there was
 * none. `unmatched` are the paths that only one side has. What is no path ignores nothing.
 */
export function ignoreChanges(
  inputs: Properties,
  old: Properties,
  paths: readonly string[],
): { inputs: Properties; unmatched: string[] } {
  if (paths.length === 0) return { inputs, unmatched: [] };
  const result = structuredClone(inputs);
  const unmatched = paths.filter((text) => {
    const path = pathIn(text);
    return path !== undefined && !reset(path, pathValueOf(old, false), pathValueOf(result, false));
  });
  return { inputs: result, unmatched };
}

/** One value on the path, and whether it lies in a secret. */
interface PathValue {
  readonly value: unknown;
  readonly hidden: boolean;
}

/** Resets the target at the path; returns whether both sides have the path, or neither. */
function reset([key, ...rest]: PropertyPath, old: PathValue, target: PathValue): boolean {
  if (key === undefined) return false;
  if (key === anyKey) return rest.length === 0 ? resetAll(old, target) : resetWithinAll(rest, old, target);
  if (typeof key === "number") return resetElement(key, rest, old, target);
  return resetMember(key, rest, old, target);
}

function resetMember(key: string, rest: PropertyPath, old: PathValue, target: PathValue): boolean {
  const before = membersOf(old);
  const now = membersOf(target);
  if (rest.length > 0) {
    if (!before || !now) return !before && !now;
    if (!Object.hasOwn(now, key)) return !Object.hasOwn(before, key);
    return reset(rest, pathValueOf(before[key], old.hidden), pathValueOf(now[key], target.hidden));
  }
  if (before && Object.hasOwn(before, key)) {
    if (!now) return false;
    now[key] = copyFor(before[key], old, target);
  } else if (now) delete now[key];
  return true;
}

/** Resets one element. An array keeps its length: an element that only one side has cannot be ignored. */
function resetElement(index: number, rest: PropertyPath, old: PathValue, target: PathValue): boolean {
  if (index < 0) return false;
  const before = elementsOf(old);
  const now = elementsOf(target);
  if (!before || !now) return !before && !now;
  const had = index < before.length;
  const has = index < now.length;
  if (!had || !has) return rest.length === 0 && !had && !has;
  if (rest.length > 0)
    return reset(rest, pathValueOf(before[index], old.hidden), pathValueOf(now[index], target.hidden));
  now[index] = copyFor(before[index], old, target);
  return true;
}

function resetAll(old: PathValue, target: PathValue): boolean {
  const members = membersOf(target);
  const elements = elementsOf(target);
  if (members) {
    const before = membersOf(old);
    if (!before) return true;
    for (const key of Object.keys(members)) delete members[key];
    for (const [key, value] of Object.entries(before)) members[key] = copyFor(value, old, target);
    return true;
  }
  if (!elements) return false;
  const before = elementsOf(old);
  if (!before) return true;
  for (const index of elements.keys()) if (index < before.length) elements[index] = copyFor(before[index], old, target);
  return before.length === elements.length;
}

function resetWithinAll(rest: PropertyPath, old: PathValue, target: PathValue): boolean {
  const before = membersOf(old) ?? elementsOf(old);
  const now = membersOf(target) ?? elementsOf(target);
  if (!before || !now || Array.isArray(before) !== Array.isArray(now)) return false;
  const had = Object.entries(before);
  for (const [key, value] of had) {
    if (!Object.hasOwn(now, key)) return false;
    const within = (now as Properties)[key];
    if (!reset(rest, pathValueOf(value, old.hidden), pathValueOf(within, target.hidden))) return false;
  }
  return !Array.isArray(before) || had.length === Object.keys(now).length;
}

function pathValueOf(value: unknown, hidden: boolean): PathValue {
  return isSecret(value) ? pathValueOf(value.value, true) : { value, hidden };
}

/** Returns a copy, secret if it was and would no longer be. */
function copyFor(value: unknown, old: PathValue, target: PathValue): unknown {
  const copy = structuredClone(value);
  return old.hidden && !target.hidden ? secret(copy) : copy;
}

function membersOf({ value }: PathValue): Properties | undefined {
  return isObject(value) && markOf(value) === undefined ? value : undefined;
}

function elementsOf({ value }: PathValue): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
