import {
  isObject,
  isSecret,
  mapValue,
  outputSignature,
  resourceSignature,
  secret,
  markOf,
  containsValue,
  unknownText,
} from "./values.ts";
import type { Properties } from "./values.ts";

/** Returns what the program sends, with output values taken down to their value, a secret or an unknown. */
export function propertiesFromProgram(properties: Properties): Properties {
  return rewriteAll(properties, (value) => {
    if (!isObject(value) || markOf(value) !== outputSignature) return undefined;
    const inner =
      value["value"] === undefined ? unknownText : (propertiesFromProgram({ value: value["value"] })["value"] ?? null);
    return value["secret"] ? secret(inner) : inner;
  });
}

/** Returns what the host takes: secrets bare, references as ids, and unknowns either as they are or left out. */
export function propertiesForProvider(properties: Properties, unknowns: "keep" | "drop"): Properties {
  const bare = rewriteAll(properties, (value) => {
    if (isSecret(value)) return propertiesForProvider({ value: value.value }, "keep")["value"] ?? null;
    if (isObject(value) && markOf(value) === resourceSignature) return value["id"] ?? value["urn"] ?? null;
    return undefined;
  });
  return unknowns === "keep" ? bare : (withoutUnknowns(bare) as Properties);
}

/**
 * Marks the secrets among what the host returns, which is without marks: an output is secret where the input of the same
 * name is or holds a secret.
 */
export function markSecrets(outputs: Properties, inputs: Properties): Properties {
  const marked: Properties = {};
  for (const [key, output] of Object.entries(outputs)) {
    const input = inputs[key];
    if (input === undefined || isSecret(output)) marked[key] = output;
    else if (isPlain(output) && isPlain(input)) marked[key] = markSecrets(output, input);
    else marked[key] = containsValue(input, isSecret) ? secret(output) : output;
  }
  return marked;
}

/** Returns whether anything in the properties is not known yet. */
export function containsUnknown(properties: Properties): boolean {
  return containsValue(properties, (value) => value === unknownText);
}

/**
 * Returns whether two values are the same, the order of keys aside. A secret never equals its bare value, and a property
 * that is null is one that is not there.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  return Object.keys({ ...a, ...b }).every((key) => sameValue(a[key], b[key]));
}

/** Returns the properties that differ; whether a value is secret does not count. */
export function changedKeys(old: Properties, now: Properties): string[] {
  const before = propertiesForProvider(old, "keep");
  const after = propertiesForProvider(now, "keep");
  return Object.keys({ ...before, ...after })
    .filter((key) => !sameValue(before[key], after[key]))
    .toSorted();
}

function isPlain(value: unknown): value is Properties {
  return isObject(value) && markOf(value) === undefined;
}

function rewriteAll(properties: Properties, replace: (value: unknown) => unknown): Properties {
  const rewritten: Properties = {};
  for (const [key, value] of Object.entries(properties)) {
    if (value !== undefined) rewritten[key] = mapValue(value, replace);
  }
  return rewritten;
}

function withoutUnknowns(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== unknownText).map(withoutUnknowns);
  if (!isObject(value)) return value;
  const known = Object.entries(value).filter(([, member]) => member !== unknownText);
  return Object.fromEntries(known.map(([key, member]) => [key, withoutUnknowns(member)]));
}
