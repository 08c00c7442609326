import { paginateListDomains } from "@aws-sdk/client-datazone";
import type { DomainSummary } from "@aws-sdk/client-datazone";
import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import { findConfiguration } from "../../providers/slot/configurations.ts";
import { tableBucketArn } from "../../providers/settings/export-settings.ts";
import { findTable, recordExpirationOf } from "../../providers/slot/exported-table.ts";
import { CredentialsError, connect, explain, listSyncs, targetName } from "../aws/index.ts";
import type { Clients } from "../aws/index.ts";
import { contentsOf, datedPlanOf, findBackups, receiptUri, s3ObjectStore } from "../backup/index.ts";
import type { FoundBackup } from "../backup/index.ts";
import type { TargetToRead } from "../targets/index.ts";
import { syncQuota } from "./discovery.ts";
import { glueExportIn } from "./glue-export.ts";
import { seenDays } from "./seen-days.ts";
import type { FoundTarget, FoundSync, SeenBackup, SeenDomain, SeenTable } from "./discovery.ts";
import { originOfSync } from "./origins.ts";
import type { KnownStacks } from "./origins.ts";

/** What a look at one place needs beside the place. */
export interface Looking {
  knownStacks: KnownStacks;
  /** Whether the tables' metadata is read, for rows, bytes and days. */
  readTables: boolean;
  /** Where the backups of an account and Region lie, by `account/region`, and who owns the bucket: they are listed, and each receipt is read. */
  backupPlaces?: ReadonlyMap<string, BackupPlace>;
  /** Whether the expiration of their rows is asked for, one call more a table. */
  readExpiration?: boolean;
  /** Whether Glue is asked for its export of the account's Data Catalog, one call more a place. */
  readGlueExport?: boolean;
  signal?: AbortSignal;
}

/** Where backups lie. */
export interface BackupPlace {
  /** `s3://bucket/prefix`. */
  place: string;
  /** The account that owns the bucket. */
  owner: string;
}

const syncTypes = ["SyncToDestination", "SyncFromSource"] as const;

/**
 * Looks at one account and Region: two listings of syncs, one of domains, one question for each domain in service, one for the table;
 * one more for Glue's export where that is wanted. What AWS refuses to tell is told in `refused` and stops nothing.
 */
export async function lookAtTarget(
  target: TargetToRead,
  { knownStacks, readTables, readExpiration = false, readGlueExport = false, backupPlaces, signal }: Looking,
): Promise<FoundTarget> {
  const { account, region, accountName } = target;
  const found: FoundTarget = {
    account,
    region,
    ...(accountName !== undefined && { name: accountName }),
    syncs: [],
    domains: [],
    holders: [],
    refused: [],
  };
  const refuse = (subject: string, doing: string) => (error: unknown) => {
    signal?.throwIfAborted();
    const { message } = explain(error, doing, { account, region, resource: subject });
    // Who gets into no account is told so once, and not of everything that was to be asked there.
    const what = error instanceof CredentialsError ? "account" : subject;
    if (!found.refused.some((refusal) => refusal.what === what && refusal.message === message))
      found.refused.push({ account, region, what, message });
    return undefined;
  };
  const clients = await connect(target, { signal }).catch(refuse("account", "work in"));
  if (clients === undefined) return found;
  const place = backupPlaces?.get(targetName(target));
  const [syncs, domains, table, backups, glueExport] = await Promise.all([
    Promise.all(syncTypes.map((type) => listSyncs(clients, target, type))).catch(refuse("syncs", "list")),
    listed(clients).catch(refuse("domains", "list")),
    tableIn(clients, target, { readTables, readExpiration, signal }).catch(refuse("table", "look at")),
    place && backupsIn(clients, target, place, signal).catch(refuse("backups", "look at")),
    readGlueExport
      ? glueExportIn(clients).catch(refuse("export of Glue (glue:GetDataCatalogExportConfiguration)", "look at"))
      : undefined,
  ]);
  if (syncs !== undefined) {
    found.syncs = syncs.flatMap((items, index) =>
      items.map((item) => syncOf(item, syncTypes[index]!, target, knownStacks)),
    );
    const [to = [], from = []] = syncs;
    found.free = {
      SyncToDestination: Math.max(0, syncQuota - to.length),
      SyncFromSource: Math.max(0, syncQuota - from.length),
    };
  }
  if (table !== undefined) found.table = table;
  if (glueExport !== undefined) found.glueExport = plain(glueExport);
  if (backups !== undefined) found.backups = { place: place!.place, found: backups };
  found.domains = await Promise.all(
    (domains ?? []).map(async (summary) => {
      const domain = domainOf(summary, account);
      const exported = await exportOf(clients, domain.id).catch(refuse(`export ${domain.id}`, "look at"));
      return exported === undefined ? domain : { ...domain, export: exported };
    }),
  );
  found.holders = found.domains.flatMap((domain) => (domain.export === undefined ? [] : [domain.id]));
  return found;
}

