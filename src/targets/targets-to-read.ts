import type { Account, Spec } from "../spec/index.ts";
import { targetsOf, resolveSelections } from "./selection.ts";
import { connection } from "./declare.ts";
import type { Declaration } from "./declare.ts";
import { rememberAnswers } from "./lookups.ts";
import type { Lookups } from "./lookups.ts";
import type { Target } from "./target.ts";

/** An account and Region that is to be looked at, and who looks. */
export interface TargetToRead {
  account: string;
  region: string;
  /** The account's name, where one is known. */
  accountName?: string;
  role?: string;
  externalId?: string;
}

/** Returns where a spec wants something, each account and Region once. */
export function targetsDeclared(declarations: readonly Declaration[], spec: Pick<Spec, "accounts">): TargetToRead[] {
  const names = new Map(spec.accounts.map(({ id, name }) => [id, name]));
  const targets = declarations.map(({ account, region, inputs }) => {
    const { role, externalId } = inputs as Pick<TargetToRead, "role" | "externalId">;
    return withoutBlanks({ account, region, accountName: names.get(account), role, externalId });
  });
  return inOrder(targets);
}

/**
 * Returns the accounts and Regions of a named selection; `undefined` when the spec has no such selection.
 * @throws {LookupError} when AWS has to be asked about it, and refuses
 */
export async function targetsSelected(name: string, spec: Spec, lookups: Lookups): Promise<TargetToRead[] | undefined> {
  const selection = spec.selections.find((one) => one.name === name);
  if (selection === undefined) return undefined;
  const selected = await resolveSelections(selection, selection.path, spec, rememberAnswers(lookups));
  return inOrder(targetsOf(selected).map((target) => toRead(target, spec)));
}

/** Returns these accounts in each of these Regions, with the roles that the spec has for them. */
export function targetsAcross(
  accounts: readonly { id: string; name?: string }[],
  regions: readonly string[],
  spec: Pick<Spec, "accounts" | "role" | "externalId">,
  caller?: string,
): TargetToRead[] {
  const named = new Map<string, Account>(spec.accounts.map((account) => [account.id, account]));
  const targets = accounts.flatMap(({ id, name }) =>
    regions.map((region) => ({
      account: id,
      region,
      named: named.get(id),
      accountName: named.get(id)?.name ?? name,
      isCaller: id === caller,
    })),
  );
  return inOrder(targets.map((target) => toRead(target, spec)));
}

function toRead(target: Target, spec: Pick<Spec, "role" | "externalId">): TargetToRead {
  return withoutBlanks({ ...connection(target, spec), accountName: target.accountName });
}

const withoutBlanks = (target: TargetToRead): TargetToRead => JSON.parse(JSON.stringify(target)) as TargetToRead;

function inOrder(targets: readonly TargetToRead[]): TargetToRead[] {
  const byName = new Map(targets.map((target) => [`${target.account}/${target.region}`, target]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}
