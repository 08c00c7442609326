import { cureOfVariable, foreignVariableIn } from "./foreign-variables.ts";
import type { SpecFinding, Path } from "./problem/problem.ts";
import { stackValues } from "./stack-values.ts";
import type { StackValues } from "./stack-values.ts";
import { isProse, isTemplate, secretIn, unclosedIn, variableNames, variablesIn } from "./schema/variables.ts";

type Known = Pick<StackValues, "stack" | "values">;

/** Returns every text with a variable that is not known where it stands, or with one that is never closed. */
export function variableFindings(data: unknown, known: Known): SpecFinding[] {
  const findings: SpecFinding[] = [];
  const path: (string | number)[] = [];
  walk(data, known);
  return findings;

  function walk(value: unknown, among: Known): void {
    if (typeof value === "string") {
      if (/[$%]|\{\{/.test(value) && !isProse(path)) findings.push(...findingsIn(value, among, [...path]));
    } else if (typeof value === "object" && value !== null) {
      const isList = Array.isArray(value);
      for (const key of Object.keys(value)) {
        // An allowance has findings of its own.
        if (path.length === 0 && (key === "allow" || key.startsWith("x-"))) continue;
        path.push(isList ? Number(key) : key);
        const isStack = path.length === 2 && path[0] === "stacks" && key !== known.stack;
        walk((value as Record<string, unknown>)[key], isStack ? stackValues(data, key) : among);
        path.pop();
      }
    }
  }
}

function findingsIn(text: string, { stack, values }: Known, path: Path): SpecFinding[] {
  if (path.at(-1) === "externalId" && secretIn(text) !== undefined) return [];
  const inTarget = hasTarget(path);
  const foreign = inTarget ? foreignVariableIn(text) : undefined;
  if (foreign !== undefined) {
    // In the keys of a bucket such a text could be meant.
    const severity = path.some((step) => step === "prefix" || step === "backup") ? "warning" : "error";
    const message = `${foreign.written} is no variable here and stays as it is: variables are written \${…}.`;
    return [{ code: "unknown-variable", severity, message, path, fix: cureOfVariable(foreign.name, values, inTarget) }];
  }
  const unclosed = unclosedIn(text);
  if (unclosed !== undefined) {
    const message = `The variable ${unclosed.slice(0, 40)} has no closing brace.`;
    const fix = "Add `}`, or write $${ for the two characters themselves.";
    return [{ code: "unclosed-variable", message, path, fix }];
  }
  return variablesIn(text).flatMap((name): SpecFinding[] => {
    if (values.has(name)) return [];
    if ((variableNames as readonly string[]).includes(name)) return inTarget ? [] : [withoutTarget(name, path)];
    if (name.startsWith("config.")) {
      const message = `\${${name}} is a secret of the stack's configuration, which can only be the whole of an externalId.`;
      return [{ code: "unknown-variable", message, path, fix: "Use `vars` for what is no secret." }];
    }
    const isOfSpec = name.startsWith("vars.");
    const message = `The variable \${${name}} is not known${isOfSpec ? ` in the stack ${stack}` : ""}.`;
    const definition = isOfSpec ? ["vars", name.slice("vars.".length)] : undefined;
    return [{ code: "unknown-variable", message, path, fix: cureOfVariable(name, values, inTarget), definition }];
  });
}

/** What a target fills in is not known where targets are chosen. */
function withoutTarget(name: string, path: Path): SpecFinding {
  const message = `\${${name}} stands for nothing here: it is filled in for an account and Region, and this is not of one.`;
  const fix = "Write what is meant; ${vars.…} and ${stack} can stand here.";
  return { code: "unknown-variable", message, path, fix };
}

/** Tells whether a text is of an account and Region once it counts: a setting of an entry, a role, or a variable, which may be part of one. */
function hasTarget(path: Path): boolean {
  const [section, , ...rest] = path;
  if (section === "role" || section === "externalId" || section === "vars" || section === "stacks") return true;
  if (section === "accounts") return rest[0] === "role" || rest[0] === "externalId";
  if (section !== "syncs" && section !== "exports" && section !== "defaults") return false;
  return rest[0] !== "targets" && !(rest[0] === "overrides" && rest[2] === "targets");
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
