import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { DeleteResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { countRows, s3ObjectStore } from "../../backup/index.ts";
import type { Receipt } from "../../backup/index.ts";
import { audit, catalog } from "./acme.ts";
import type { Acme } from "./acme.ts";
import type { DemoConsole } from "./demo-console.ts";

/** The world outside: what the story does to AWS and looks up in it, past Sluice. */
export interface StoryWorld {
  endpoint: string;
  folder: string;
  acme: Acme;
}

/** Plays the demo: from an empty account to the domain switch and back, each step a command that a user would type. */
export async function playStory(stage: DemoConsole, outside: StoryWorld): Promise<void> {
  const specFile = path.join(outside.folder, "sluice.yaml");
  const { spec } = outside.acme;

  stage.scene("One file says what should be", "Three accounts, two syncs, one export:", "");
  await writeFile(specFile, spec);
  stage.print(...spec.trimEnd().split("\n"));
  await stage.run("up", "--yes");

  stage.scene("Three days pass", "Each night the export appends a snapshot of all assets to an S3 table.");
  await fetch(`${outside.endpoint}/_emulator/advance`, { method: "POST", body: JSON.stringify({ days: 3 }) });
  const before = await liveTable(outside);
  stage.fact(`The table holds ${before.rows} rows in ${before.snapshots} snapshots, counted in its files.`);

  stage.scene(
    "The company wants another domain to export",
    "Only one domain per account and Region may. So: delete the configuration, back up and drop the table, put the new one.",
  );
  await writeFile(specFile, spec.replace("domain: dzd_sales", "domain: dzd_company"));
  stage.print("", "-    domain: dzd_sales", "+    domain: dzd_company");
  const plan = await stage.run("preview");

  stage.scene(
    "The switch",
    "Each step is recorded before the next begins; after a failure, `up` goes on where it stopped.",
  );
  await stage.run("up", "--digest", /sha256:[0-9a-f]{64}/.exec(plan)![0]);

  stage.scene("The backup is opened again", "It is an Iceberg table of its own; its rows are counted from its files.");
  const receipt = await receiptIn(outside);
  const after = await countRows(s3Of(outside), receipt.destination.metadataLocation!);
  if (after.rows !== before.rows || after.snapshots !== before.snapshots) {
    throw new Error(
      `The backup holds ${after.rows} rows in ${after.snapshots} snapshots, the table had ${before.rows}.`,
    );
  }
  stage.fact(
    `${after.rows} rows in ${after.snapshots} snapshots at ${receipt.destination.metadataLocation}: equal to before.`,
  );

  stage.scene("Nothing is left to do");
  await stage.run("up", "--yes", "--expect-no-changes");

  stage.scene("Somebody deletes a sync behind our back");
  const ssm = new SSMClient(clientOf(outside, audit));
  await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }));
  await stage.run("refresh", "--yes");
  await stage.run("up", "--yes");

  stage.scene(
    "And away with it",
    "AWS keeps the export's table when its configuration goes; so does Sluice, unless told otherwise.",
  );
  await stage.run("destroy", "--yes");
}

const clientOf = ({ endpoint, acme: { region } }: StoryWorld, account: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: account, secretAccessKey: "demo" },
});

const s3Of = (outside: StoryWorld) =>
  s3ObjectStore(new S3Client({ ...clientOf(outside, catalog), forcePathStyle: true }));

async function liveTable(outside: StoryWorld): Promise<{ rows: number; snapshots: number }> {
  const tables = new S3TablesClient(clientOf(outside, catalog));
  const { region, partition } = outside.acme;
  const { metadataLocation } = await tables.send(
    new GetTableCommand({
      tableBucketARN: `arn:${partition}:s3tables:${region}:${catalog}:bucket/aws-sagemaker-catalog`,
      namespace: "asset_metadata",
      name: "asset",
    }),
  );
  return countRows(s3Of(outside), metadataLocation!);
}

/** The receipt that the switch left among the claim's outputs in the state. */
async function receiptIn({ folder }: StoryWorld): Promise<Receipt> {
  const file = path.join(folder, ".pulumi/stacks/sluice/dev.json");
  const { resources } = JSON.parse(await readFile(file, "utf8")).checkpoint.latest;
  const claim = resources.find((resource: { type: string }) => resource.type.endsWith(":AssetTable"));
  return claim.outputs.receipt;
}
