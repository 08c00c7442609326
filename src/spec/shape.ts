import type { z } from "zod";
import { formatOf, textFormats } from "./schema/formats.ts";
import { nameOf } from "./yaml/source-map.ts";
import type { SourceMap } from "./yaml/source-map.ts";
import type { SpecFinding, Path } from "./problem/problem.ts";
import { keysAt, specSchema } from "./schema/schema.ts";
import { didYouMean } from "./problem/suggest.ts";

type Issue = z.core.$ZodIssue;

/** A finding about a value, which is of the right type though its content is wrong unless `unusable`. */
export interface ShapeFinding extends SpecFinding {
  unusable?: boolean;
}

/** Finds everything that is wrong with the document's shape: keys, types, formats. */
export function checkShape(data: unknown, sourceMap: SourceMap): ShapeFinding[] {
  const result = specSchema.safeParse(data, { reportInput: true });
  return withoutEchoes((result.error?.issues ?? []).flatMap((issue) => findingsOf(issue, [], sourceMap)));
}

/** Returns the places, as `nameOf` writes them, of the keys that misspelt ones were meant to be. */
export function intendedKeys(findings: readonly SpecFinding[]): Set<string> {
  const meant = findings.flatMap(({ code, path, fix }) => {
    const key = code === "unknown-key" ? /^Did you mean "(.+)"\?$/.exec(fix ?? "")?.[1] : undefined;
    return key === undefined ? [] : [nameOf([...path.slice(0, -1), key])];
  });
  return new Set(meant);
}

/** A key that is only misspelt is not missing as well, and what is of another type is not too short. */
function withoutEchoes(findings: ShapeFinding[]): ShapeFinding[] {
  const meant = intendedKeys(findings);
  const mistyped = new Set(findings.flatMap(({ code, path }) => (code === "wrong-type" ? [nameOf(path)] : [])));
  return findings.filter(({ code, path }) => {
    if (code === "missing-key") return !meant.has(nameOf(path));
    // A list has a length too, which says nothing of a text.
    return code !== "too-small" || !mistyped.has(nameOf(path));
  });
}

function findingsOf(issue: Issue, base: Path, sourceMap: SourceMap): ShapeFinding[] {
  const path: Path = [...base, ...(issue.path as (string | number)[])];
  const what = nounOf(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.flatMap((key) => (path.length === 0 && key.startsWith("x-") ? [] : [unknownKey(path, key)]));
    case "invalid_union": {
      if (!sourceMap.has(path)) return [missingKey(path, oneOf(issue.errors.flat().map(expectationOf)))];
      const branch = issue.errors.find((issues) => !issues.some(isMismatch));
      if (branch) return branch.flatMap((inner) => findingsOf(inner, path, sourceMap));
      return [wrongType(path, issue.input, oneOf(issue.errors.flat().map(expectationOf)), sourceMap)];
    }
    case "invalid_type":
      if (!sourceMap.has(path)) return [missingKey(path, expectationOf(issue))];
      return [wrongType(path, issue.input, expectationOf(issue), sourceMap)];
    case "invalid_value":
      if (!sourceMap.has(path)) return [missingKey(path, expectationOf(issue))];
      return [{ code: "wrong-value", path, unusable: true, ...choice(what, issue.values.map(String), issue.input) }];
    case "invalid_key":
      return [{ ...badFormat(path, path.at(-1), issue.issues[0]), atKey: true }];
    case "invalid_format":
      return [badFormat(path, issue.input, issue)];
    case "too_big":
      return [
        {
          code: "too-large",
          path,
          message: `${what} can be at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}.`,
        },
      ];
    case "too_small":
      return [
        {
          code: "too-small",
          path,
          message: `${what} must be at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}.`,
        },
      ];
    default:
      return [{ code: "wrong-value", path, unusable: true, message: `${what}: ${issue.message}.` }];
  }
}

function unknownKey(path: Path, key: string): ShapeFinding {
  const message = `${nounOf(path)} has no key "${key}".`;
  return {
    code: "unknown-key",
    message,
    path: [...path, key],
    atKey: true,
    unusable: true,
    fix: didYouMean(key, keysAt(path)),
  };
}

