import { visible } from "../../spec/index.ts";
import type { Plan } from "../plan/plan.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { MarkdownOptions } from "./markdown.ts";
import { printablePlan } from "./printable-plan.ts";
import { renderText } from "./text.ts";
import type { TextOptions } from "./text.ts";

/** Lists the forms in which a plan can be written. */
export const formats = ["text", "markdown", "html", "json", "gitlab"] as const;
/** The name of one. */
export type Format = (typeof formats)[number];

/** Returns the plan in one of its forms. */
export function render(plan: Plan, format: Format, options: TextOptions & MarkdownOptions = {}): string {
  switch (format) {
    case "text":
      return renderText(printablePlan(plan), options);
    case "markdown":
      return renderMarkdown(printablePlan(plan), options);
    case "html":
      return renderHtml(printablePlan(plan), options);
    case "gitlab":
      return `${JSON.stringify(widgetOf(plan))}\n`;
    case "json":
      return `${visible(JSON.stringify(plan, null, 2))}\n`;
  }
}

/** What GitLab shows of a plan beside a merge request, of its artifact `reports:terraform`; a replacement takes away and makes. */
function widgetOf({ counts: { create, update, replace, delete: removed } }: Plan): object {
  return { create: create + replace, update, delete: removed + replace };
}
