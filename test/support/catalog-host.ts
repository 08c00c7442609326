import { DataZoneClient } from "@aws-sdk/client-datazone";
import { S3Client } from "@aws-sdk/client-s3";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll } from "vitest";
import { catalog, seed } from "./acme.ts";
import { emulatorWorld } from "./emulator-world.ts";
import { startProviderHost } from "./provider-host.ts";
import type { ProviderHost } from "./provider-host.ts";

export const tableBucketARN = `arn:aws:s3tables:us-east-1:${catalog}:bucket/aws-sagemaker-catalog`;

/**
 * An emulator and a provider host for all tests of a file, by default in a process of its own, and clients of the account that exports its
 * catalog.
 */
export async function catalogHost(given: object = seed, start: typeof startProviderHost = startProviderHost) {
  const world = await emulatorWorld(given);
  let process = await start(world.endpoint, catalog);
  const host: ProviderHost & { nextRun(start?: typeof startProviderHost): Promise<void> } = {
    check: (...given) => process.check(...given),
    diff: (...given) => process.diff(...given),
    create: (...given) => process.create(...given),
    read: (...given) => process.read(...given),
    update: (...given) => process.update(...given),
    delete: (...given) => process.delete(...given),
    get log() {
      return process.log;
    },
    printed: () => process.printed(),
    peakMegabytes: () => process.peakMegabytes(),
    close: () => process.close(),
    /** Each run of the engine starts a host of its own. */
    async nextRun(startNext = start) {
      await process.close();
      process = await startNext(world.endpoint, catalog);
    },
  };
  afterAll(async () => {
    await host.close();
    await world.close();
  });
  const datazone = new DataZoneClient(world.clientOf(catalog));
  const s3tables = new S3TablesClient(world.clientOf(catalog));
  const s3 = new S3Client({ ...world.clientOf(catalog), forcePathStyle: true });
  const tableInAws = () =>
    s3tables.send(new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }));
  return { world, host, datazone, s3tables, s3, tableInAws };
}
