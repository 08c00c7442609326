/** What stands for a value that the engine does not know yet, at any depth of the inputs of a preview. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** An input that cannot be accepted, in the shape of Pulumi's check. */
export interface Problem {
  property: string;
  reason: string;
}

/** Tells what is wrong with a value at a path. A value that is not known yet is never wrong. */
export type Rule = (value: unknown, path: string) => Problem[];

/** Asks for a text that the pattern fits; `meaning` says in words which. */
export function text(pattern: RegExp, meaning: string): Rule {
  return rule((value) => typeof value === "string" && pattern.test(value), meaning);
}

/** Asks for a text that the pattern fits, and never tells which text does not: it is a secret. */
export function secretText(pattern: RegExp, meaning: string): Rule {
  const fits = text(pattern, meaning);
  return (value, path) => fits(value, path).map(({ property }) => ({ property, reason: `must be ${meaning}` }));
}

/** Asks for one of the values. */
export function oneOf(...values: string[]): Rule {
  return rule((value) => values.includes(value as string), values.map((value) => JSON.stringify(value)).join(" or "));
}

/** Asks for true or false. */
export const flag: Rule = rule((value) => typeof value === "boolean", "true or false");

/** Asks for a whole number, both ends included. */
export function wholeNumber(least: number, most: number): Rule {
  const fits = (value: unknown) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return rule(fits, `a whole number from ${least} to ${most}`);
}

/** Asks for a list of so many items, each by the rule. */
export function listOf(item: Rule, least: number, most: number): Rule {
  return (value, path) => {
    if (value === unknown) return [];
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return [{ property: path, reason: `must be a list of ${least} to ${most} items` }];
    }
    return value.flatMap((each, index) => item(each, `${path}[${index}]`));
  };
}

/** Returns the rule for an object with these properties and no others; `optional` ones may be absent, `derived` ones are made of others and nobody's to set. */
export function shape(
  required: Record<string, Rule>,
  optional: Record<string, Rule> = {},
  derived: Record<string, Rule> = {},
): Rule {
  const settings = { ...optional, ...required };
  const known = { ...settings, ...derived };
  return (value, path) => {
    if (value === unknown) return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [{ property: path, reason: "must be an object" }];
    }
    const given = value as Record<string, unknown>;
    const at = (key: string) => (path ? `${path}.${key}` : key);
    const missing = Object.keys(required).filter((key) => given[key] === undefined);
    const foreign = Object.keys(given).filter((key) => !(key in known) && !key.startsWith("__"));
    return [
      ...missing.map((key) => ({ property: at(key), reason: "is missing" })),
      ...foreign.map((key) => ({
        property: at(key),
        reason: `is no setting here; there are ${Object.keys(settings).toSorted().join(", ")}`,
      })),
      ...Object.entries(known).flatMap(([key, rule]) => (given[key] === undefined ? [] : rule(given[key], at(key)))),
    ];
  };
}

function rule(fits: (value: unknown) => boolean, meaning: string): Rule {
  return (value, path) =>
    value === unknown || fits(value)
      ? []
      : [{ property: path, reason: `must be ${meaning}, not ${JSON.stringify(value)}` }];
}
