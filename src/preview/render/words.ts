import { visibleLine } from "../../spec/index.ts";
import type { ChangeGroup } from "../change/group.ts";
import { resourceKey, operationsWorstFirst } from "../change/change.ts";
import type { Change, Operation } from "../change/change.ts";
import { rowsAfter } from "../consequence/consequence.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { unknownValue } from "../change/properties.ts";
import type { Property } from "../change/properties.ts";
import { factsOfKind, kinds } from "../../resources/kinds.ts";

/** Returns a word as a shell takes it for one. */
export const shellQuoted = (word: string): string =>
  /^[\w.:/=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Returns the plan in one line: `1 replacement, 2 updates (1 against drift), 304 unchanged`. */
export function headline({ result, counts, guards, changes }: Plan): string {
  const parts = operationsWorstFirst.flatMap((operation) => {
    const count = counts[operation] ?? 0;
    return count > 0
      ? `${count} ${nouns[operation]}${count === 1 || operation === "skip" || operation === "forget" ? "" : "s"}`
      : [];
  });
  if (parts.length === 0) parts.push("no changes");
  const drift = changes.filter((change) => change.drift).length;
  if (drift > 0) parts.push(`${parts.pop()} (${drift} against drift)`);
  if (counts.same > 0) parts.push(`${counts.same} unchanged`);
  const blocked = guards.filter(({ status }) => status === "blocked").map(({ name }) => name);
  const verdict = { ok: "", failed: "failed: ", blocked: `blocked by ${blocked.join(" and ")}: ` }[result];
  return `${verdict}${parts.join(", ")}`;
}

/** Returns in a word what may be done with a plan. */
export const planState = ({ result, changes }: Plan): string =>
  result === "ok" ? (changes.length === 0 ? "no changes" : "ready") : result;

/** Tells whether a change takes something away that was there, or ends something that goes on. */
export const isDestructive = ({ severity, operation }: Pick<Change, "severity" | "operation">): boolean =>
  severity === "destroys" || severity === "stops" || operation === "delete" || operation === "replace";

const nouns: Record<Operation, string> = {
  delete: "deletion",
  forget: "forgotten, not deleted",
  replace: "replacement",
  update: "update",
  create: "creation",
  skip: "left out",
};

/** Gives each operation its sign at the beginning of a line. */
export const signs: Record<Operation, string> = {
  delete: "-",
  replace: "±",
  forget: "=",
  update: "~",
  create: "+",
  skip: "·",
};

/** Returns what people call a resource type. */
export function kindName(type: string): string {
  return type === "Guards" ? "the stack's" : (factsOfKind(type)?.noun ?? type);
}

/** Returns the name of a group's one change, such as `111122223333/us-east-1`, or how many accounts and Regions it is for. */
export function targetText({ change, members }: ChangeGroup): string {
  if (members.length === 1) return change.name;
  const places = members.flatMap(({ account, region }): [string, string][] =>
    account !== undefined && region !== undefined ? [[account, region]] : [],
  );
  return (places.length === members.length ? gridText(places) : undefined) ?? `${members.length} targets`;
}

/**
 * Returns `300 accounts × 4 Regions` for that many places, and `undefined` where there is not one in each: then the two numbers would say
 * less than how many there are.
 */
export function gridText(places: readonly (readonly [account: string, region: string])[]): string | undefined {
  const accounts = new Set(places.map(([account]) => account));
  const regions = new Set(places.map(([, region]) => region));
  if (accounts.size * regions.size !== places.length) return undefined;
  const ofAccounts = accounts.size === 1 ? [...accounts][0] : `${accounts.size} accounts`;
  return `${ofAccounts} × ${regions.size === 1 ? [...regions][0] : `${regions.size} Regions`}`;
}

/** Returns the properties worth telling beside the name, which says account and Region already. */
export const propertiesToShow = ({ properties }: Change): Property[] =>
  properties.filter(({ path }) => path !== "account" && path !== "region");

/**
 * Returns both sides of a property as people read them. A value is quoted as JSON, so that none can pose as words of the report: only what
 * stands without quotes is said by it.
 */
export function sidesOf({ before, after, unknown, secret, ...rest }: Property, absent: string): [string, string] {
  const members = listChangesOf({ before, after, unknown, secret, ...rest });
  if (members) return members;
  const textOf = (value: unknown) =>
    value === undefined ? absent : secret ? "[secret]" : visibleLine(JSON.stringify(value));
  const applied = "applied" in rest ? ` (applied: ${textOf(rest.applied)})` : "";
  return [`${textOf(before)}${applied}`, unknown ? unknownValue : textOf(after)];
}

/**
 * Returns what leaves a list and what joins it, quoted: none of the settings keeps an order. `undefined` where the sides are no such lists or
 * have the same members.
 */
export function listChangesOf({ before, after, secret, unknown, applied }: Property): [string, string] | undefined {
  if (!Array.isArray(before) || !Array.isArray(after) || secret || unknown || applied !== undefined) return undefined;
  const [old, current] = [before, after].map((list: unknown[]) => list.map((item) => JSON.stringify(item)));
  const gone = old!.filter((item) => !current!.includes(item));
  const added = current!.filter((item) => !old!.includes(item));
  return gone.length + added.length > 0 ? [textOf(gone), textOf(added)] : undefined;

  function textOf(items: string[]): string {
    return items.map(visibleLine).join(", ");
  }
}

/**
 * Returns the order in which tables and exports make room for each other, in words. A sync is deleted and created, which needs no telling.
 */
export function stepsOf({ steps, changes }: Plan): { verb: string; kind: string; name: string }[] {
  const ordered = changes.filter(({ operation, type }) => operation === "replace" && factsOfKind(type)?.ofExport);
  const replaced = new Map(ordered.map((one) => [resourceKey(one), one]));
  const backedUp = new Set(
    ordered.filter((one) => one.found?.becomes !== "stops" && rowsAfter(one) === "backedUp").map(({ name }) => name),
  );
  const verb = (step: Step) => {
    const word = stepVerb(step);
    if (!backedUp.has(step.name)) return word;
    if (step.type === "AssetTable") return word === "claim" ? "prove the backup again, drop the table and claim" : word;
    return word === "delete" ? "back the table up, verify, then delete" : word;
  };
  return steps
    .filter((step) => step.operation !== "replace" && replaced.has(resourceKey(step)))
    .map((step) => ({ verb: verb(step), kind: kindName(step.type), name: step.name }));
}

/** Says what is done to a resource: a claim is released, since its table may well stay. */
export const operationWord = ({ operation, type }: Pick<Change, "operation" | "type">): string =>
  operation === "delete" || operation === "create" ? stepVerb({ operation, type }) : operation;

/** Says what a step does, in a word or a few. A claim on a table is nothing in AWS that could be deleted or created. */
export function stepVerb({ operation, type }: Pick<Step, "operation" | "type">): string {
  if (operation === "refresh") return "read";
  const { verbs } = factsOfKind(type) ?? kinds.ResourceDataSync;
  if (operation.startsWith("delete")) return verbs.delete;
  return operation.startsWith("create") ? verbs.create : operation;
}
