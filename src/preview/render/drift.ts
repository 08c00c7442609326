import { styleText } from "node:util";
import { visible, visibleLine } from "../../spec/index.ts";
import type { PlanDiagnostic } from "../change/diagnostics.ts";
import type { DriftedLeaf, FoundDrift } from "../change/found-drift.ts";
import { diagnosticLines } from "./diagnostic-groups.ts";
import { clip, codeSpan, escapeMarkdown } from "./escape.ts";
import { fitSections } from "./fit-sections.ts";
import { commentLimit, sourceLinker } from "./markdown.ts";
import type { MarkdownOptions } from "./markdown.ts";
import { openSection } from "./sections.ts";
import type { TextOptions } from "./text.ts";
import { kindName, signs } from "./words.ts";

/** What AWS has otherwise than it was applied last, as `drift -o json` prints it. */
export interface DriftReport {
  version: 1;
  project: string;
  stack: string;
  /** `failed` where something could not be read back; what could be is told all the same. */
  result: "ok" | "failed";
  counts: { changed: number; gone: number };
  drift: FoundDrift[];
  /** What was taken into the spec, where that was asked for. */
  absorbed?: { type: string; name: string; file: string; line: number; how: string }[];
  /** What was not, and why. */
  left?: { type: string; name: string; why: string }[];
  diagnostics: PlanDiagnostic[];
}

/** Returns the drift in one of its forms. */
export function renderDrift(
  report: DriftReport,
  format: "text" | "json" | "markdown",
  options: TextOptions & MarkdownOptions = {},
): string {
  if (format === "json") return `${visible(JSON.stringify(report, null, 2))}\n`;
  return format === "text" ? textOf(report, options) : markdownOf(report, options);
}

function textOf(report: DriftReport, { color = false, columns = 100 }: TextOptions): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const width = Math.max(40, Math.min(columns, 120));
  const { stack, drift, absorbed = [], left = [] } = report;
  const sections = [
    [`${paint("bold", stack)}  ${paint(report.result === "ok" ? "bold" : "red", verdictOf(report))}`],
    ...drift.map((one) => {
      const sign = paint(one.found === "gone" ? "red" : "yellow", `${signOf(one)} ${kindName(one.type)}`);
      return [
        `${sign}  ${paint("bold", visibleLine(one.name))}  ${paint("dim", visibleLine(placeOf(one.source)))}`,
        ...(one.found === "gone" ? ["    AWS no longer has it."] : one.leaves.flatMap(leafLines)),
      ];
    }),
    absorbed.map(({ type, name, file, line, how }) =>
      visibleLine(`absorbed  ${file}:${line}  ${kindName(type)} ${name}: ${how}`),
    ),
    left.map(
      ({ type, name, why }) => `${paint("yellow", "left")}  ${visibleLine(`${kindName(type)} ${name}: ${why}`)}`,
    ),
    diagnosticLines(report.diagnostics, paint),
    nextOf(report).map((line) => paint("dim", line)),
  ];
  const paragraphs = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${paragraphs.join("\n\n")}\n`;

  function leafLines(leaf: DriftedLeaf): string[] {
    const name = visibleLine(leaf.setting ?? leaf.path);
    const sides = sidesIn(leaf);
    const pad = Math.max(...sides.map(([side]) => side.length));
    return [
      `    ${name}  ${paint("dim", visibleLine(placeOf(leaf.source)))}`,
      ...sides.map(([side, value]) => `      ${side.padEnd(pad)}  ${clip(value, width - pad - 8)}`),
    ];
  }
}

function markdownOf(report: DriftReport, { lineUrl, limit = commentLimit }: MarkdownOptions): string {
  const link = sourceLinker(lineUrl);
  const { stack, drift, absorbed = [], left = [] } = report;
  const cell = (text: string) => escapeMarkdown(clip(text, 400));
  const rows = drift.flatMap(({ found, type, name, source, leaves }) => {
    const what = `${codeSpan(found === "gone" ? signs.delete : signs.update)} ${kindName(type)} ${codeSpan(clip(name, 200))}`;
    if (found === "gone") return [`| ${what} | | | | AWS no longer has it | ${link(source)} |\n`];
    return leaves.map((leaf) => {
      const cellOf = (side: "spec" | "applied" | "aws") => cell(valueIn(leaf, side));
      const setting = codeSpan(clip(leaf.setting ?? leaf.path, 200));
      return `| ${what} | ${setting} | ${cellOf("spec")} | ${cellOf("applied")} | ${cellOf("aws")} | ${link(leaf.source ?? source)} |\n`;
    });
  });
  return fitSections(
    [
      {
        weight: 0,
        head: `### Sluice ${codeSpan(clip(stack, 200))}: ${escapeMarkdown(verdictOf(report))}\n\n`,
        items: [],
        tail: "",
      },
      openSection(
        1,
        "| Resource | Setting | Spec | Applied last | AWS | Where |\n|---|---|---|---|---|---|\n",
        rows,
        (more) => `| and ${more} more | | | | | |\n`,
      ),
      openSection(
        2,
        "**Taken into the spec**\n\n",
        absorbed.map(({ type, name, how, ...at }) => `- ${link(at)} ${cell(`${kindName(type)} ${name}: ${how}`)}\n`),
        (more) => `- and ${more} more\n`,
      ),
      openSection(
        2,
        "**Left as it is**\n\n",
        left.map(({ type, name, why }) => `- ${cell(`${kindName(type)} ${name}: ${why}`)}\n`),
        (more) => `- and ${more} more\n`,
      ),
      openSection(
        3,
        "**What could not be read**\n\n",
        report.diagnostics.map(({ severity, message, name }) => `- ${severity}: ${cell(`${name ?? ""} ${message}`)}\n`),
        (more) => `- and ${more} more\n`,
      ),
      {
        weight: 0,
        head: nextOf(report)
          .map((line) => line.replace(/^(sluice [\w -]+?) {2,}/, (_, command: string) => `- ${codeSpan(command)} `))
          .map((line) => `${line}\n`)
          .join(""),
        items: [],
        tail: "",
      },
    ],
    limit,
  );
}

