import { styleText } from "node:util";
import { wordWrapped } from "../../spec/index.ts";
import type { Change } from "../change/change.ts";
import { groupChanges } from "../change/group.ts";
import type { ChangeGroup } from "../change/group.ts";
import type { Plan } from "../plan/plan.ts";
import type { Property } from "../change/properties.ts";
import { firstItems } from "../change/first-items.ts";
import { diagnosticLines, withPlace } from "./diagnostic-groups.ts";
import { findingGroups } from "./finding-lines.ts";
import { tableContentText, estimateText, waveText } from "./quantities.ts";
import {
  headline,
  kindName,
  listChangesOf,
  operationWord,
  sidesOf,
  signs,
  stepsOf,
  propertiesToShow,
  targetText,
} from "./words.ts";

/** How text for a terminal is written. */
export interface TextOptions {
  color?: boolean;
  /** Width to wrap sentences at. */
  columns?: number;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Returns the plan as text for a terminal or a log. */
export function renderText(plan: Plan, { color = false, columns = 100 }: TextOptions = {}): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const width = Math.max(40, Math.min(columns, 120));
  const sections = [
    [`${paint("bold", plan.stack)}  ${paint(plan.result === "ok" ? "bold" : "red", headline(plan))}`],
    ...changeSections(plan.changes, paint, width),
    stepLines(plan, paint),
    waveLines(plan, paint),
    tableLines(plan, paint),
    findingLines(plan, paint),
    diagnosticLines(plan.diagnostics, paint),
    plan.guards.flatMap(({ name, status, message }) =>
      status === "pass" ? [] : [`${paint(status === "blocked" ? "red" : "yellow", status)}  ${name}: ${message}`],
    ),
    [
      ...(plan.changes.length > 0 ? [paint("dim", `takes   ${estimateText(plan.estimate)}`)] : []),
      paint("dim", `digest  ${plan.digest}`),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** What is under review, and apart from it what only undoes what was changed behind the stack's back. */
function changeSections(changes: readonly Change[], paint: Paint, width: number): string[][] {
  const sectionsOf = (some: Change[]) => groupChanges(some).map((group) => groupLines(group, paint, width));
  const drift = changes.filter((change) => change.drift);
  return [
    ...sectionsOf(changes.filter((change) => !change.drift)),
    ...(drift.length > 0 ? [[paint("bold", "drift, undone by this plan")]] : []),
    ...sectionsOf(drift),
  ];
}

const styles = {
  delete: "red",
  replace: "magenta",
  forget: "cyan",
  update: "yellow",
  create: "green",
  skip: "dim",
} as const;

function placeOf({ source, formerSource }: Change): string {
  if (source) return `${source.file}:${source.line}`;
  return formerSource
    ? `no longer in the spec, was ${formerSource.file}:${formerSource.line}`
    : "no longer in the spec";
}

function groupLines(group: ChangeGroup, paint: Paint, width: number): string[] {
  const { change, members } = group;
  const place = placeOf(change);
  const title = `${signs[change.operation]} ${operationWord(change)} ${kindName(change.type)}`;
  const lines = [
    `${paint(styles[change.operation], title)}  ${paint("bold", targetText(group))}  ${paint("dim", place)}`,
  ];
  if (members.length > 1) {
    const { shown, more } = firstItems(members, 6);
    const names = [...shown.map(({ name }) => name), ...(more > 0 ? [`and ${more} more`] : [])];
    lines.push(...indented(names.join(", "), width).map((line) => paint("dim", line)));
  }
  if (change.operation === "update" || change.operation === "replace") {
    const properties = propertiesToShow(change);
    const pad = Math.max(0, ...properties.map(({ path }) => path.length));
    for (const property of properties) {
      const why = property.replaces ? paint("magenta", "  forces the replacement") : "";
      lines.push(`    ${property.path.padEnd(pad)}  ${sides(property, paint)}${why}`);
    }
  }
  return [...lines, ...indented(change.consequence, width)];
}

/** Before and after; of a list, what leaves it and what joins it. */
function sides(property: Property, paint: Paint): string {
  const [from, to] = sidesOf(property, "(not set)").map(clipped) as [string, string];
  if (!listChangesOf(property)) return `${paint("red", from)} → ${paint("green", to)}`;
  return [from && paint("red", `- ${from}`), to && paint("green", `+ ${to}`)].filter(Boolean).join("  ");
}

function stepLines(plan: Plan, paint: Paint): string[] {
  const { shown, more } = firstItems(stepsOf(plan), 16);
  if (shown.length === 0) return [];
  const lines = shown.map(({ verb, kind, name }, index) => `    ${index + 1}. ${verb}: ${kind} ${name}`);
  return [paint("bold", "replaced in this order"), ...lines, ...(more > 0 ? [`    and ${more} more steps`] : [])];
}

function waveLines({ waves = [] }: Plan, paint: Paint): string[] {
  if (waves.length === 0) return [];
  const lines = waves.map((wave, index) => `    ${index + 1}. ${waveText(wave)}`);
  return [paint("bold", "deployed in these waves"), ...lines];
}

function tableLines({ preflight }: Plan, paint: Paint): string[] {
  const { shown, more } = firstItems(preflight.tables, 16);
  if (shown.length === 0) return [];
  const lines = shown.map((table) => `    ${table.name}  ${tableContentText(table)}`);
  return [paint("bold", "what the tables hold"), ...lines, ...(more > 0 ? [`    and ${more} more tables`] : [])];
}

function findingLines({ preflight, changes }: Plan, paint: Paint): string[] {
  if (!preflight.asked) return changes.length > 0 ? [paint("dim", "AWS was not asked")] : [];
  return findingGroups(preflight.findings).flatMap(({ severity, code, rest, ...head }) => [
    `${paint(severity === "error" ? "red" : "yellow", severity)}  ${code}  ${withPlace(head).replaceAll("\n", "\n     │ ")}`,
    ...rest.map((line) => `     │ ${line}`),
  ]);
}

const clipped = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

function indented(text: string, width: number): string[] {
  return wordWrapped(text, width - 4).map((line) => `    ${line}`);
}
