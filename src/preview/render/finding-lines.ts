import { mergeMessages } from "../change/merged-messages.ts";
import type { Finding } from "../plan/preflight.ts";
import { firstItems } from "../change/first-items.ts";
import { gridText } from "./words.ts";

/** A finding, told once for all the targets that it is about. */
interface FindingGroup {
  severity: Finding["severity"];
  code: string;
  source?: Finding["source"];
  text: string;
  /** The targets beside the first one, and what to do. */
  rest: string[];
}

/** Returns the findings of a look at AWS as people read them, errors first. */
export function findingGroups(findings: readonly Finding[]): FindingGroup[] {
  return mergeMessages(findings).map(({ code, severity, message, cure, source, targets = [] }) => ({
    severity,
    code,
    source,
    text: message,
    rest: [...sameFor(targets), ...(cure ? cure.split("\n") : [])],
  }));
}

/** The targets beside the first one; a dozen of them, unless they are all of some accounts and Regions. */
function sameFor(targets: readonly string[]): string[] {
  const { shown, more } = firstItems(targets.slice(1), 12);
  if (shown.length === 0) return [];
  const grid = more > 0 ? gridText(targets.map((target) => target.split("/") as [string, string])) : undefined;
  return [grid ? `So it is in ${grid}.` : `The same for ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`];
}
