import type { Spec } from "../spec/index.ts";
import type { Discovery, FoundTarget, FoundSync, SeenDomain } from "./discovery.ts";

/** A selection as a spec writes it. */
interface WrittenSelection {
  accounts: string[];
  regions: string[];
}

/** The entries of a spec, as data. */
export interface FoundSpec {
  version: 1;
  role?: string;
  externalId?: string;
  /** Those that are worked in by a role or an external id of their own. */
  accounts?: Record<string, { id: string; role?: string; externalId?: string }>;
  syncs?: Record<string, object>;
  exports?: Record<string, object>;
}

/** One thing that was found, as an entry without its targets. */
interface Written {
  key: string;
  entry: object;
  target: FoundTarget;
}

/**
 * Returns a spec that stands for what was found and is nobody's yet: alike things of many accounts and Regions as one entry, with
 * `adopt: true` for the first run. What is declared (`account/region/name`), syncs of AWS services and of other stacks are left out.
 * @param roles in which the accounts are worked in; what the spec writes for them is kept as it is, so a secret stays a reference
 */
export function foundSpec(
  { places }: Discovery,
  declared: ReadonlySet<string>,
  { role, externalId, accounts }: Pick<Spec, "role" | "externalId" | "accounts">,
): FoundSpec {
  const isDeclared = ({ account, region }: FoundTarget, name: string) => declared.has(`${account}/${region}/${name}`);
  const syncs = places.flatMap((target) =>
    target.syncs
      .filter(({ name, origin }) => origin === "unknown" && !isDeclared(target, name))
      .map((sync) => ({ key: sync.name, entry: syncEntry(sync, target), target })),
  );
  const exported = places.flatMap((target) =>
    target.domains.flatMap((domain) =>
      domain.export === undefined || isDeclared(target, domain.id)
        ? []
        : [{ key: domain.id, entry: exportEntryOf(domain, target), target }],
    ),
  );
  const used = new Set([...syncs, ...exported].map(({ target }) => target.account));
  const withConnection = accounts.filter((one) => used.has(one.id) && (one.role ?? one.externalId) !== undefined);
  return {
    version: 1,
    ...(role !== undefined && { role }),
    ...(externalId !== undefined && { externalId }),
    ...(withConnection.length > 0 && {
      accounts: Object.fromEntries(withConnection.map(({ name, ...one }) => [name, connectionOf(one)])),
    }),
    ...(syncs.length > 0 && { syncs: entriesOf(syncs) }),
    ...(exported.length > 0 && { exports: entriesOf(exported) }),
  };
}

const connectionOf = ({ id, role, externalId }: Pick<Spec["accounts"][number], "id" | "role" | "externalId">) =>
  plain({ id, role, externalId });

function syncEntry({ name, destination, source }: FoundSync, { account }: FoundTarget): object {
  if (destination !== undefined) {
    const { bucket, region, prefix, kmsKey } = destination;
    const written = prefix?.replaceAll("${", () => "$${").replaceAll(account, "${account.id}");
    return { name, destination: plain({ bucket, region, prefix: written, kmsKey }) };
  }
  const units = source?.["AwsOrganizationsSource"] as
    | { OrganizationSourceType?: string; OrganizationalUnits?: { OrganizationalUnitId?: string }[] }
    | undefined;
  return {
    name,
    source: plain({
      organization: units?.OrganizationSourceType === "EntireOrganization" ? "entire" : undefined,
      organizationalUnits: units?.OrganizationalUnits?.map(({ OrganizationalUnitId }) => OrganizationalUnitId),
      regions: source?.["SourceRegions"],
      includeFutureRegions: source?.["IncludeFutureRegions"] === true ? true : undefined,
      enableAllOpsDataSources: source?.["EnableAllOpsDataSources"] === true ? true : undefined,
    }),
  };
}

function exportEntryOf({ id, export: held }: SeenDomain, { table }: FoundTarget): object {
  return plain({
    domain: id,
    enabled: held!.enabled ? undefined : false,
    encryption: held!.encryption.startsWith("arn:") ? { kmsKey: held!.encryption } : undefined,
    recordExpirationDays: table?.recordExpirationDays,
    table: { backup: "none", leftover: "adopt" },
  });
}

/** Alike entries together, in as few selections as stand for exactly their places. */
function entriesOf(all: readonly Written[]): Record<string, object> {
  const entries: Record<string, object> = {};
  for (const alike of Map.groupBy(all, ({ entry }) => JSON.stringify(entry)).values()) {
    const { key, entry } = alike[0]!;
    for (const targets of selectionsOf(alike.map(({ target }) => target))) {
      const usable = /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,55}$/.test(key) ? key : "found";
      let free = usable;
      for (let count = 2; free in entries; count++) free = `${usable}-${count}`;
      entries[free] = { targets, ...entry, adopt: true };
    }
  }
  return entries;
}

/** The accounts that have the same Regions share a selection. */
function selectionsOf(found: readonly FoundTarget[]): WrittenSelection[] {
  const byAccount = Map.groupBy(found, ({ account }) => account);
  const regionsOf = (account: string) =>
    byAccount
      .get(account)!
      .map(({ region }) => region)
      .toSorted();
  const alike = Map.groupBy(byAccount.keys(), (account) => regionsOf(account).join());
  return [...alike.values()].map((accounts) => ({ accounts: accounts.toSorted(), regions: regionsOf(accounts[0]!) }));
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
