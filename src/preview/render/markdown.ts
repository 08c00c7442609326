import { groupChanges } from "../change/group.ts";
import type { ChangeGroup } from "../change/group.ts";
import type { Change, FormerSource } from "../change/change.ts";
import type { Plan } from "../plan/plan.ts";
import { clip, codeBlock, codeSpan, escapeMarkdown, proseMarkdown } from "./escape.ts";
import { groupDiagnostics } from "./diagnostic-groups.ts";
import { findingGroups } from "./finding-lines.ts";
import { messageItem } from "./message-item.ts";
import { dialects } from "./dialect.ts";
import { markdownMatrix, matrixOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import { alertOf, alertSection } from "./alerts.ts";
import { fitSections } from "./fit-sections.ts";
import type { Section } from "./fit-sections.ts";
import { foldedSection, openSection } from "./sections.ts";
import { tableContentText, estimateText, waveText } from "./quantities.ts";
import {
  headline,
  kindName,
  sidesOf,
  signs,
  stepsOf,
  propertiesToShow,
  targetText,
  shellQuoted,
  operationWord,
  planState,
} from "./words.ts";

/** What Markdown may link to, and how long it may be. */
export interface MarkdownOptions {
  /** Returns where people read a line of the spec. Without it there are no links. */
  lineUrl?(file: string, line: number, commit?: string): string | undefined;
  /** What is being done with the plan. */
  state?: string;
  /** The most bytes, GitHub's limit of a comment by default; whole rows and sections give way, least important first. */
  limit?: number;
}

/** The most bytes of a comment where nothing else is said: the characters that GitHub takes. */
export const commentLimit = dialects.github.limit;

/** Returns the plan as Markdown for a pull request's comment or a job summary. */
export function renderMarkdown(plan: Plan, { lineUrl, state, limit = commentLimit }: MarkdownOptions = {}): string {
  const groups = groupChanges(plan.changes.filter(({ drift }) => !drift));
  const drift = groupChanges(plan.changes.filter((change) => change.drift));
  const link = sourceLinker(lineUrl);
  const matrix = matrixOf(plan);
  const alert = alertOf(plan, [...groups, ...drift]);
  return fitSections(
    [
      { weight: 0, head: title(plan, state), items: [], tail: "" },
      ...(alert ? [alertSection(alert)] : []),
      errors(plan, link),
      findings(plan, link),
      openSection(
        3,
        tableHead,
        groups.map((group) => row(group, link)),
        (more) => `| | and ${more} more | | |\n`,
      ),
      openSection(
        3,
        `**Drift**, undone by this plan\n\n${tableHead}`,
        drift.map((group) => row(group, link)),
        (more) => `| | and ${more} more | | |\n`,
      ),
      foldedSection(5, "Properties", [...groups, ...drift].map(propertyBlock), "changes"),
      foldedSection(4, "What the tables hold", plan.preflight.tables.map(tableLine), "tables"),
      foldedSection(4, "Order of the replacements", orderOf(plan), "steps"),
      foldedSection(
        4,
        "Waves",
        (plan.waves ?? []).map((wave) => `1. ${escapeMarkdown(waveText(wave))}\n`),
        "waves",
      ),
      ...(matrix ? [matrixSection(matrix)] : []),
      foldedSection(6, "Warnings and messages", notes(plan, link), "messages"),
      { weight: 0, head: footer(plan, state === undefined), items: [], tail: "" },
    ],
    limit,
  );
}

function title(plan: Plan, doing: string | undefined): string {
  const state = doing ?? planState(plan);
  const line = plan.changes.length === 0 && plan.result === "ok" ? `${plan.counts.same} unchanged` : headline(plan);
  return `### Sluice ${codeSpan(clip(`${plan.project}/${plan.stack}`, 200))}: ${state}\n\n${escapeMarkdown(line)}\n\n`;
}

function tableLine(table: Plan["preflight"]["tables"][number]): string {
  return `- ${codeSpan(table.name)} ${escapeMarkdown(tableContentText(table))}\n`;
}

/** The command names the stack: without it the default one would be meant. Of a plan that cannot be applied, or is being, there is the digest alone. */
function footer({ digest, stack, result, changes, preflight, estimate }: Plan, isProposed: boolean): string {
  const canApply = isProposed && result === "ok" && changes.length > 0;
  const takes = canApply ? `It takes ${estimateText(estimate)}. ` : "";
  const unasked = preflight.asked ? "" : "AWS was not asked. ";
  const command = `sluice up --stack ${shellQuoted(clip(stack, 100))} --digest ${digest}`;
  const label = canApply ? `Applied by ${codeSpan(command)}` : `Plan ${codeSpan(digest)}`;
  return `${takes}${unasked}${label}\n`;
}

function errors({ diagnostics }: Plan, link: SourceLink): Section {
  return openSection(
    2,
    "**Errors**\n\n",
    groupDiagnostics(diagnostics.filter(({ severity }) => severity === "error")).map((group) =>
      messageItem(group, link),
    ),
    (more) => `- and ${more} more errors\n`,
  );
}

function findings({ preflight }: Plan, link: SourceLink): Section {
  return openSection(
    2,
    "**Findings**\n\n",
    findingGroups(preflight.findings).map(({ severity, code, rest, ...head }) =>
      messageItem({ lead: `**${severity}** ${codeSpan(clip(code, 100))} `, heads: [head], rest }, link),
    ),
    (more) => `- and ${more} more findings\n`,
  );
}

function notes({ diagnostics }: Plan, link: SourceLink): string[] {
  const quiet = diagnostics.filter(({ severity }) => severity !== "error");
  return groupDiagnostics(quiet).map((group) => messageItem({ lead: `${group.severity}: `, ...group }, link));
}

const tableHead = "| | Change | What happens to the data | Spec |\n|---|---|---|---|\n";

/** What takes something away is marked in colour: signs are all of one. */
const marks: Partial<Record<Change["severity"], string>> = { destroys: "⛔\u00A0", stops: "⚠️\u00A0" };

function row(group: ChangeGroup, link: SourceLink): string {
  const { change } = group;
  const what = `${operationWord(change)} ${kindName(change.type)} ${codeSpan(clip(targetText(group), 200))}`;
  const sign = `${marks[change.severity] ?? ""}${codeSpan(signs[change.operation])}`;
  return `| ${sign} | ${what} | ${proseMarkdown(clip(change.consequence, 600))} | ${placeOfChange(change, link)} |\n`;
}

/** What is gone from the spec stood in a line of the spec before, where that is known. */
function placeOfChange({ source, formerSource }: Change, link: SourceLink): string {
  return source || !formerSource ? link(source) : `gone from ${link(formerSource)}`;
}

type SourceLink = ReturnType<typeof sourceLinker>;

/** Returns what writes a place in the spec, with a link to it where `lineUrl` says where the spec can be read. */
export function sourceLinker(lineUrl: MarkdownOptions["lineUrl"]): (source: FormerSource | undefined) => string {
  return (source) => {
    if (!source) return "gone from the spec";
    const text = escapeMarkdown(clip(`${source.file}:${source.line}`, 200));
    const url = lineUrl?.(source.file, source.line, source.commit);
    return url ? `[${text}](${url})` : text;
  };
}

function propertyBlock(group: ChangeGroup): string {
  const lines = propertiesToShow(group.change).flatMap((property) => {
    const [from, to] = sidesOf(property, "");
    const why = property.replaces ? "   # forces the replacement" : "";
    return [
      ...(from === "" ? [] : [`- ${property.path}: ${clip(from, 300)}`]),
      ...(to === "" ? [] : [`+ ${property.path}: ${clip(to, 300)}${why}`]),
    ];
  });
  const heading = `${operationWord(group.change)} ${kindName(group.change.type)} ${targetText(group)}`;
  return `**${escapeMarkdown(clip(heading, 300))}**\n\n${codeBlock("diff", clip(lines.join("\n"), 6000))}\n\n`;
}

function orderOf(plan: Plan): string[] {
  return stepsOf(plan).map(
    ({ verb, kind, name }, index) => `${index + 1}. ${verb}: ${kind} ${codeSpan(clip(name, 200))}\n`,
  );
}

function matrixSection(matrix: Matrix): Section {
  const { head, rows } = markdownMatrix(matrix);
  const section = foldedSection(7, matrix.title, rows, "rows");
  return {
    ...section,
    head: `${section.head}${head}`,
    more: (left) => `| and ${left} more rows${" |".repeat(matrix.regions.length + 1)}\n`,
  };
}
