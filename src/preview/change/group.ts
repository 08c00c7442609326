import { severities, operationsWorstFirst } from "./change.ts";
import type { Change } from "./change.ts";
import type { Property } from "./properties.ts";

/** Equal changes over many targets, told once. */
export interface ChangeGroup {
  /** The first one; its properties and consequence say `${account.id}` and `${region}` where the targets differ in just that. */
  change: Change;
  /** Every one of them, in the plan's order. */
  members: Change[];
}

/** Groups changes that do the same on different targets, worst first; of equals the tables, which hold data. */
export function groupChanges(changes: readonly Change[]): ChangeGroup[] {
  const groups = [...Map.groupBy(changes, shapeOf).values()].flatMap(split);
  return groups.toSorted((a, b) => weightOf(a) - weightOf(b));
}

const weightOf = ({ change: { severity, operation, type } }: ChangeGroup): number =>
  severities.indexOf(severity) * 100 +
  operationsWorstFirst.indexOf(operation) * 2 +
  (type === "ResourceDataSync" ? 1 : 0);

/** These say where a change is, and so differ by target. */
const where = new Set(["account", "region", "role", "assetTable"]);

function shapeOf({ operation, severity, drift, type, name, source, formerSource, properties }: Change): string {
  const what = properties.map(({ path, before, after }) => [path, before === undefined, after === undefined]);
  return JSON.stringify([operation, severity, drift, type, name.split("/").slice(2), source, formerSource, what]);
}

/** Parts members of one shape at the first value that cannot be told in common. */
function split(members: Change[]): ChangeGroup[] {
  const aspects = aspectsOf(members[0]!).map((_, index) => inCommon(members, index));
  const apart = aspects.indexOf(undefined);
  if (apart >= 0) {
    return [...Map.groupBy(members, (member) => JSON.stringify(aspectsOf(member)[apart])).values()].flatMap(split);
  }
  if (members.length === 1) return [{ change: members[0]!, members }];
  const [consequence, ...properties] = aspects as [string, ...Property[]];
  return [{ change: { ...members[0]!, consequence, properties }, members }];
}

type Aspect = string | Property;

const aspectsOf = ({ properties, consequence }: Change): Aspect[] => [
  consequence,
  ...properties.filter(({ path }) => !where.has(path)),
];

/** What all members say: word for word, or once each has put its own account and Region into words. */
function inCommon(members: Change[], index: number): Aspect | undefined {
  const aspects = members.map((member) => aspectsOf(member)[index]!);
  const general = members.map((member, at) => generalized(member, aspects[at]!));
  return [aspects, general].find(allEqual)?.[0];
}

const allEqual = (values: Aspect[]): boolean => new Set(values.map((value) => JSON.stringify(value))).size === 1;

function generalized({ account, region }: Change, value: Aspect): Aspect {
  const put = (text: string) =>
    [[account, "${account.id}"] as const, [region, "${region}"] as const].reduce(
      (rest, [part, name]) => (part ? rest.replaceAll(part, name) : rest),
      text,
    );
  return mapTexts(value, put) as Aspect;
}

function mapTexts(value: unknown, put: (text: string) => string): unknown {
  if (typeof value === "string") return put(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, put));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [put(key), mapTexts(inner, put)]));
}
