import { visible } from "../../spec/index.ts";

/**
 * Makes text from a spec or from AWS harmless inside Markdown: no HTML, no link, no mention, no reference, no emphasis,
 * no table cell, no hidden direction.
 */
export function escapeMarkdown(text: string): string {
  return (
    visible(text)
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll(/[\\`*{}[\]!|~]|(?<!\w)_|_(?!\w)/g, "\\$&")
      // A forge looks for mentions and references in what it has rendered, so that an entity would not hide them: a space of no width does.
      .replaceAll(/[@#]|(\\[!~]|[%$^]|&amp;)(?=[\w"])/g, "$&&#8203;")
      .replaceAll(/\b(https?|ftp|xmpp|mailto):/gi, "$&&#8203;")
      .replaceAll(/\bwww(?=\.)/gi, "$&&#8203;")
      .replaceAll("\n", "<br>")
  );
}

/** Returns a sentence or more as Markdown, in which what stands between backticks is code. */
export function proseMarkdown(text: string): string {
  return inProse(text, escapeMarkdown, codeSpan);
}

function inProse(text: string, words: (part: string) => string, code: (part: string) => string): string {
  const parts = text.split(/(?<!`)(`[^`\n]+`)(?!`)/);
  return parts.map((part, at) => (at % 2 === 1 ? code(part.slice(1, -1)) : words(part))).join("");
}

/** Returns text as a code span that nothing inside can end. */
export function codeSpan(text: string): string {
  const inner = visible(text).replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  const fence = "`".repeat(longestRun(inner) + 1);
  const pad = /^`|`$|^ | $/.test(inner) ? " " : "";
  return `${fence}${pad}${inner || " "}${pad}${fence}`;
}

/** Returns lines as a fenced block that nothing inside can end. */
export function codeBlock(language: string, text: string): string {
  const inner = visible(text);
  const fence = "`".repeat(Math.max(3, longestRun(inner) + 1));
  return `${fence}${language}\n${inner}\n${fence}`;
}

/** Returns a sentence or more as HTML, in which what stands between backticks is code. */
export function proseHtml(text: string): string {
  return inProse(text, escapeHtml, (code) => `<code>${escapeHtml(code)}</code>`);
}

/** Returns the text so that HTML shows it as it is. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return visible(text).replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

/** Cuts text to at most `limit` UTF-16 code units, never inside a character, with `…` where something is missing. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
