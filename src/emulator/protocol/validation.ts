import type { NormalizedSchema } from "@smithy/core/schema";
import type { Constraint, Constraints } from "./constraints.ts";
import { requiredMembers } from "./smithy-schema.ts";

/** How a service names a member in its messages. */
export type Spelling = (member: string) => string;

/** One violated limit, in the words AWS's front ends use. */
export type Violation = string;

/** Returns each limit that the decoded input violates. */
export function violations(
  input: unknown,
  schema: NormalizedSchema,
  constraints: Constraints,
  spelling: Spelling = (member) => member,
): Violation[] {
  const found: Violation[] = [];
  visit(schema, input, "", undefined);
  return found;

  function visit(shape: NormalizedSchema, value: unknown, path: string, limits: Constraint | undefined): void {
    if (limits) found.push(...violated(value, path, limits));
    if (shape.isStructSchema()) return visitMembers(shape, value as Record<string, unknown>, path);
    if (shape.isListSchema()) {
      for (const [index, element] of (value as unknown[]).entries()) {
        visitPresent(shape.getValueSchema(), element, `${path}.${index + 1}.member`, limits?.each);
      }
    }
    if (shape.isMapSchema()) {
      for (const [key, element] of Object.entries(value as object)) {
        if (limits?.key) found.push(...violated(key, path, limits.key));
        visitPresent(shape.getValueSchema(), element, `${path}.${key}`, limits?.value);
      }
    }
  }

  function visitMembers(shape: NormalizedSchema, value: Record<string, unknown>, path: string): void {
    const under = path === "" ? "" : `${path}.`;
    const required = new Set(requiredMembers(shape));
    if (shape.isUnionSchema() && Object.values(value).filter((member) => member !== undefined).length !== 1) {
      found.push(`Value at '${path}' failed to satisfy constraint: Exactly one member of the union must be set`);
    }
    for (const [member, memberShape] of shape.structIterator()) {
      const visitMember = required.has(member) ? visitPresent : visitOptional;
      visitMember(
        memberShape,
        value[member],
        `${under}${spelling(member)}`,
        constraints[`${shape.getName()}.${member}`],
      );
    }
  }

  /** Required members, and the elements of lists and maps. */
  function visitPresent(shape: NormalizedSchema, value: unknown, path: string, limits: Constraint | undefined): void {
    if (value !== undefined && value !== null) return visit(shape, value, path, limits);
    found.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  }

  function visitOptional(shape: NormalizedSchema, value: unknown, path: string, limits: Constraint | undefined): void {
    if (value !== undefined && value !== null) visit(shape, value, path, limits);
  }
}

/** Returns the message of a ValidationException. */
export function validationMessage(found: Violation[]): string {
  return `${found.length} validation error${found.length === 1 ? "" : "s"} detected: ${found.join("; ")}`;
}

function violated(value: unknown, path: string, limits: Constraint): Violation[] {
  const found: Violation[] = [];
  const fail = (must: string) =>
    found.push(`Value ${shown(value)}at '${path}' failed to satisfy constraint: Member must ${must}`);
  const size = sizeOf(value);
  const measure = typeof value === "number" ? "value" : "length";
  if (limits.min !== undefined && size < limits.min) fail(`have ${measure} greater than or equal to ${limits.min}`);
  if (limits.max !== undefined && size > limits.max) fail(`have ${measure} less than or equal to ${limits.max}`);
  if (typeof value === "string") {
    if (limits.pattern !== undefined && !expression(limits.pattern).test(value)) {
      fail(`satisfy regular expression pattern: ${limits.pattern}`);
    }
    if (limits.enum !== undefined && !limits.enum.includes(value)) {
      fail(`satisfy enum value set: [${limits.enum.join(", ")}]`);
    }
  }
  return found;
}

/** Lengths are counted in characters, not in UTF-16 units. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return [...value].length;
  if (typeof value === "number") return value;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return Object.keys(value as object).length;
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `'${value}' ` : "";
}

const expressions = new Map<string, RegExp>();

/** A model's pattern holds for the whole value. */
function expression(pattern: string): RegExp {
  // Classes by property, and characters that a model writes as two halves, are read with the flag alone.
  const flags = /\\p\{|\\uD800\\uDC00/.test(pattern) ? "u" : "";
  const known = expressions.get(pattern) ?? new RegExp(`^(?:${pattern})$`, flags);
  expressions.set(pattern, known);
  return known;
}