function syncOf(
  item: ResourceDataSyncItem,
  type: FoundSync["type"],
  target: TargetToRead,
  knownStacks: KnownStacks,
): FoundSync {
  const name = item.SyncName ?? "";
  const to = item.S3Destination;
  return plain({
    name,
    type,
    origin: originOfSync(`${targetName(target)}/${name}`, name, knownStacks),
    destination: to && { bucket: to.BucketName!, region: to.Region!, prefix: to.Prefix, kmsKey: to.AWSKMSKeyARN },
    source: item.SyncSource as Record<string, unknown> | undefined,
    status: item.LastStatus,
    message: item.LastSyncStatusMessage,
    lastTry: item.LastSyncTime?.toISOString(),
    lastSuccess: item.LastSuccessfulSyncTime?.toISOString(),
    createdAt: item.SyncCreatedTime?.toISOString(),
  });
}

async function listed({ datazone }: Clients): Promise<DomainSummary[]> {
  const summaries: DomainSummary[] = [];
  for await (const { items = [] } of paginateListDomains({ client: datazone, pageSize: 25 }, {})) {
    summaries.push(...items.filter(({ status }) => status !== "DELETED"));
  }
  return summaries;
}

function domainOf({ id, name, status, domainVersion, managedAccountId }: DomainSummary, account: string): SeenDomain {
  const sharedFrom = managedAccountId && managedAccountId !== account ? managedAccountId : undefined;
  return plain({ id: id!, name, status: status ?? "AVAILABLE", version: domainVersion, sharedFrom });
}

async function exportOf(clients: Clients, domain: string): Promise<SeenDomain["export"]> {
  const configuration = await findConfiguration(clients, domain);
  return (
    configuration &&
    plain({ ...configuration, encryption: configuration.encryption.kmsKeyArn ?? configuration.encryption.sseAlgorithm })
  );
}

async function tableIn(
  clients: Clients,
  { account, region }: TargetToRead,
  { readTables, readExpiration, signal }: Pick<Looking, "readTables" | "readExpiration" | "signal">,
): Promise<SeenTable | undefined> {
  const table = await findTable(clients, tableBucketArn(account, region));
  if (table === undefined) return undefined;
  const { arn, createdAt, modifiedAt, metadataLocation } = table;
  const recordExpirationDays = readExpiration ? await recordExpirationOf(clients, arn) : undefined;
  const seen = plain({ arn, createdAt, modifiedAt, recordExpirationDays });
  if (!readTables || metadataLocation === undefined) return seen;
  const store = s3ObjectStore(clients.s3(), { owner: account, caller: { account, region }, signal });
  const { plan, days, undated } = await datedPlanOf(store, metadataLocation, signal);
  return plain({ ...seen, ...(await contentsOf(plan)), days: seenDays(days, undated) });
}

async function backupsIn(
  clients: Clients,
  { account, region }: TargetToRead,
  { place, owner }: BackupPlace,
  signal: AbortSignal | undefined,
): Promise<SeenBackup[]> {
  const store = s3ObjectStore(clients.s3(), { owner, caller: { account, region }, ...(signal && { signal }) });
  const found = (await findBackups(store, `${place}/${account}/${region}`, signal)).map(seenBackup);
  return found.toSorted(({ verifiedAt: a = "" }, { verifiedAt: b = "" }) => (a < b ? 1 : a > b ? -1 : 0));
}

function seenBackup({ location, bytes, receipt, problem, isPartlyDeleted, signedAt }: FoundBackup): SeenBackup {
  const state = problem ? "not understood" : isPartlyDeleted ? "partly deleted" : receipt ? "finished" : "unfinished";
  const { source, rows } = receipt ?? {};
  // A receipt can say any time of itself.
  const verifiedAt = receipt && [receipt.verifiedAt, ...(signedAt ? [signedAt] : [])].toSorted()[0];
  return plain({
    location,
    state,
    bytes,
    receipt: receipt && receiptUri(location),
    tableArn: source?.tableArn,
    rows,
    verifiedAt,
  });
}

/** The value without the keys that hold nothing. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
