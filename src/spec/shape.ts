import type { z } from "zod";
import { formatOf } from "./schema/format-schemas.ts";
import { nameOf } from "./yaml/source-map.ts";
import type { SourceMap } from "./yaml/source-map.ts";
import type { Path, ShapeFinding } from "./problem/problem.ts";
import { withDedentedAsOne } from "./dedented.ts";
import { withMisplacedAsOne } from "./misplaced-blocks.ts";
import { cureOfMissing } from "./missing-keys.ts";
import { keysAt } from "./schema/schema-keys.ts";
import { specSchema } from "./schema/schema.ts";
import { cureOfType, typeNameOf } from "./type-cures.ts";
import { cureOfKey } from "./unknown-keys.ts";
import { distance, suggest } from "./problem/suggest.ts";

type Issue = z.core.$ZodIssue;

/** Finds everything that is wrong with the document's shape: keys, types, formats. */
export function checkShape(data: unknown, sourceMap: SourceMap): ShapeFinding[] {
  const result = specSchema.safeParse(data, { reportInput: true });
  const found = (result.error?.issues ?? []).flatMap((issue) => findingsOf(issue, [], sourceMap));
  const once = withSilentValues(withoutEchoes(found, sourceMap), sourceMap);
  return withMisplacedAsOne(withDedentedAsOne(once, data), data, sourceMap);
}

/** A line that has no colon is a name that cannot be one: that it has no value either is not told, and nothing is made of it. */
function withSilentValues(findings: readonly ShapeFinding[], sourceMap: SourceMap): ShapeFinding[] {
  const badNames = new Set(findings.flatMap(({ code, path }) => (code.startsWith("bad-") ? [nameOf(path)] : [])));
  return findings.map((finding) =>
    finding.code === "wrong-type" && badNames.has(nameOf(finding.path)) && sourceMap.textAt(finding.path) === ""
      ? { ...finding, silent: true }
      : finding,
  );
}

/** Returns the places, as `nameOf` writes them, that keys in a wrong place or spelling were meant for, where nothing else is. */
export function intendedKeys(findings: readonly ShapeFinding[], sourceMap: SourceMap): Set<string> {
  const meant = findings.flatMap(({ path, meant = [] }) => {
    const above = path.length - 1;
    const way = meant.slice(above).map((_, index) => meant.slice(0, above + index + 1));
    return (way.length === 0 && meant.length > 0 ? [meant] : way).filter((place) => !sourceMap.has(place));
  });
  return new Set(meant.map(nameOf));
}

/** A key that is only misspelt is not missing as well, and what is of another type is not too short. */
function withoutEchoes(findings: ShapeFinding[], sourceMap: SourceMap): ShapeFinding[] {
  const meant = intendedKeys(findings, sourceMap);
  const unknown = findings.filter(({ code }) => code === "unknown-key").map(({ path }) => path);
  const otherwiseWrong = new Set(findings.flatMap(({ code, path }) => (code === "too-small" ? [] : [nameOf(path)])));
  return findings.filter(({ code, path }) => {
    if (code === "missing-key") return !meant.has(nameOf(path)) && !unknown.some((other) => isOneSlip(other, path));
    // A list has a length too, which says nothing of a text, and an empty text is not what it should be either.
    return code !== "too-small" || !otherwiseWrong.has(nameOf(path));
  });
}

/** Whether a key stands where another one is missing, and differs by one letter; of `id` there is not much to guess from, but nothing else to be. */
const isOneSlip = (key: Path, missing: Path): boolean =>
  nameOf(key.slice(0, -1)) === nameOf(missing.slice(0, -1)) &&
  distance(String(key.at(-1)), String(missing.at(-1))) === 1;

