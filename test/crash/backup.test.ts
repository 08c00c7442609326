import { S3Client } from "@aws-sdk/client-s3";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backUp, countRows, readReceipt, receiptUri, s3ObjectStore, verify } from "../../src/backup/index.ts";
import type { BackupRequest, ObjectStore, Receipt } from "../../src/backup/index.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";

const account = "111122223333";
const region = "us-east-1";
let world: EmulatorWorld;
let client: S3Client;
let store: ObjectStore;
let source: BackupRequest["source"];
let undisturbed: Receipt;
let calls: string[];

beforeAll(async () => {
  world = await emulatorWorld({
    accounts: {
      [account]: { name: "catalog", regions: { [region]: { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } },
    },
    buckets: { "acme-backups": { region, account } },
  });
  const settings = { ...world.clientOf(account), maxAttempts: 1 };
  client = new S3Client({ ...settings, forcePathStyle: true });
  store = s3ObjectStore(client);
  const configuration = { domainIdentifier: "dzd_alpha", enableExport: true, clientToken: "one" };
  await new DataZoneClient(settings).send(new PutDataExportConfigurationCommand(configuration));
  await world.advance(2, 3);
  source = await currentTable();
  await world.forgetCalls();
  undisturbed = await backUp(requestTo("undisturbed"));
  calls = (await world.calls()).map((call) => call.operation);
});
afterAll(() => world.close());

test("a backup that breaks off at any call of S3 is invisible or whole, and the next run leaves exactly one, verified", async () => {
  expect(new Set(calls)).toEqual(new Set(["HeadBucket", "HeadObject", "GetObject", "PutObject", "ListObjectsV2"]));
  expect(undisturbed).toMatchObject({ snapshots: 2, rows: 6 });
  for (const [operation, skip] of eachCall(calls)) {
    // A denial is not tried again, and so ends the run where it comes, as its death would. A read has no effect.
    for (const when of operation === "PutObject" ? ["before", "after"] : ["before"]) {
      const prefix = `${when}-${operation}-${skip}`;
      await world.fault({ service: "s3", operation, when, error: "AccessDenied", skip, times: 1 });
      await expect(backUp(requestTo(prefix)), prefix).rejects.toThrow();

      const isVisible = await store.head(metadataIn(prefix));
      if (isVisible) expect((await countRows(store, metadataIn(prefix))).rows, prefix).toBe(6);

      const receipt = await backUp(requestTo(prefix));
      expect(receipt, prefix).toMatchObject({ snapshots: 2, rows: 6, files: undisturbed.files });
      expect(await readReceipt(store, receiptUri(receipt.destination.location)), prefix).toEqual(receipt);
    }
  }
  const last = await backUp(requestTo("after-PutObject-0"));
  expect((await verify({ receipt: last, store })).problems).toEqual([]);
  expect(await currentTable()).toEqual(source);
}, 240_000);

/** Each call as its operation and the number of calls of that operation before it. */
function eachCall(operations: string[]): [operation: string, skip: number][] {
  const seen = new Map<string, number>();
  return operations.map((operation) => {
    const skip = seen.get(operation) ?? 0;
    seen.set(operation, skip + 1);
    return [operation, skip];
  });
}

function requestTo(prefix: string): BackupRequest {
  // Each run is a process of its own, which knows nothing of what an earlier one saw.
  const store = s3ObjectStore(client);
  const never = () => Promise.reject(new Error("the source is never written"));
  const read = { ...store, put: never, upload: never };
  return { source, destination: `s3://acme-backups/${prefix}`, history: "all", read, write: store };
}

function metadataIn(prefix: string): string {
  return undisturbed.destination.metadataLocation!.replace("/undisturbed/", `/${prefix}/`);
}

async function currentTable(): Promise<BackupRequest["source"]> {
  const tableBucketARN = `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
  const key = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  const table = await new S3TablesClient(world.clientOf(account)).send(new GetTableCommand(key));
  const { tableARN, metadataLocation, versionToken } = table;
  return { account, region, tableArn: tableARN!, metadataLocation, versionToken: versionToken! };
}
