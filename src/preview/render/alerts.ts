import type { ChangeGroup } from "../change/group.ts";
import type { Plan } from "../plan/plan.ts";
import { firstItems } from "../change/first-items.ts";
import { clip, escapeMarkdown } from "./escape.ts";
import type { Section } from "./fit-sections.ts";
import { openSection } from "./sections.ts";
import { isDestructive, kindName } from "./words.ts";

/** Returns what has to be seen first: data is destroyed, collection stops, or nothing is lost; and what a guard says. */
export function alertOf(plan: Plan, groups: readonly ChangeGroup[]): Section {
  const guards = plan.guards.filter(({ status }) => status !== "pass");
  const changes = groups.map(({ change }) => change);
  const destroys = changes.some(({ severity }) => severity === "destroys");
  const stops = changes.some(({ severity }) => severity === "stops");
  const blocked = guards.some(({ status }) => status === "blocked");
  const taken = groups.filter(({ change }) => isDestructive(change));
  const quiet = guards.length === 0 && taken.length === 0;
  if (quiet && (plan.result !== "ok" || changes.length === 0)) return openSection(1, "", [], () => "");
  const kind = destroys || blocked ? "CAUTION" : quiet ? "TIP" : "WARNING";
  const verdict = destroys ? "Data is destroyed. " : stops ? `${stopping(plan)} ` : "";
  const claims = taken.filter(({ change }) => change.type === "AssetTable");
  const tables = firstItems(claims, 5);
  const items = [
    ...guards.map(({ name, status, message }) => {
      const said = status === "blocked" ? `Blocked by ${name}` : `Allowed beyond ${name}`;
      return `> **${said}.** ${escapeMarkdown(clip(message, 1500))}\n>\n`;
    }),
    ...(taken.length > 0 ? [`> **${verdict}${summaryOf(taken)}.**\n>\n`] : []),
    // Rows of a table are the one thing that cannot be had back from AWS.
    ...tables.shown.map(({ change }) => `> ${escapeMarkdown(clip(change.consequence, 600))}\n>\n`),
    ...(tables.more > 0 ? [`> And ${tables.more} more asset tables, below.\n>\n`] : []),
    ...(quiet ? ["> **Nothing is lost.** No row goes, and nothing that collects stops.\n"] : []),
  ];
  return openSection(1, `> [!${kind}]\n`, items, (more) => `> and ${more} more.\n`);
}

function stopping({ changes }: Plan): string {
  const collecting = changes.some(({ facts }) => facts.collection === "stops");
  const moving = changes.some(({ facts }) => facts.rows === "backedUp");
  if (collecting && moving) return "Collection stops, and rows move to a backup.";
  return moving ? "Rows move to a backup." : "Collection stops.";
}

/** `Deletes 2 data syncs, replaces 1 asset table`. */
function summaryOf(groups: readonly ChangeGroup[]): string {
  const counts = Map.groupBy(groups, ({ change }) => `${change.operation}s ${kindName(change.type)}`);
  const parts = [...counts.values()].map((same) => {
    const { operation, type } = same[0]!.change;
    const count = same.reduce((sum, { members }) => sum + members.length, 0);
    return `${operation}s ${count} ${kindName(type)}${count === 1 ? "" : "s"}`;
  });
  const text = parts.join(", ");
  return escapeMarkdown(`${text[0]!.toUpperCase()}${text.slice(1)}`);
}
