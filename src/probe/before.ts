import { paginateListDomains } from "@aws-sdk/client-datazone";
import type { DomainSummary } from "@aws-sdk/client-datazone";
import { GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableBucketCommand } from "@aws-sdk/client-s3tables";
import { ListResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import type { ResourceDataSyncItem } from "@aws-sdk/client-ssm";
import { isAbsent } from "../aws/index.ts";
import { originOfSync } from "../operate/origins.ts";
import { refusalOf } from "./refusal.ts";
import type { ProbeAllowance, ProbeTarget } from "./probe-target.ts";
import { arnOfTableBucket, exportNames, tableOf } from "./removing.ts";

/** What lies in the account and Region before a probe. */
export interface Before {
  /** Why no probe may run here: things of the kind that it makes, and that it did not make. */
  refusals: string[];
  /** Syncs that AWS services made for themselves; they are counted and left alone. */
  awsSyncs: { name: string; type: string; origin: string }[];
  domains: DomainSummary[];
  /** AWS's own table bucket of exports is there, without the table. */
  exportBucket: boolean;
}

const noStacks = { thisStack: new Set<string>(), others: new Map<string, string>(), declared: new Set<string>() };

/** Looks at what is there before a probe, by reading alone. */
export async function lookBefore(target: ProbeTarget, allowed: ProbeAllowance): Promise<Before> {
  const { clients, account } = target;
  const syncs = [...(await syncsOf(target, "SyncToDestination")), ...(await syncsOf(target, "SyncFromSource"))].map(
    ({ SyncName: name = "", SyncType: type = "" }) => ({ name, type, origin: originOfSync(name, name, noStacks) }),
  );
  const refusals = syncs.filter(({ origin }) => origin === "unknown").map(({ name, type }) => `sync ${name} (${type})`);
  const domains: DomainSummary[] = [];
  for await (const { items = [] } of paginateListDomains({ client: clients.datazone, pageSize: 25 }, {})) {
    domains.push(...items.filter(({ id }) => allowed.domains?.includes(id!) ?? true));
  }
  let exportBucket = false;
  if (allowed.exports) {
    for (const { id } of domains.filter(({ managedAccountId }) => managedAccountId === account)) {
      if (await isConfigured(target, id!)) refusals.push(`the export of domain ${id}`);
    }
    if (await tableOf(target)) {
      refusals.push(`table ${exportNames.bucket}/${exportNames.namespace}/${exportNames.table}`);
    }
    const tableBucketARN = arnOfTableBucket(target, exportNames.bucket);
    const absent = await refusalOf(clients.s3tables.send(new GetTableBucketCommand({ tableBucketARN })));
    if (absent !== undefined && !isAbsent(absent)) throw absent;
    exportBucket = absent === undefined;
  }
  return { refusals, awsSyncs: syncs.filter(({ origin }) => origin !== "unknown"), domains, exportBucket };
}

/** Lists the syncs of a type, or what a listing without a type shows. */
export async function syncsOf(
  { clients }: Pick<ProbeTarget, "clients">,
  SyncType?: "SyncToDestination" | "SyncFromSource",
): Promise<ResourceDataSyncItem[]> {
  const items: ResourceDataSyncItem[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.ssm.send(new ListResourceDataSyncCommand({ SyncType, NextToken, MaxResults: 50 }));
    items.push(...(page.ResourceDataSyncItems ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return items;
}

/** A configuration has a time at which it was made, one that is off too; where there is none AWS may answer without. */
async function isConfigured({ clients }: ProbeTarget, domainIdentifier: string): Promise<boolean> {
  try {
    const found = await clients.datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier }));
    return found.createdAt !== undefined || found.isExportEnabled === true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
