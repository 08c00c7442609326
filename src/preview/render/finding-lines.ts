import { mergeMessages } from "../change/merged-messages.ts";
import type { Finding } from "../plan/preflight.ts";
import { firstItems } from "../change/first-items.ts";

/** A finding, told once for all the targets that it is about. */
interface FindingGroup {
  severity: Finding["severity"];
  /** Code, place in the spec and message. */
  head: string;
  /** The targets beside the first one, and what to do. */
  rest: string[];
}

/** Returns the findings of a look at AWS as people read them, errors first. */
export function findingGroups(findings: readonly Finding[]): FindingGroup[] {
  return mergeMessages(findings).map(({ code, severity, message, cure, source, targets = [] }) => {
    const { shown, more } = firstItems(targets.slice(1), 12);
    return {
      severity,
      head: `${code}  ${source ? `${source.file}:${source.line}  ` : ""}${message}`,
      rest: [
        ...(shown.length > 0 ? [`The same for ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`] : []),
        ...(cure ? cure.split("\n") : []),
      ],
    };
  });
}
