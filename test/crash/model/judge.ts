import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  GetDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  GetTableCommand,
  GetTableRecordExpirationConfigurationCommand,
  S3TablesClient,
} from "@aws-sdk/client-s3tables";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { getObject, snapshotRows } from "../../support/iceberg-rows.ts";
import { account, backups, domains, tableBucketARN } from "./seed.ts";

export interface Configuration {
  domain: string;
  createdAt: string;
  kmsKey?: string;
}

interface Row {
  /** Whose export wrote it. */
  domain: string;
  day: number;
}

const dayMs = 86_400_000;

/** Looks at AWS from outside, and knows every row that was ever exported. */
export class Judge {
  readonly #datazone: DataZoneClient;
  readonly s3: S3Client;
  readonly s3tables: S3TablesClient;
  readonly #ssm: SSMClient;
  readonly #rows = new Map<string, Row>();
  /** Rows whose loss somebody asked for. */
  readonly #excused = new Set<string>();
  /** Rows by a table's metadata file and the state of its objects. */
  readonly #read = new Map<string, Promise<string[][]>>();

  constructor(endpoint: string) {
    const settings = {
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: account, secretAccessKey: "secret" },
    };
    this.#datazone = new DataZoneClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.s3tables = new S3TablesClient(settings);
    this.#ssm = new SSMClient(settings);
  }

  get rows(): number {
    return this.#rows.size;
  }

  /** The configurations that there are, of all domains. */
  async configurations(): Promise<Configuration[]> {
    const found = await Promise.all(
      domains.map(async (domainIdentifier) => {
        const told = await this.#datazone
          .send(new GetDataExportConfigurationCommand({ domainIdentifier }))
          .catch(absent);
        if (!told?.createdAt) return [];
        const kmsKey = told.encryptionConfiguration?.kmsKeyArn;
        return [{ domain: domainIdentifier, createdAt: told.createdAt.toISOString(), ...(kmsKey && { kmsKey }) }];
      }),
    );
    return found.flat();
  }

  async configuration(domain: string): Promise<Configuration | undefined> {
    return (await this.configurations()).find((each) => each.domain === domain);
  }

  /** Removes a domain's configuration, as AWS does when the domain is deleted. */
  async stop(domainIdentifier: string): Promise<void> {
    await this.#datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier }));
  }

  /** The prefix of the sync that there is. */
  async sync(): Promise<{ prefix: string; createdAt: string } | undefined> {
    const { ResourceDataSyncItems: [found] = [] } = await this.#ssm.send(
      new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
    );
    return found && { prefix: found.S3Destination?.Prefix ?? "", createdAt: found.SyncCreatedTime!.toISOString() };
  }

  async table(): Promise<{ arn: string; metadataLocation?: string; versionToken: string } | undefined> {
    const key = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
    const table = await this.s3tables.send(new GetTableCommand(key)).catch(absent);
    return (
      table && {
        arn: table.tableARN!,
        metadataLocation: table.metadataLocation,
        versionToken: table.versionToken!,
      }
    );
  }

  /** After so many days rows of the table go; `undefined` when they stay, or there is no table. */
  async expirationDays(): Promise<number | undefined> {
    const table = await this.table();
    if (!table) return undefined;
    const asked = new GetTableRecordExpirationConfigurationCommand({ tableArn: table.arn });
    const { configuration } = await this.s3tables.send(asked);
    return configuration?.status === "enabled" ? configuration.settings?.days : undefined;
  }

  /** Notes what the export wrote by now, whose it is, and what has expired as the table's setting says. */
  async noteDays(now: number): Promise<void> {
    const [holder] = await this.configurations();
    for (const row of await this.liveRows())
      if (!this.#rows.has(row)) this.#rows.set(row, { domain: holder?.domain ?? "", day: dayOf(row) });
    const days = await this.expirationDays();
    if (days !== undefined) this.excuse((await this.lost()).filter((row) => this.#rows.get(row)!.day < now - days));
  }

  /** The rows of the table's newest snapshot. */
  async liveRows(): Promise<string[]> {
    const table = await this.table();
    if (table?.metadataLocation === undefined) return [];
    return (await this.#rowsAt(table.metadataLocation, "")).at(-1) ?? [];
  }

  /** Every row of the backups that say they are whole and that another reader can open. */
  async copiedRows(): Promise<Set<string>> {
    const objects = await this.objects();
    const copies = [...objects.keys()].filter((key) => key.endsWith("/receipt.json"));
    const found = new Set<string>();
    for (const key of copies) {
      const folder = key.slice(0, -"receipt.json".length);
      const state = [...objects].filter(([name]) => name.startsWith(folder)).map(([name, tag]) => `${name} ${tag}`);
      const receipt = JSON.parse(Buffer.from(await getObject(this.s3, `s3://${backups}/${key}`)).toString());
      const at: string | undefined = receipt.destination?.metadataLocation;
      if (!at?.startsWith(`s3://${backups}/${folder}`)) continue;
      const snapshots = await this.#rowsAt(at, state.join()).catch(() => []);
      for (const row of snapshots.flat()) found.add(row);
    }
    return found;
  }

  /** The objects of the backups' bucket with their ETags. */
  async objects(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await this.s3.send(new ListObjectsV2Command({ Bucket: backups, ContinuationToken: token }));
      for (const { Key, ETag } of page.Contents ?? []) found.set(Key!, ETag!);
      token = page.NextContinuationToken;
    }
    return found;
  }

  /** The rows that are nowhere any more, and whose loss nobody has asked for. */
  async lost(without: "table" | "nothing" = "nothing"): Promise<string[]> {
    const live = new Set(without === "table" ? [] : await this.liveRows());
    const missing = [...this.#rows.keys()].filter((row) => !live.has(row) && !this.#excused.has(row));
    if (missing.length === 0) return [];
    const copied = await this.copiedRows();
    return missing.filter((row) => !copied.has(row));
  }

  excuse(rows: readonly string[]): void {
    for (const row of rows) this.#excused.add(row);
  }

  /** Returns the domains that wrote these rows. */
  domainsOf(rows: readonly string[]): string[] {
    return [...new Set(rows.map((row) => this.#rows.get(row)!.domain))];
  }

  /** Takes those rows out whose loss is allowed. */
  notOf(rows: readonly string[], allowed: readonly string[]): string[] {
    return rows.filter((row) => !allowed.includes(this.#rows.get(row)!.domain));
  }

  /** The live rows that are in no backup and that this expiration would take at once. */
  async expiring(days: number | undefined, now: number): Promise<string[]> {
    if (days === undefined) return [];
    const copied = await this.copiedRows();
    return (await this.liveRows()).filter((row) => !copied.has(row) && dayOf(row) < now - days);
  }

  #rowsAt(metadataLocation: string, state: string): Promise<string[][]> {
    const key = `${metadataLocation} ${state}`;
    const read =
      this.#read.get(key) ??
      snapshotRows(this.s3, metadataLocation).then((snapshots) => snapshots.map(({ rows }) => rows));
    this.#read.set(key, read);
    return read;
  }
}

function dayOf(row: string): number {
  return Math.floor(Date.parse(JSON.parse(row).snapshot_time) / dayMs);
}

function absent(error: Error): undefined {
  if (error.name === "ResourceNotFoundException" || error.name === "NotFoundException") return undefined;
  throw error;
}
