import { targetName } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
import type { Finding } from "./finding.ts";
import type { Lifecycle, Work } from "./lifecycle.ts";

/** One second: AWS tells times with and without fractions. */
const sameMs = 1_000;

/** Tells whether the object that is there is another than the recorded one: somebody has deleted that, and made a new one. Times are ISO 8601. */
export function wasRecreated(recorded: string | undefined, present: string | undefined): boolean {
  if (recorded === undefined || present === undefined) return false;
  return Math.abs(Date.parse(present) - Date.parse(recorded)) >= sameMs;
}

/** A change of what is recorded, as far as it matters to an object that somebody else has made anew. */
export interface ChangeOfRecorded<Settings> {
  recorded: Settings;
  desired: Settings;
  /** When AWS created the recorded object, ISO 8601. */
  createdAt: string;
  isInPlace: boolean;
  /** Whether only one such object fits in an account and Region, whatever its name. */
  isOnlyOne: boolean;
  /** Whether what is there could become what is desired without being replaced. */
  canBecome: boolean;
}

/**
 * Finds whether the object that a change would replace or update was made anew by somebody else. It is not this stack's to delete, so that what
 * needs its place cannot come. Reads only.
 */
export async function recreationFindings<Settings extends Connection, State extends Settings>(
  lifecycle: Lifecycle<Settings, State>,
  { recorded, desired, createdAt, isInPlace, isOnlyOne, canBecome }: ChangeOfRecorded<Settings>,
  work: Work,
): Promise<Finding[]> {
  if (targetName(recorded) !== targetName(desired)) return [];
  const found = await foundRecreated(lifecycle, recorded, createdAt, work);
  if (found === undefined) return [];
  const finding = kindOfFinding(isOnlyOne);
  if (isInPlace) {
    const message = `${found} The change is made in it all the same.`;
    return [{ ...finding, severity: "warning", message, cure: takingOver }];
  }
  const isSame = lifecycle.idOf(recorded) === lifecycle.idOf(desired);
  if (!isOnlyOne && !isSame)
    return [{ ...finding, severity: "warning", message: `${found} It stays in AWS.`, cure: takingOver }];
  if (isSame && work.ownership.isAskedFor && canBecome) return [];
  const { resource: wanted } = lifecycle.subjectOf(desired);
  return [
    {
      ...finding,
      severity: "error",
      message: `${found} This stack does not delete it, and ${wanted} cannot come in its place.`,
      cure: takingOver,
    },
  ];
}

/** Finds whether the object of a resource that is to be deleted for good stays, since somebody else has made it anew. Reads only. */
export async function keptFindings<Settings extends Connection, State extends Settings>(
  lifecycle: Lifecycle<Settings, State>,
  { recorded, createdAt, isOnlyOne }: Pick<ChangeOfRecorded<Settings>, "recorded" | "createdAt" | "isOnlyOne">,
  work: Work,
): Promise<Finding[]> {
  const found = await foundRecreated(lifecycle, recorded, createdAt, work);
  if (found === undefined) return [];
  const message = `${found} It stays in AWS: this stack does not delete it.`;
  return [{ ...kindOfFinding(isOnlyOne), severity: "warning", message, cure: takingOver }];
}

/** Says that the object of a recorded resource was made anew; `undefined` where it was not, as far as is known. */
async function foundRecreated<Settings extends Connection, State extends Settings>(
  lifecycle: Lifecycle<Settings, State>,
  recorded: Settings,
  createdAt: string,
  work: Work,
): Promise<string | undefined> {
  const present = await lifecycle.createdAtOf?.({ ...recorded, createdAt } as unknown as State, work);
  if (!wasRecreated(createdAt, present)) return undefined;
  const { resource } = lifecycle.subjectOf(recorded);
  return recreatedText(`${resource} in ${targetName(recorded)}`, createdAt, present);
}

/** Says that somebody else has made an object anew, whose recorded one and present one were created then. */
export function recreatedText(what: string, recorded: string | undefined, present: string | undefined): string {
  return `${what} was made anew at ${present} by somebody else, who may still need it: the one that this stack knew was created at ${recorded}.`;
}

const kindOfFinding = (isOnlyOne: boolean) =>
  isOnlyOne
    ? ({ code: "export-exists", property: "domain" } as const)
    : ({ code: "sync-exists", property: "syncName" } as const);

/** Says how an object that somebody has made anew becomes this stack's, or goes. */
export const takingOver =
  "Find out who made it. If it is to be this stack's again, `sluice refresh --adopt` records it as that; if nobody needs it, delete it in AWS. Then plan anew.";
