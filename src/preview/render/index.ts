import type { Plan } from "../plan.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown, type MarkdownOptions } from "./markdown.ts";
import { renderText, type TextOptions } from "./text.ts";

export const formats = ["text", "markdown", "html", "json"] as const;
export type Format = (typeof formats)[number];

/** The plan in one of its forms. */
export function render(plan: Plan, format: Format, options: TextOptions & MarkdownOptions = {}): string {
  switch (format) {
    case "text":
      return renderText(plan, options);
    case "markdown":
      return renderMarkdown(plan, options);
    case "html":
      return renderHtml(plan);
    case "json":
      return `${JSON.stringify(plan, null, 2)}\n`;
  }
}
