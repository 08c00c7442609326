import { GetObjectCommand } from "@aws-sdk/client-s3";
import { GetTableCommand } from "@aws-sdk/client-s3tables";
import type { QuirkName } from "../emulator/index.ts";
import type { Bench } from "./bench.ts";
import { createdAtOf, tableOf } from "./removing.ts";
import { answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";

/** What only days of exports can tell. */
export const dayQuirks: readonly QuirkName[] = [
  "datazone-failed-export",
  "export-partition",
  "export-maintenance",
  "export-snapshot-expiry",
];

/** Days until maintenance and the expiry of snapshots, by default after 120 hours, must have shown. */
const enoughDays = 7;

const dayMs = 24 * 60 * 60_000;

/** What of a table's metadata is looked at. */
interface Metadata {
  "partition-specs"?: { fields?: { name?: string; transform?: string }[] }[];
  snapshots?: { "snapshot-id": number; "timestamp-ms": number; summary?: { operation?: string } }[];
}

/** Waits for days of exports, as many as are allowed, and tells what the table's metadata shows. */
export async function askExportDays(bench: Bench, domain: string): Promise<void> {
  const { days } = bench.allowed;
  const operations = new Set<string>();
  const seen = new Set<number>();
  let metadata = await metadataOf(bench);
  for (let day = 0; day < days; day++) {
    await bench.target.wait(dayMs);
    await createdAtOf(bench.target, domain);
    metadata = await metadataOf(bench);
    for (const snapshot of metadata?.snapshots ?? []) {
      seen.add(snapshot["snapshot-id"]);
      operations.add(snapshot.summary?.operation ?? "");
    }
  }
  await bench.ask("export-partition", async () => partitionOfTable(metadata));
  await bench.ask("datazone-failed-export", async () => unanswered("No export failed here."));
  const short = unanswered(`It takes ${enoughDays} days of exports: --days ${enoughDays} waits.`);
  await bench.ask("export-maintenance", async () => {
    if (operations.has("replace")) return answered("compaction", "a snapshot replaces files");
    if (days < enoughDays) return short;
    return operations.has("delete")
      ? answered("deletes", "a snapshot deletes rows")
      : answered("none", `${seen.size} snapshots, all appended`);
  });
  await bench.ask("export-snapshot-expiry", async () => {
    if (days < enoughDays || seen.size === 0) return short;
    const kept = new Set(metadata?.snapshots?.map((snapshot) => snapshot["snapshot-id"]));
    const gone = [...seen].filter((id) => !kept.has(id)).length;
    return gone > 0
      ? answered("on", `${gone} of ${seen.size} snapshots are gone`)
      : answered("off", `all ${seen.size} snapshots are there`);
  });
}

function partitionOfTable(metadata: Metadata | undefined): QuirkAnswer {
  if (metadata === undefined) return unanswered("The table has no metadata before its first day: --days 1 waits.");
  const transform = metadata["partition-specs"]?.[0]?.fields?.[0]?.transform;
  return transform === "day" || transform === "identity"
    ? answered(transform, "the metadata's partition spec says so")
    : unanswered(`The metadata's partition spec is ${JSON.stringify(metadata["partition-specs"])}.`);
}

async function metadataOf({ target }: Bench): Promise<Metadata | undefined> {
  const found = await tableOf(target);
  if (found === undefined) return undefined;
  const { s3tables, s3 } = target.clients;
  const { metadataLocation } = await s3tables.send(new GetTableCommand({ tableArn: found.arn }));
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(metadataLocation ?? "") ?? [];
  if (Bucket === undefined || Key === undefined) return undefined;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse(await Body!.transformToString()) as Metadata;
}
