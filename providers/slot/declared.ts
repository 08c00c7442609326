import { targetName } from "../../src/aws/index.ts";
import { unknown } from "../settings/rules.ts";
import type { TableSettings } from "../settings/table-settings.ts";

type Target = Pick<TableSettings, "account" | "region">;

/** What the program declares in this run, by account/Region. `check` sees each resource before anything old is deleted. */
const claims = new Map<string, { claim: TableSettings; isNew: boolean }>();
const exports = new Set<string>();

/** Forgets what was declared: another run begins in this process. */
export function forgetDeclared(): void {
  claims.clear();
  exports.clear();
}

/**
 * Notes that the program declares this claim. One that is checked without what was recorded of it is made anew: for the first time, or by a
 * replacement that the engine was told to make.
 */
export function declareClaim(claim: TableSettings, recorded: TableSettings | undefined): void {
  if (isKnown(claim)) claims.set(targetName(claim), { claim, isNew: recorded === undefined });
}

/** Notes that the program declares an export of this domain. */
export function declareExport(settings: Target & { domain: string }): void {
  if (isKnown(settings)) exports.add(`${targetName(settings)}/${settings.domain}`);
}

/**
 * Returns the claim that is declared for an account and Region. What is deleted there is then deleted to make room for it; without one it
 * is a removal.
 */
export function declaredClaim(target: Target): TableSettings | undefined {
  return claims.get(targetName(target))?.claim;
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