function findingsOf(issue: Issue, base: Path, sourceMap: SourceMap): ShapeFinding[] {
  const path: Path = [...base, ...(issue.path as (string | number)[])];
  const what = nounOf(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.flatMap((key) =>
        path.length === 0 && key.startsWith("x-")
          ? []
          : unknownKeys(path, key, (issue.input as Record<string, unknown>)[key]),
      );
    case "invalid_union": {
      if (!sourceMap.has(path)) return [missingKey(path, oneOf(issue.errors.flat().map(expectationOf)))];
      const branch = issue.errors.find((issues) => !issues.some(isMismatch));
      if (branch) return branch.flatMap((inner) => findingsOf(inner, path, sourceMap));
      return [
        wrongType(path, issue.input, oneOf(issue.errors.flat().filter(isMismatch).map(expectationOf)), sourceMap),
      ];
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
          fix: issue.origin === "string" ? "Shorten it." : `Write ${issue.maximum} or less, or leave it out.`,
        },
      ];
    case "too_small":
      return [
        {
          code: "too-small",
          path,
          message: `${what} must be at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}.`,
          fix:
            issue.origin === "string" || issue.origin === "array"
              ? "Write what is meant, or leave it out."
              : `Write ${issue.minimum} or more, or leave it out.`,
        },
      ];
    default:
      return [{ code: "wrong-value", path, unusable: true, message: `${what}: ${issue.message}.` }];
  }
}

/** Of a mapping that was meant to be another one, the keys that this one has not either are told in the same run. */
function unknownKeys(path: Path, key: string, value: unknown, where: Path = path): ShapeFinding[] {
  const message = `${nounOf(path)} has no key "${key}".`;
  const at = [...path, key];
  const cure = cureOfKey(where, key, value);
  const finding: ShapeFinding = { code: "unknown-key", message, path: at, atKey: true, unusable: true, ...cure };
  const known = cure.meant ? keysAt(cure.meant) : [];
  if (known.length === 0 || typeof value !== "object" || value === null || Array.isArray(value)) return [finding];
  const below = Object.entries(value).filter(([inner]) => !known.includes(inner));
  return [finding, ...below.flatMap(([inner, content]) => unknownKeys(at, inner, content, cure.meant))];
}

function missingKey(path: Path, expected: string): ShapeFinding {
  const key = String(path.at(-1));
  return {
    code: "missing-key",
    message: `${nounOf(path.slice(0, -1))} has no ${key}.`,
    path,
    fix: cureOfMissing(key, expected),
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
  return { ...finding, fix: cureOfType({ path, input, expected, text }) };
}

function badFormat(path: Path, value: unknown, issue: Issue | undefined): ShapeFinding {
  const format = issue?.code === "invalid_format" ? formatOf(issue.pattern) : undefined;
  const message = `"${String(value)}" is not ${format?.noun ?? "allowed here"}.`;
  const bare = String(value).trim();
  const isPadded = bare !== value && format?.pattern.test(bare);
  const fix = isPadded ? `Write "${bare}", without the blanks.` : (format?.suggest?.(String(value)) ?? format?.example);
  return { code: format?.code ?? "wrong-value", message, path, fix };
}

function choice(what: string, values: string[], input: unknown): { message: string; fix: string | undefined } {
  const message = `${what} cannot be ${typeof input === "string" ? `"${input}"` : typeNameOf(input)}; it can be ${values.join(", ")}.`;
  if (typeof input === "string" && values.includes(input)) return { message, fix: `Write ${input}.` };
  const meant = typeof input === "string" ? suggest(input, values) : undefined;
  if (meant !== undefined) return { message, fix: `Did you mean "${meant}"?` };
  return { message, fix: values.length === 1 ? `${values[0]} is the one value that it has.` : "Choose one of these." };
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

const isAccountId = (path: Path) =>
  (path[0] === "accounts" && (path.length === 2 || path.at(-1) === "id")) || path.at(-2) === "accounts";

const nounOf = (path: Path) => (path.length === 0 ? "The spec" : path.join("."));

function unitOf(origin: string, count: number | bigint): string {
  const noun = { string: "character", array: "item" }[origin];
  return noun === undefined ? "" : ` ${noun}${Number(count) === 1 ? "" : "s"} long`;
}
