import type { ChangeGroup } from "../change/group.ts";
import { rowsAfter } from "../consequence/consequence.ts";
import type { Plan } from "../plan/plan.ts";
import { firstItems } from "../change/first-items.ts";
import { clip, escapeMarkdown, proseMarkdown } from "./escape.ts";
import type { Section } from "./fit-sections.ts";
import { openSection } from "./sections.ts";
import { tableContentText } from "./quantities.ts";
import { isDestructive, kindName, operationWord } from "./words.ts";

/** What has to be seen first. Between backticks is code. */
export interface Alert {
  kind: "CAUTION" | "WARNING" | "TIP";
  lines: { strong?: string; text?: string }[];
}

/** Returns whether data is destroyed, collection stops, or nothing is lost; and what a guard says. `undefined` where there is nothing to say. */
export function alertOf(plan: Plan, groups: readonly ChangeGroup[]): Alert | undefined {
  const guards = plan.guards.filter(({ status }) => status !== "pass");
  const changes = groups.map(({ change }) => change);
  const destroys = changes.some(({ severity }) => severity === "destroys");
  const blocked = guards.some(({ status }) => status === "blocked");
  const taken = groups.filter(({ change }) => isDestructive(change));
  const quiet = guards.length === 0 && taken.length === 0;
  if (quiet && (plan.result !== "ok" || changes.length === 0)) return undefined;
  const verdict = [...(destroys ? ["data is destroyed"] : []), ...stoppingWords(plan)].join(", ");
  const claims = taken.filter(({ change }) => change.type === "AssetTable");
  const tables = firstItems(claims, 5);
  const lines = [
    ...guards.map(({ name, status, message }) => ({
      strong: `${status === "blocked" ? "Blocked by" : "Allowed beyond"} ${name}.`,
      text: clip(message, 1500),
    })),
    ...(taken.length > 0
      ? [{ strong: `${capitalized(`${blocked ? "if applied: " : ""}${summaryOf(taken, verdict)}`)}.` }]
      : []),
    // Rows of a table are the one thing that cannot be had back from AWS.
    ...tables.shown.map(({ change, members }) => {
      const held = members.length === 1 ? plan.preflight.tables.find(({ name }) => name === change.name) : undefined;
      const lead = held ? `\`${clip(held.name, 200)}\` holds ${tableContentText(held)}. ` : "";
      return { text: `${lead}${clip(change.consequence, 600)}` };
    }),
    ...(tables.more > 0 ? [{ text: `And ${tables.more} more asset tables, below.` }] : []),
    ...(quiet ? [{ strong: "Nothing is lost.", text: "No row goes, and nothing that collects stops." }] : []),
  ];
  return { kind: destroys || blocked ? "CAUTION" : quiet ? "TIP" : "WARNING", lines };
}

/** Returns an alert as a forge shows it in Markdown. */
export function alertSection({ kind, lines }: Alert): Section {
  const items = lines.map(({ strong, text }, index) => {
    const words = [...(strong ? [`**${escapeMarkdown(strong)}**`] : []), ...(text ? [proseMarkdown(text)] : [])];
    return `${index > 0 ? ">\n" : ""}> ${words.join(" ")}\n`;
  });
  return openSection(1, `> [!${kind}]\n`, items, (more) => `> and ${more} more.\n`);
}

/** A sync that delivers elsewhere goes on. */
function stoppingWords({ changes }: Plan): string[] {
  const words = [
    ...(changes.some((change) => rowsAfter(change) === "backedUp") ? ["rows move to a backup"] : []),
    ...(changes.some(({ facts }) => facts.collection === "stops") ? ["collection stops"] : []),
  ];
  const moves = changes.some(({ facts }) => facts.collection === "moves");
  return words.length === 0 && moves ? ["collection goes on elsewhere"] : words;
}

/** `collection stops: deletes 2 data syncs, replaces 1 asset table`. */
function summaryOf(groups: readonly ChangeGroup[], verdict: string): string {
  const counts = Map.groupBy(groups, ({ change }) => `${operationWord(change)}s ${kindName(change.type)}`);
  const parts = [...counts.values()].map((same) => {
    const { change } = same[0]!;
    const count = same.reduce((sum, { members }) => sum + members.length, 0);
    return `${operationWord(change)}s ${count} ${kindName(change.type)}${count === 1 ? "" : "s"}`;
  });
  return [verdict, parts.join(", ")].filter(Boolean).join(": ");
}

const capitalized = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;
