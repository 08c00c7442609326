import { targetName } from "../../src/aws/index.ts";
import { kinds } from "../../src/resources/kinds.ts";
import { differencesBetween } from "../settings/differences.ts";
import type { Problem } from "../settings/rules.ts";
import { unknown } from "../settings/rules.ts";
import type { TableSettings } from "../settings/table-settings.ts";
import { recordedClaims } from "./recorded-claims.ts";

type Target = Pick<TableSettings, "account" | "region">;

interface DeclaredClaim {
  claim: TableSettings;
  /** Checked without what was recorded of it. */
  isNew: boolean;
  /** Whether it has to be made in this run, and is not yet. */
  isToCome: boolean;
}

/** What the program declares in this run, by account/Region. `check` sees each resource before anything old is deleted. */
const claims = new Map<string, DeclaredClaim>();
const exports = new Set<string>();

/** The claims that were read in this run, by account/Region: what is imported is there before the state has it. */
const read = new Map<string, TableSettings>();

/** Where an export has the id of its claim as a text: an output of a claim that is to come is not known before. */
const byText = new Set<string>();

/** Where the engine does not know that the export waits for its claim. */
const unordered = new Set<string>();

/** Forgets what was declared: another run begins in this process. */
export function forgetDeclared(): void {
  for (const known of [claims, exports, read, byText, unordered]) known.clear();
}

/**
 * Notes that the program declares this claim. One that is checked without what was recorded of it is made anew: for the first time, or by a
 * replacement that the engine was told to make.
 * @returns what is wrong with that beside what else is declared
 */
export function declareClaim(claim: TableSettings, recorded: TableSettings | undefined): Problem[] {
  if (!isKnown(claim)) return [];
  const name = targetName(claim);
  claims.set(name, { claim, isNew: recorded === undefined, isToCome: isToCome(claim, recorded ?? read.get(name)) });
  return orderProblems(claim, "");
}

/** Notes that a claim is there, since it was read; declared before or afterwards, it is not to be made. */
export function noteClaimRead(claim: TableSettings): void {
  const name = targetName(claim);
  read.set(name, claim);
  const declared = claims.get(name);
  if (declared?.isNew) declared.isToCome = isToCome(declared.claim, claim);
}

function isToCome(claim: TableSettings, present: TableSettings | undefined): boolean {
  if (present === undefined) return true;
  return differencesBetween(present, claim, kinds.AssetTable.changes).some(({ replaces }) => replaces);
}

/** Notes that the claim that is declared for a target is made: what comes now comes after it. */
export function noteClaimMade(target: Target): void {
  const declared = claims.get(targetName(target));
  if (declared) declared.isToCome = false;
}

/** Notes that the program declares an export of this domain, as above. */
export function declareExport(settings: Target & { domain: string; assetTable?: string }): Problem[] {
  if (!isKnown(settings)) return [];
  const name = targetName(settings);
  exports.add(`${name}/${settings.domain}`);
  const waits = settings.assetTable === unknown || claims.get(name)?.isToCome === false;
  if (!waits) byText.add(name);
  const problems = orderProblems(settings, "assetTable");
  return problems.length > 0 ? problems : otherClaimProblems(settings);
}

/**
 * Tells whether the engine knows that the export of a target waits for its claim. Otherwise it would delete the old export for a claim that may
 * fail, and put the new one beside a table that is still to make room.
 */
export function isOrdered(target: Target): boolean {
  return !unordered.has(targetName(target));
}

/** Says that an export and the claim that goes with it are of two domains. */
export function otherClaimText({ domain, ...target }: Target & { domain: string }, claimant: string): string {
  return (
    `The export of ${domain} in ${targetName(target)} was not put: this run does one half of the switch to ${claimant} alone. ` +
    halvesText
  );
}

/** Says how a switch is done whole. */
export const halvesText =
  "An export and the claim on its table go together: run it for both, or without `--target` and `--exclude`.";

/** Says what is wrong where an export does not wait for its claim. */
export const orderText =
  "`assetTable` is a text, so the engine does not know that the claim comes first: a switch would delete the old export before it is known that the new one can come. " +
  "Give it the claim's own output, `assetTable: table.id`, where `table` is the AssetTable, and run up with the former domain and encryption first, " +
  "by which the state knows the order; change them afterwards.";

/** A run with targets makes the one half anew as it was, and the other as it is declared. */
function otherClaimProblems(settings: Target & { domain: string }): Problem[] {
  const claim = declaredClaim(settings);
  if (!claim || claim.domain === settings.domain) return [];
  return [{ property: "domain", reason: otherClaimText(settings, claim.domain) }];
}

/** Where nothing is recorded yet, nothing can be taken away in the wrong order. */
function orderProblems(target: Target, property: string): Problem[] {
  const name = targetName(target);
  if (!byText.has(name) || !isSwitchToCome(target)) return [];
  unordered.add(name);
  return [{ property, reason: orderText }];
}

/**
 * Returns the claim that is declared for an account and Region. What is deleted there is then deleted to make room for it; without one it
 * is a removal.
 */
export function declaredClaim(target: Target): TableSettings | undefined {
  return claims.get(targetName(target))?.claim;
}

/**
 * Tells whether the claim of a target that the state knows is to be made in its place, or is planned to: nothing was taken away for it yet. What
 * goes with it is checked as if it were new, since a plan has deleted the old one.
 */
export function isSwitchToCome(target: Target): boolean {
  return claims.get(targetName(target))?.isToCome === true && recordedClaims(target).length > 0;
}

/** Tells whether the claim that is declared for a target is made anew in this run. */
export function isClaimNew(target: Target): boolean {
  return claims.get(targetName(target))?.isNew ?? false;
}

/** Tells whether an export of this domain is declared, so that its deletion is the first half of its own replacement. */
export function isExportDeclared(settings: Target & { domain: string }): boolean {
  return exports.has(`${targetName(settings)}/${settings.domain}`);
}

/** Returns another domain of which an export is declared for the same target; `undefined` where there is none. */
export function otherExportDeclared(settings: Target & { domain: string }): string | undefined {
  const target = `${targetName(settings)}/`;
  const other = [...exports].find((name) => name.startsWith(target) && name !== `${target}${settings.domain}`);
  return other?.slice(target.length);
}

function isKnown({ account, region, domain }: Target & { domain: string }): boolean {
  return ![account, region, domain].includes(unknown);
}