function missingKey(path: Path, expected: string): ShapeFinding {
  const key = String(path.at(-1));
  const example =
    key === "version"
      ? "Add `version: 1`; a file that another one includes is checked with that one."
      : `Add \`${key}:\`, ${expected}.`;
  return {
    code: "missing-key",
    message: `${nounOf(path.slice(0, -1))} has no ${key}.`,
    path,
    fix: example,
    unusable: true,
  };
}

function wrongType(path: Path, input: unknown, expected: string, sourceMap: SourceMap): ShapeFinding {
  const message = `${nounOf(path)} is ${typeNameOf(input)}; it must be ${expected}.`;
  const finding: ShapeFinding = { code: "wrong-type", message, path, unusable: true };
  const text = sourceMap.textAt(path);
  if (typeof input === "number" && isAccountId(path)) {
    const fix = `Write 12 digits in quotes${text.length < 12 ? ", with the zeros in front" : ""}.`;
    return { ...finding, code: "unquoted-account-id", message: `The account id ${text} is not a quoted text.`, fix };
  }
  return { ...finding, fix: cureOfType(path, input, expected, text) };
}

/** What to write instead of a value of the wrong type, where that is right without a doubt, or what is meant. */
function cureOfType(path: Path, input: unknown, expected: string, text: string): string | undefined {
  if (typeof input === "string" && /^[\w.-]+:["'[{]/.test(input)) return "Put a space behind the colon.";
  if (typeof input === "string" && expected.startsWith("true")) {
    const said = { true: true, yes: true, on: true, false: false, no: false, off: false }[input.toLowerCase()];
    return said === undefined ? "Write true or false." : `Write ${said}.`;
  }
  if (typeof input === "string" && expected.includes("number") && /^\d+$/.test(input)) return `Write ${input}.`;
  if (typeof input === "string" && expected.includes("a list") && !text.includes("\n")) {
    if (path.at(-1) === "regions" && !textFormats.region.pattern.test(input))
      return "Write a list, such as [us-east-1].";
    return `Write [${text}].`;
  }
  if ((typeof input === "boolean" || Number.isFinite(input)) && /^a text|or a text/.test(expected))
    return `Write "${text}".`;
  if (input === null && typeof path.at(-1) === "number") return "Remove it, or write what is meant.";
  return undefined;
}

function badFormat(path: Path, value: unknown, issue: Issue | undefined): ShapeFinding {
  const format = issue?.code === "invalid_format" ? formatOf(issue.pattern) : undefined;
  const message = `"${String(value)}" is not ${format?.noun ?? "allowed here"}.`;
  return {
    code: format?.code ?? "wrong-value",
    message,
    path,
    fix: format?.suggest?.(String(value)) ?? format?.example,
  };
}

function choice(what: string, values: string[], input: unknown): { message: string; fix: string | undefined } {
  const message = `${what} cannot be ${typeof input === "string" ? `"${input}"` : typeNameOf(input)}; it can be ${values.join(", ")}.`;
  if (typeof input !== "string") return { message, fix: values.length === 1 ? `Write ${values[0]}.` : undefined };
  return { message, fix: values.includes(input) ? `Write ${input}.` : didYouMean(input, values) };
}

/** Whether a branch of a union fails because it is for another type of value. */
const isMismatch = (issue: Issue) =>
  issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");

function expectationOf(issue: Issue): string {
  if (issue.code === "invalid_value") return oneOf(issue.values.map((value) => `\`${String(value)}\``));
  const expected = issue.code === "invalid_type" ? issue.expected : "";
  return typeNames[expected] ?? `a ${expected}`;
}

const oneOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

const typeNames: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function typeNameOf(input: unknown): string {
  if (input === null || input === undefined) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a mapping";
  return typeof input === "string"
    ? `the text "${input}"`
    : String(input) === "Infinity" || String(input) === "NaN"
      ? `the value ${String(input)}`
      : `the ${typeof input} ${String(input)}`;
}

const isAccountId = (path: Path) =>
  (path[0] === "accounts" && (path.length === 2 || path.at(-1) === "id")) || path.at(-2) === "accounts";

const nounOf = (path: Path) => (path.length === 0 ? "The spec" : path.join("."));

function unitOf(origin: string, count: number | bigint): string {
  const noun = { string: "character", array: "item" }[origin];
  return noun === undefined ? "" : ` ${noun}${Number(count) === 1 ? "" : "s"} long`;
}
