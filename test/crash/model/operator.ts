import { createHash } from "node:crypto";
import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteTableCommand } from "@aws-sdk/client-s3tables";
import { getObject } from "../../support/iceberg-rows.ts";
import type { Judge } from "./judge.ts";
import { account, backups, region, tableBucketARN } from "./seed.ts";

/** What they do. Receipts are planted more often, since the next run has to meet them. */
export const deeds = [
  "stop",
  "start",
  "replace",
  "dropRecord",
  "plantRecord",
  "oldRecord",
  "plant",
  "plant",
  "dropTable",
  "zeroCopies",
  "dropCopies",
] as const;

export type Deed = (typeof deeds)[number];

/** Somebody else in the account, in the console. What is lost by their own hand is excused. */
export class Operator {
  readonly #datazone: DataZoneClient;
  readonly #judge: Judge;
  /** The records as they were whenever somebody looked, oldest first, by key. */
  readonly #records = new Map<string, string[]>();

  constructor(endpoint: string, judge: Judge) {
    const credentials = { accessKeyId: account, secretAccessKey: "secret" };
    this.#datazone = new DataZoneClient({ endpoint, region, credentials });
    this.#judge = judge;
  }

  async act(deed: Deed, domain: string): Promise<void> {
    const steps: readonly Exclude<Deed, "replace">[] = deed === "replace" ? ["stop", "dropTable", "start"] : [deed];
    for (const step of steps) await this.#act(step, domain).catch(refused);
    if (steps.includes("dropTable") || deed === "zeroCopies" || deed === "dropCopies")
      this.#judge.excuse(await this.#judge.lost());
  }

  async #act(deed: Exclude<Deed, "replace">, domain: string): Promise<unknown> {
    switch (deed) {
      case "stop":
        for (const { domain: domainIdentifier } of await this.#judge.configurations())
          await this.#datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier }));
        return;
      case "start":
        return this.#datazone.send(
          new PutDataExportConfigurationCommand({ domainIdentifier: domain, enableExport: true }),
        );
      case "plantRecord":
        return this.#plantRecord(domain);
      case "oldRecord":
        return this.#forEachKey(/\/released\.json$/, async (key) => {
          const [old] = this.#records.get(key) ?? [];
          const text = await getObject(this.#judge.s3, `s3://${backups}/${key}`);
          this.#records.set(key, [...(this.#records.get(key) ?? []), text.toString()]);
          if (old !== undefined) await this.#put(key, old);
        });
      case "dropTable":
        return this.#judge.s3tables.send(
          new DeleteTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }),
        );
      case "plant":
        return this.#plant();
      case "dropRecord":
        return this.#forEachKey(/\/released\.json$/, (key) => this.#delete(key));
      case "dropCopies":
        return this.#forEachKey(/\.metadata\.json$/, (key) => this.#delete(key));
      case "zeroCopies":
        return this.#forEachKey(/\.parquet$/, (key) => this.#put(key, ""));
    }
  }

  /** Puts a receipt, and an inventory that fits it, where the copy of the present table would go. */
  async #plant(): Promise<void> {
    const table = await this.#judge.table();
    if (!table) return;
    const { arn, versionToken, metadataLocation } = table;
    for (const place of ["catalog", "elsewhere"]) {
      const folder = `${place}/${account}/${region}/${arn.slice(arn.lastIndexOf("/") + 1)}/${versionToken}`;
      const location = `s3://${backups}/${folder}`;
      const inventory = "";
      const receipt = {
        version: 1,
        source: { account, region, tableArn: arn, metadataLocation, versionToken },
        destination: { location, metadataLocation: `${location}/metadata/planted.metadata.json` },
        snapshots: 1,
        rows: 2,
        files: 0,
        bytes: 0,
        verifiedAt: new Date().toISOString(),
        digest: `sha256:${createHash("sha256").update(inventory).digest("hex")}`,
      };
      await this.#put(`${folder}/objects.jsonl`, inventory);
      await this.#put(`${folder}/receipt.json`, JSON.stringify(receipt));
    }
  }

  /** Puts a record that takes the present table for a domain's. */
  async #plantRecord(domain: string): Promise<void> {
    const table = await this.#judge.table();
    if (!table) return;
    const time = new Date().toISOString();
    const record = { version: 1, domain, encryption: { sseAlgorithm: "AES256" }, tableArn: table.arn, time };
    for (const place of ["catalog", "elsewhere"])
      await this.#put(`${place}/${account}/${region}/released.json`, JSON.stringify(record));
  }

  async #forEachKey(pattern: RegExp, act: (key: string) => Promise<unknown>): Promise<void> {
    for (const key of (await this.#judge.objects()).keys()) if (pattern.test(key)) await act(key);
  }

  #put(Key: string, Body: string): Promise<unknown> {
    return this.#judge.s3.send(new PutObjectCommand({ Bucket: backups, Key, Body }));
  }

  #delete(Key: string): Promise<unknown> {
    return this.#judge.s3.send(new DeleteObjectCommand({ Bucket: backups, Key }));
  }
}

/** What AWS refuses to a person changes nothing. */
function refused(error: Error): void {
  if (!/^(Conflict|NotFound|ResourceNotFound|Validation|Forbidden|AccessDenied)/.test(error.name)) throw error;
}
