import type { SpecFinding, Path } from "./problem/problem.ts";
import { didYouMean } from "./problem/suggest.ts";
import { isProse, substituted, variablesIn } from "./schema/variables.ts";

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
  const written = new Map<string, { text: string; path: Path }>();
  for (const path of [["vars"], ["stacks", stack, "vars"]])
    for (const [name, text] of Object.entries(path.reduce(mappingAt, data as Record<string, unknown>)))
      if (typeof text === "string") written.set(`vars.${name}`, { text, path: [...path, name] });
  const { values, findings } = filledIn(written, stack);
  if (stacks.length === 0 || stacks.includes(stack)) return { stack, stacks, values, findings };
  const message = `The spec has no stack ${stack}.`;
  const fix = didYouMean(stack, stacks) ?? "Add it under `stacks`, or choose another with --stack.";
  return { stack, stacks, values, findings: [{ code: "unknown-stack", message, path: ["stacks"], atKey: true, fix }] };
}

/** Fills in the variables that others hold. One that is made of itself, or of what is not known, stays as it is written wherever it is used. */
function filledIn(
  written: ReadonlyMap<string, { text: string; path: Path }>,
  stack: string,
): Pick<StackValues, "values" | "findings"> {
  const values = new Map([["stack", stack]]);
  const findings: SpecFinding[] = [];
  const open: string[] = [];
  for (const name of written.keys()) fill(name);
  return { values, findings };

  function fill(name: string): void {
    const variable = written.get(name);
    if (variable === undefined || values.has(name)) return;
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].map((one) => `\${${one}}`).join(" → ");
      const message = `The variable ${name.slice("vars.".length)} is made of itself: ${circle}.`;
      findings.push({
        code: "unknown-variable",
        message,
        path: variable.path,
        fix: "Write the value itself in one of them.",
      });
      values.set(name, `\${${name}}`);
      return;
    }
    open.push(name);
    const parts = variablesIn(variable.text).filter((part) => part.startsWith("vars."));
    for (const part of parts) fill(part);
    open.pop();
    const isWhole = parts.every((part) => values.has(part) && values.get(part) !== `\${${part}}`);
    if (!values.has(name)) values.set(name, isWhole ? substituted(variable.text, values) : `\${${name}}`);
  }
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

/** What is never filled in. */
const isAside = (key: string | number) =>
  ["allow", "vars", "stacks"].includes(String(key)) || String(key).startsWith("x-");

function mappingAt(data: unknown, key: string): Record<string, unknown> {
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, key)) return {};
  const value = (data as Record<string, unknown>)[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
