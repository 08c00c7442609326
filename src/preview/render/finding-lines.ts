import type { Finding } from "../preflight.ts";
import { someOf } from "../some.ts";

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
  const likeness = ({ code, severity, message, cure, account = "", region = "" }: Finding) =>
    JSON.stringify([severity, code, bare(message, account, region), bare(cure ?? "", account, region)]);
  return [...Map.groupBy(findings, likeness).values()].map((members) => {
    const [{ code, severity, message, cure, source }] = members as [Finding];
    const places = new Set(
      members.slice(1).flatMap(({ name, account, region }) => name ?? [account, region].join("/")),
    );
    const { shown, more } = someOf([...places], 12);
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

const bare = (text: string, account: string, region: string): string =>
  [account, region].filter(Boolean).reduce((rest, part) => rest.replaceAll(part, ""), text);
