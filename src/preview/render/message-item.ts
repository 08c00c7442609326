import type { PlanDiagnostic } from "../change/diagnostics.ts";
import { clip, codeBlock, proseMarkdown } from "./escape.ts";
import { withPlace } from "./diagnostic-groups.ts";

/** What is told in one item of a list. */
interface MessageItem {
  /** Markdown that it begins with, such as `**error** `. */
  lead?: string;
  heads: readonly { source?: PlanDiagnostic["source"]; text: string }[];
  /** What to do, and for whom as well. */
  rest: readonly string[];
}

/**
 * Returns an item of a Markdown list. It is prose, which a browser wraps: a block would hide the end of each line, where the cure is. Only what
 * is laid out in columns, such as an excerpt of the spec, stays in a block.
 */
export function messageItem(
  { lead = "", heads, rest }: MessageItem,
  link: (source: PlanDiagnostic["source"]) => string,
): string {
  if ([...heads.map(({ text }) => text), ...rest].some((line) => /^\s|\n\s/.test(line))) {
    const lines = [...heads.map(withPlace), ...rest].join("\n");
    return `- ${lead.trim()}\n\n${codeBlock("", clip(lines, 4000)).replaceAll(/^/gm, "  ")}\n\n`;
  }
  const texts = heads.map(
    ({ source, text }) => `${source ? `${link(source)} ` : ""}${proseMarkdown(clip(text, 1000))}`,
  );
  const cure = rest.length > 0 ? [proseMarkdown(clip(rest.join("\n"), 4000))] : [];
  return `- ${lead}${[...texts, ...cure].join("<br>")}\n`;
}
