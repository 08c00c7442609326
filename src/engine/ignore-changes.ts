import { unsupported } from "./errors.ts";
import { isObject, isSecret, secret } from "./values.ts";
import type { Properties } from "./values.ts";

/**
 * The program's inputs with each ignored property as it was: reset to the old value, or removed where there was none.
 * `unmatched` are the paths that only one side has.
 */
export function ignoreChanges(
  inputs: Properties,
  old: Properties,
  paths: readonly string[],
): { inputs: Properties; unmatched: string[] } {
  const result = structuredClone(inputs);
  const unmatched = paths.filter((path) => !reset(old, result, segmentsOf(path), false));
  return { inputs: result, unmatched };
}

function reset(old: unknown, target: unknown, path: readonly string[], hidden: boolean): boolean {
  if (isSecret(old)) return reset(old.value, target, path, true);
  if (isSecret(target)) return reset(old, target.value, path, false);
  const [first = "", ...rest] = path;
  const before = isObject(old) ? old[first] : undefined;
  if (rest.length > 0) {
    const after = isObject(target) ? target[first] : undefined;
    if (before === undefined || after === undefined) return before === undefined;
    return reset(before, after, rest, hidden);
  }
  if (before === undefined) {
    if (isObject(target)) delete target[first];
    return true;
  }
  if (!isObject(target)) return false;
  target[first] = hidden ? secret(structuredClone(before)) : structuredClone(before);
  return true;
}

function segmentsOf(path: string): string[] {
  if (/^[\w-]+(\.[\w-]+)*$/.test(path)) return path.split(".");
  throw unsupported(`The option ignoreChanges with the path ${JSON.stringify(path)}`);
}
