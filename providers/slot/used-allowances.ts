import { targetName } from "../../src/aws/index.ts";
import { isSameAllowance } from "../../src/resources/kinds.ts";
import type { LossAllowance } from "../../src/resources/loss-allowance.ts";

type Target = { account: string; region: string };

/** What a claim and an export record of the allowances that losses of theirs, or of those before them, have used. */
export interface UsedAllowances {
  __allowancesSpent?: LossAllowance[];
}

/** The allowances that losses in an account and Region have used, by account/Region: what the state tells, and what this run has used. */
const usedByTarget = new Map<string, LossAllowance[]>();

/** Notes what a recorded resource tells of used allowances. What comes next in its place may be made without being told of it. */
export function noteRecordedAllowances(recorded: object): void {
  const { account, region, __allowancesSpent: used } = recorded as Partial<Target> & UsedAllowances;
  if (account !== undefined && region !== undefined && Array.isArray(used))
    noteUsedAllowances({ account, region }, used);
}

/** Notes that allowances were used. */
export function noteUsedAllowances(target: Target, used: readonly LossAllowance[]): void {
  for (const one of used) {
    const known = usedAllowancesIn(target);
    if (!known.some((other) => isSameAllowance(one, other))) usedByTarget.set(targetName(target), [...known, one]);
  }
}

/**
 * Notes the allowances for the loss of tables that are gone, when a claim takes the place of those who had them: a run that ended between a drop
 * and its record has used them, and nobody can tell it from one that found the table gone.
 * @param before who had tables there, as the state tells
 */
export function noteAllowancesOfLostTables(
  claim: Target & { backup: string; allowLoss?: readonly LossAllowance[] },
  before: readonly { domain: string; tableArn?: string }[],
): void {
  if (claim.backup !== "none") return;
  const used = before.map(({ domain, tableArn }) =>
    allowanceFor(claim.allowLoss, usedAllowancesIn(claim), tableArn, domain),
  );
  noteUsedAllowances(
    claim,
    used.filter((one) => one !== undefined),
  );
}

/**
 * Notes the allowances that name the domain whose table is to be made: nobody has written them for the loss of its rows, of which there are none
 * yet. So a word that stays in the spec when all that used it is gone counts for nothing that comes later.
 */
export function noteAllowancesBeforeTable(
  claim: Target & { domain: string; allowLoss?: readonly LossAllowance[] },
): void {
  noteUsedAllowances(claim, allowancesNaming(claim.allowLoss, undefined, claim.domain));
}

/** Returns the allowances that were used in an account and Region. */
export function usedAllowancesIn(target: Target): readonly LossAllowance[] {
  return usedByTarget.get(targetName(target)) ?? [];
}

/** Returns what a resource there records of them: nothing where none was used. */
export function usageRecord(target: Target): UsedAllowances {
  const used = usedAllowancesIn(target);
  return used.length > 0 ? { __allowancesSpent: [...used] } : {};
}

/** Forgets them: another run begins in this process. */
export function forgetUsedAllowances(): void {
  usedByTarget.clear();
}

/**
 * Returns the allowance that a loss may use: it names the table's ARN, or the domain whose rows they are, and no earlier loss has used it.
 * Another reason, or the ARN instead of the domain, makes another allowance.
 */
export function allowanceFor(
  allowances: readonly LossAllowance[] = [],
  used: readonly LossAllowance[],
  arn: string | undefined,
  owner: string | undefined,
): LossAllowance | undefined {
  return allowancesNaming(allowances, arn, owner).find((one) => !used.some((other) => isSameAllowance(one, other)));
}

/** Says that what is written was used for an earlier loss, and what to write; empty where nothing is written for this one. */
export function usedAllowanceText(
  allowances: readonly LossAllowance[] = [],
  used: readonly LossAllowance[],
  arn: string,
  owner: string | undefined,
): string {
  const [one] = allowancesNaming(allowances, arn, owner);
  if (!one || !used.some((other) => isSameAllowance(one, other))) return "";
  return ` The allowance that is written there (reason: ${one.reason}) was used for an earlier loss, or written before this table was made, and counts once: remove it, and write one with a reason for this loss.`;
}

function allowancesNaming(
  allowances: readonly LossAllowance[] = [],
  arn: string | undefined,
  owner: string | undefined,
): LossAllowance[] {
  return allowances.filter(({ of }) => of === arn || of === owner);
}
