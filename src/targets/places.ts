import type { Account, Spec } from "../spec/index.ts";
import { targetsOf, resolveSelections } from "./selection.ts";
import { connection } from "./declare.ts";
import type { Declaration } from "./declare.ts";
import { rememberAnswers } from "./lookups.ts";
import type { Lookups } from "./lookups.ts";
import type { Target } from "./target.ts";

/** An account and Region that is to be looked at, and who looks. */
export interface Place {
  account: string;
  region: string;
  /** The account's name, where one is known. */
  accountName?: string;
  role?: string;
  externalId?: string;
}

/** Returns where a spec wants something, each account and Region once. */
export function placesOf(declarations: readonly Declaration[], spec: Pick<Spec, "accounts">): Place[] {
  const names = new Map(spec.accounts.map(({ id, name }) => [id, name]));
  const places = declarations.map(({ account, region, inputs }) => {
    const { role, externalId } = inputs as Pick<Place, "role" | "externalId">;
    return plainPlace({ account, region, accountName: names.get(account), role, externalId });
  });
  return inOrder(places);
}

/**
 * Returns the accounts and Regions of a named selection; `undefined` when the spec has no such selection.
 * @throws {LookupError} when AWS has to be asked about it, and refuses
 */
export async function placesIn(name: string, spec: Spec, lookups: Lookups): Promise<Place[] | undefined> {
  const selection = spec.selections.find((one) => one.name === name);
  if (selection === undefined) return undefined;
  const selected = await resolveSelections(selection, selection.path, spec, rememberAnswers(lookups));
  return inOrder(targetsOf(selected).map((target) => placeOf(target, spec)));
}

/** Returns these accounts in each of these Regions, with the roles that the spec has for them. */
export function placesAcross(
  accounts: readonly { id: string; name?: string }[],
  regions: readonly string[],
  spec: Pick<Spec, "accounts" | "role" | "externalId">,
  caller?: string,
): Place[] {
  const named = new Map<string, Account>(spec.accounts.map((account) => [account.id, account]));
  const targets = accounts.flatMap(({ id, name }) =>
    regions.map((region) => ({
      account: id,
      region,
      named: named.get(id),
      accountName: named.get(id)?.name ?? name,
      own: id === caller,
    })),
  );
  return inOrder(targets.map((target) => placeOf(target, spec)));
}

function placeOf(target: Target, spec: Pick<Spec, "role" | "externalId">): Place {
  return plainPlace({ ...connection(target, spec), accountName: target.accountName });
}

const plainPlace = (place: Place): Place => JSON.parse(JSON.stringify(place)) as Place;

function inOrder(places: readonly Place[]): Place[] {
  const byName = new Map(places.map((place) => [`${place.account}/${place.region}`, place]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}