function verdictOf({ result, counts: { changed, gone } }: DriftReport): string {
  const parts = [
    ...(changed > 0 ? [`${changed} changed behind the stack's back`] : []),
    ...(gone > 0 ? [`${gone} gone`] : []),
  ];
  const summary = parts.join(", ") || "AWS has everything as it was applied last";
  if (result === "ok") return summary;
  return parts.length > 0 ? `not everything could be read; ${summary}` : "not everything could be read";
}

/** What to do about it. */
function nextOf({ drift, absorbed, left = [] }: DriftReport): string[] {
  if (drift.length === 0) return [];
  if (absorbed === undefined) {
    return [
      "sluice up --refresh      puts back what the spec says",
      "sluice drift --absorb    writes what AWS has into the spec",
    ];
  }
  return [
    ...(absorbed.length > 0
      ? [
          "sluice preview --refresh  has nothing to do for what was absorbed",
          "sluice refresh            records it in the state",
        ]
      : []),
    ...(left.length > 0 ? ["sluice up --refresh       puts back what was left"] : []),
  ];
}

/** The sides of a setting in words; those that are equal share a line. */
function sidesIn(leaf: DriftedLeaf): [string, string][] {
  const [spec, applied, aws] = (["spec", "applied", "aws"] as const).map((side) => valueIn(leaf, side));
  if (spec === applied)
    return [
      ["spec, applied", spec!],
      ["AWS", aws!],
    ];
  if (spec === aws)
    return [
      ["spec, AWS", spec!],
      ["applied", applied!],
    ];
  return [
    ["spec", spec!],
    ["applied", applied!],
    ["AWS", aws!],
  ];
}

const valueIn = (leaf: DriftedLeaf, side: "spec" | "applied" | "aws"): string =>
  leaf[side] === undefined ? "(not set)" : visibleLine(JSON.stringify(leaf[side]));

const signOf = ({ found }: FoundDrift): string => (found === "gone" ? signs.delete : signs.update);

const placeOf = (source: FoundDrift["source"]): string =>
  source ? `${source.file}:${source.line}` : "not in the spec";
