import { visible } from "../../spec/index.ts";
import type { Plan } from "../plan.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { MarkdownOptions } from "./markdown.ts";
import { readable } from "./readable.ts";
import { renderText } from "./text.ts";
import type { TextOptions } from "./text.ts";

/** Lists the forms in which a plan can be written. */
export const formats = ["text", "markdown", "html", "json"] as const;
/** The name of one. */
export type Format = (typeof formats)[number];

/** Returns the plan in one of its forms. */
export function render(plan: Plan, format: Format, options: TextOptions & MarkdownOptions = {}): string {
  switch (format) {
    case "text":
      return renderText(readable(plan), options);
    case "markdown":
      return renderMarkdown(readable(plan), options);
    case "html":
      return renderHtml(readable(plan));
    case "json":
      return `${visible(JSON.stringify(plan, null, 2))}\n`;
  }
}
