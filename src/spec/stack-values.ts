import type { SpecFinding, Path } from "./problem/problem.ts";
import { didYouMean } from "./problem/suggest.ts";
import { isTemplate, secretIn, substituted, unclosedIn, variableNames, variablesIn } from "./schema/variables.ts";

/** What does not depend on the target: the stack's name, and the variables of the spec as the stack has them. */
export interface StackValues {
  stack: string;
  /** By name, such as `vars.bucket`. */
  values: ReadonlyMap<string, string>;
  /** The names of the stacks that the document lists. */
  stacks: string[];
  findings: SpecFinding[];
}

const stacksListed = (data: unknown): string[] => Object.keys(mappingAt(data, "stacks"));

/** Returns the values for a stack; without a name, for the first one that the document lists. */
export function stackValues(data: unknown, wanted: string | undefined): StackValues {
  const stacks = stacksListed(data);
  const stack = wanted ?? stacks[0] ?? "dev";
  const own = mappingAt(mappingAt(mappingAt(data, "stacks"), stack), "vars");
  const values = new Map([["stack", stack]]);
  for (const [name, value] of [...Object.entries(mappingAt(data, "vars")), ...Object.entries(own)]) {
    if (typeof value === "string") values.set(`vars.${name}`, value);
  }
  if (stacks.length === 0 || stacks.includes(stack)) return { stack, stacks, values, findings: [] };
  const message = `The spec has no stack ${stack}.`;
  const fix = didYouMean(stack, stacks) ?? "Add it under `stacks`, or choose another with --stack.";
  return { stack, stacks, values, findings: [{ code: "unknown-stack", message, path: ["stacks"], atKey: true, fix }] };
}

/** Returns the document with the stack's values in it; those of the target stay as they are written. */
export function withStackValues(data: unknown, values: ReadonlyMap<string, string>, path: Path = []): unknown {
  if (path.length === 1 && isAside(path[0]!)) return data;
  if (typeof data === "string") return isProse(path) ? data : substituted(data, values);
  if (Array.isArray(data)) return data.map((item, index) => withStackValues(item, values, [...path, index]));
  if (typeof data !== "object" || data === null) return data;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(data)) copy[key] = withStackValues(value, values, [...path, key]);
  return copy;
}

/** Returns every text with a variable that is not known, or with one that is never closed. */
export function variableFindings(
  data: unknown,
  { stack, values }: Pick<StackValues, "stack" | "values">,
  path: Path = [],
): SpecFinding[] {
  // An allowance has findings of its own.
  if (path.length === 1 && (path[0] === "allow" || String(path[0]).startsWith("x-"))) return [];
  if (Array.isArray(data))
    return data.flatMap((item, index) => variableFindings(item, { stack, values }, [...path, index]));
  if (typeof data === "object" && data !== null) {
    return Object.entries(data).flatMap(([key, value]) => variableFindings(value, { stack, values }, [...path, key]));
  }
  if (typeof data !== "string" || !data.includes("${") || isProse(path)) return [];
  if (path.at(-1) === "externalId" && secretIn(data) !== undefined) return [];
  const unclosed = unclosedIn(data);
  if (unclosed !== undefined) {
    const message = `The variable ${unclosed.slice(0, 40)} has no closing brace.`;
    return [
      { code: "unclosed-variable", message, path, fix: "Add `}`, or write $${ for the two characters themselves." },
    ];
  }
  const known: string[] = [...variableNames, ...values.keys()];
  return variablesIn(data)
    .filter((name) => !known.includes(name))
    .map((name) => {
      if (name.startsWith("config.")) {
        const message = `\${${name}} is a secret of the stack's configuration, which can only be the whole of an externalId.`;
        return { code: "unknown-variable", message, path, fix: "Use `vars` for what is no secret." };
      }
      const where = name.startsWith("vars.") ? ` in the stack ${stack}` : "";
      const message = `The variable \${${name}} is not known${where}.`;
      return {
        code: "unknown-variable",
        message,
        path,
        fix: didYouMean(
          `\${${name}}`,
          known.map((one) => `\${${one}}`),
        ),
      };
    });
}

/**
 * Returns every text of an allowance with a variable in it. Who approves an allowance reads it as it stands, and another file, or the choice of the
 * stack, would make it say something else.
 */
export function allowanceVariableFindings(data: unknown): SpecFinding[] {
  const allow = typeof data === "object" && data !== null ? (data as { allow?: unknown }).allow : undefined;
  return within(allow, ["allow"]);

  function within(value: unknown, path: Path): SpecFinding[] {
    if (typeof value === "object" && value !== null)
      return Object.entries(value).flatMap(([key, one]) =>
        within(one, [...path, Array.isArray(value) ? Number(key) : key]),
      );
    if (typeof value !== "string" || !isTemplate(value) || isProse(path)) return [];
    const message = `The allowance has a variable, ${value.slice(0, 40)}; it has to be read as it stands.`;
    return [{ code: "variable-in-allowance", message, path, fix: "Write the value itself." }];
  }
}

/** What is for people, where `${` is nothing but text. */
const isProse = (path: Path) => path.at(-1) === "description" || path.at(-1) === "reason";

/** What is never filled in. */
const isAside = (key: string | number) =>
  ["allow", "vars", "stacks"].includes(String(key)) || String(key).startsWith("x-");

function mappingAt(data: unknown, key: string): Record<string, unknown> {
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, key)) return {};
  const value = (data as Record<string, unknown>)[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
