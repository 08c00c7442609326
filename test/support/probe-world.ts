import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DataZoneClient, GetDataExportConfigurationCommand, ListDomainsCommand } from "@aws-sdk/client-datazone";
import { IAMClient } from "@aws-sdk/client-iam";
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  ListNamespacesCommand,
  ListTableBucketsCommand,
  ListTablesCommand,
  S3TablesClient,
} from "@aws-sdk/client-s3tables";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import { vi } from "vitest";
import { fileLedger, lookBefore, probe, readLedger, removeMade } from "../../src/probe/index.ts";
import type { ProbeAllowance, ProbeTarget, ProbeReport } from "../../src/probe/index.ts";
import { emulatorWorld } from "./emulator-world.ts";
import type { EmulatorWorld } from "./emulator-world.ts";

/** The account of the probes: its organization's own, with every kind of domain. */
export const sandbox = "444455556666";
const sandboxKey = `arn:aws:kms:us-east-1:${sandbox}:key/11111111-2222-3333-4444-555555555555`;

const domains = [
  { id: "dzd_alpha", name: "Alpha" },
  { id: "dzd_beta", name: "Beta" },
  { id: "dzd_old", name: "Old", version: "V1" },
  { id: "dzd_shared", name: "Shared", sharedFrom: "222233334444" },
  { id: "dzd_coming", name: "Coming", state: "CREATING" },
];

/** The seed of a sandbox, with what else lies in its account. */
export function sandboxSeed(more: object = {}) {
  return {
    organization: { id: "o-acme123456", management: sandbox, units: {} },
    accounts: { [sandbox]: { name: "sandbox", regions: { "us-east-1": { domains, ...more } } } },
    keys: { [sandboxKey]: { enabled: true } },
  };
}

/** Everything that a probe may ask for, and days enough for what shows in days. */
export const everything: ProbeAllowance = {
  exports: true,
  organization: true,
  opsdata: true,
  quickSetup: true,
  kmsKey: sandboxKey,
  days: 7,
  patienceMs: 10_000,
};

/** A sandbox on an emulator of its own. Time moves when a probe waits, and at no other time. */
export interface ProbeWorld extends EmulatorWorld {
  ledger: string;
  /** Probes the sandbox, blind. */
  probe(allowed?: ProbeAllowance): Promise<ProbeReport>;
  /** Takes away what a killed probe left, as its ledger names it. */
  clean(): Promise<string[]>;
  /** Each of the SDK's calls passes here before it is sent and after its answer. */
  onCall: { before?: (count: number) => void; after?: (count: number) => void };
  /** Everything that can be listed from outside. */
  look(): Promise<Record<string, unknown>>;
}

const realNow = Date.now.bind(Date);
let moved = 0;
const move = (milliseconds: number) => void (moved += milliseconds);

export async function probeWorld(
  quirks: Record<string, string> = {},
  seed: object = sandboxSeed(),
): Promise<ProbeWorld> {
  vi.spyOn(Date, "now").mockImplementation(() => realNow() + moved);
  const emulator = await emulatorWorld(seed, quirks);
  const folder = await mkdtemp(path.join(tmpdir(), "sluice-probe-"));
  const ledger = path.join(folder, "ledger.json");
  const onCall: ProbeWorld["onCall"] = {};
  let calls = 0;
  const targetOf = async (run: string): Promise<ProbeTarget> => {
    const clients = clientsOf(emulator);
    for (const { middlewareStack } of Object.values(clients) as SSMClient[]) {
      middlewareStack.add(
        (next) => async (request) => {
          const count = calls++;
          onCall.before?.(count);
          const answer = await next(request);
          onCall.after?.(count);
          return answer;
        },
        { step: "initialize", name: "onCall" },
      );
    }
    const started = { version: 1, account: sandbox, region: "us-east-1", run, entries: [] } as const;
    const content = (await readLedger(ledger)) ?? { ...started, entries: [] };
    return {
      account: sandbox,
      region: "us-east-1",
      clients,
      ledger: fileLedger(ledger, content),
      now: () => Date.now(),
      wait: async (milliseconds) => {
        const days = Math.floor(milliseconds / 86_400_000);
        if (days > 0) await emulator.advance(days, 10);
        else move(milliseconds);
      },
    };
  };
  return {
    ...emulator,
    ledger,
    onCall,
    probe: async (allowed = everything) => {
      calls = 0;
      const target = await targetOf("ab12");
      return probe(target, allowed, await lookBefore(target, allowed));
    },
    clean: async () => removeMade(await targetOf("cd34")),
    look: () => lookAround(emulator),
    close: async () => {
      vi.restoreAllMocks();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The SDK's own clients; what they wait for when they are throttled moves the clock. */
function clientsOf(emulator: EmulatorWorld) {
  const backoff = () => {
    move(1_000);
    return 1;
  };
  const settings = { ...emulator.clientOf(sandbox), retryStrategy: new ConfiguredRetryStrategy(8, backoff) };
  return {
    ssm: new SSMClient(settings),
    datazone: new DataZoneClient(settings),
    s3tables: new S3TablesClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    iam: new IAMClient(settings),
  };
}

async function lookAround(emulator: EmulatorWorld): Promise<Record<string, unknown>> {
  // What an eventually consistent listing has not shown yet.
  move(5_000);
  const { ssm, datazone, s3tables, s3 } = clientsOf(emulator);
  const syncs = [];
  for (const SyncType of ["SyncToDestination", "SyncFromSource"]) {
    const { ResourceDataSyncItems } = await ssm.send(new ListResourceDataSyncCommand({ SyncType }));
    syncs.push(...(ResourceDataSyncItems ?? []));
  }
  const { items = [] } = await datazone.send(new ListDomainsCommand({}));
  const configured: unknown[] = [];
  for (const { id } of items) {
    const get = new GetDataExportConfigurationCommand({ domainIdentifier: id });
    const answer = await datazone.send(get).catch((error: Error) => error.name);
    configured.push(typeof answer === "string" ? answer : { ...answer, $metadata: undefined });
  }
  const { tableBuckets = [] } = await s3tables.send(new ListTableBucketsCommand({}));
  const tables: unknown[] = [];
  for (const { arn: tableBucketARN, name } of tableBuckets) {
    const { namespaces = [] } = await s3tables.send(new ListNamespacesCommand({ tableBucketARN }));
    const listed = await s3tables.send(new ListTablesCommand({ tableBucketARN }));
    tables.push([name, namespaces.map(({ namespace }) => namespace), listed.tables?.map((table) => table.name)]);
  }
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const objects: unknown[] = [];
  for (const { Name: Bucket } of Buckets) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    objects.push([Bucket, Contents.map(({ Key }) => Key)]);
  }
  return { syncs: syncs.map(({ SyncName, SyncType }) => [SyncName, SyncType]), items, configured, tables, objects };
}
