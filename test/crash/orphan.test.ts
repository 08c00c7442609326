import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterEach, describe, expect, it } from "vitest";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { stub } from "../../providers/stub.ts";
import { root } from "../support/sluice.ts";
import { callHost } from "../support/provider-host.ts";
import type { HostCalls } from "../support/provider-host.ts";
import { audit, Exporters, region } from "./exporters.ts";

let exporters: Exporters | undefined;
let world: EmulatorWorld | undefined;
const started: number[] = [];

afterEach(async () => {
  for (const pid of started.splice(0)) end(pid);
  await exporters?.close();
  await world?.close();
  exporters = world = undefined;
});

/** A part of the backup never arrives. */
const stalled = { service: "s3", operation: "PutObject", when: "before", error: "stall", skip: 1, times: 20 };

// Other systems do not show which processes are left.
const onLinux = process.platform === "linux";

describe.runIf(onLinux)("a command that is ended while a table is backed up", () => {
  it("by SIGKILL leaves no process behind that goes on to drop the table", async () => {
    exporters = await Exporters.start(1, 2);
    const { world, accounts } = exporters;
    await exporters.want("dzd_beta");
    await world.fault(stalled);
    const moment = stalling(exporters).then(() => "SIGKILL" as const);
    expect((await world.runSignalled(moment, "up", "--yes", "--isolated")).code).toBe(null);
    await gone(() => withInTheirEnvironment(world.endpoint));
    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    await sleep(1_000);
    expect((await world.calls()).filter(({ operation }) => operation === "DeleteTable")).toEqual([]);
    expect((await exporters.look(accounts[0]!)).tableArn).toBe(exporters.tables.get(accounts[0]!)!.arn);
    await exporters.mustRun("up");
  }, 120_000);

  it.each([
    ["SIGTERM", []],
    ["SIGHUP", []],
    ["SIGTERM", ["--isolated"]],
  ] as const)(
    "by %s ends soon although a call stalls, as cancelled, and the next run finishes %j",
    async (signal, way) => {
      exporters = await Exporters.start(1, 2);
      const { world } = exporters;
      await exporters.want("dzd_beta");
      await world.fault(stalled);
      let sent = 0;
      const moment = stalling(exporters).then(() => {
        sent = Date.now();
        return signal;
      });
      const { code, stderr } = await world.runSignalled(moment, "up", "--yes", ...way);
      const tookMs = Date.now() - sent;
      expect({ code, soon: tookMs < 8_000 }, `${tookMs} ms\n${stderr}`).toEqual({ code: 8, soon: true });
      await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
      await exporters.mustRun("up");
    },
    120_000,
  );
});

describe.runIf(onLinux)("a provider host whose engine was killed", () => {
  it("makes no destructive call, and ends by itself", async () => {
    const { engine, host, client, table } = await hostOfStandIn();
    engine.kill("SIGKILL");
    await once(engine, "exit");
    const failure = await client.delete(id, claim).catch((error: Error) => error.message);
    expect(failure).toMatch(/engine .* is gone|UNAVAILABLE|aborted/);
    expect((await world!.calls()).filter(({ operation }) => /^(Delete|Put)/.test(operation))).toEqual([]);
    expect(await table()).toBeDefined();
    await gone(() => (isRunning(host) ? [host] : []));
    client.close();
  }, 60_000);

  it("ends in the middle of a backup that stalls, and drops nothing", async () => {
    const { engine, host, client, table } = await hostOfStandIn();
    await world!.fault(stalled);
    const deleted = client.delete(id, claim).catch((error: Error) => error);
    await stallIn(world!);
    engine.kill("SIGKILL");
    await gone(() => (isRunning(host) ? [host] : []));
    await deleted;
    await sleep(500);
    expect((await world!.calls()).filter(({ operation }) => operation === "DeleteTable")).toEqual([]);
    expect(await table()).toBeDefined();
    client.close();
  }, 60_000);

  it("lives on for its engine when the command goes that wants the result, and ends what is under way", async () => {
    const command = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(command, "listening");
    const { port } = command.address() as AddressInfo;
    const { host, client, table } = await hostOfStandIn({ SLUICE_COMMAND: `127.0.0.1:${port}` });
    await world!.fault(stalled);
    const deleted = client.delete(id, claim).catch((error: Error) => error.message);
    await stallIn(world!);
    command.close();
    expect(await deleted).toContain("AbortError");
    expect(isRunning(host)).toBe(true);
    expect(await table()).toBeDefined();
    client.close();
  }, 60_000);

  it("whose engine lives drops the table when asked", async () => {
    const { client, table } = await hostOfStandIn();
    await client.delete(id, claim);
    expect(await table()).toBeUndefined();
    client.close();
  }, 60_000);
});

const account = audit;
const domain = "dzd_alpha";

/** A claim that is to be removed with its table, as the state has it. */
const id = `${account}/${region}/${domain}`;
const claim = {
  account,
  region,
  domain,
  encryption: { sseAlgorithm: "AES256" },
  backup: "s3://backups/catalog",
  onRemoval: "backUpAndDrop",
  __provider: stub.assetTable,
};

/** A host as the Pulumi CLI starts it: a child of a shell script, which outlives the engine. The table there belongs to no configuration. */
async function hostOfStandIn(more: NodeJS.ProcessEnv = {}): Promise<{
  engine: ChildProcess;
  host: number;
  client: HostCalls;
  table: () => Promise<unknown>;
}> {
  world = await emulatorWorld({
    accounts: { [account]: { name: "audit", regions: { [region]: { domains: [{ id: domain, name: "Alpha" }] } } } },
    buckets: { backups: { region, account } },
  });
  const datazone = new DataZoneClient(world.clientOf(account));
  const put = { domainIdentifier: domain, enableExport: true, clientToken: "one" };
  await datazone.send(new PutDataExportConfigurationCommand(put));
  await world.advance(2, 3);
  await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: domain }));
  await world.forgetCalls();
  const engine = spawn(process.execPath, ["-e", standIn], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"],
      PULUMI_NODEJS_PROJECT: "test",
      PULUMI_CONFIG: "{}",
      ...world.environmentOf(account, region),
      AWS_EC2_METADATA_DISABLED: "true",
      ...more,
    },
  });
  const [line] = (await once(engine.stdout!, "data")) as [Buffer];
  const { port, shell } = JSON.parse(String(line)) as { port: string; shell: number };
  const host = childOf(shell);
  started.push(engine.pid!, shell, host);
  const key = {
    tableBucketARN: `arn:aws:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`,
    namespace: "asset_metadata",
    name: "asset",
  };
  const table = () =>
    new S3TablesClient(world!.clientOf(account)).send(new GetTableCommand(key)).catch((error: Error) => {
      if (error.name === "NotFoundException") return undefined;
      throw error;
    });
  return { engine, host, client: await callHost(port), table };
}

/** Listens as an engine does, and starts the host by a script that waits for it, in a process group of its own. */
const standIn = `
const server = require("node:net").createServer((socket) => socket.destroy()).listen(0, "127.0.0.1", () => {
  const host = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const script = 'node "$0" "$1"; exit $?';
  const shell = require("node:child_process").spawn("sh", ["-c", script, host, "127.0.0.1:" + server.address().port], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  shell.stdout.once("data", (port) => console.log(JSON.stringify({ port: String(port).trim(), shell: shell.pid })));
});
`;

/** Until the emulator holds a call back. */
const stalling = ({ world }: Exporters): Promise<void> => stallIn(world);

async function stallIn({ endpoint }: { endpoint: string }): Promise<void> {
  for (;;) {
    const calls = (await (await fetch(`${endpoint}/_emulator/calls`)).json()) as {
      operation: string;
      stalled?: true;
    }[];
    const left = (await (await fetch(`${endpoint}/_emulator/faults`)).json()) as { times: number }[];
    if (calls.some(({ stalled }) => stalled) || left.some(({ times }) => times < stalled.times)) return;
    await sleep(50);
  }
}

async function gone(left: () => number[], withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (left().length > 0 && Date.now() < end) await sleep(100);
  expect(left()).toEqual([]);
}

/** The processes, of this machine's all, that work with the emulator. */
function withInTheirEnvironment(text: string): number[] {
  return processes().filter((pid) => pid !== process.pid && environmentOf(pid).includes(text));
}

const processes = (): number[] => readdirSync("/proc").map(Number).filter(Boolean);

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

function childOf(parent: number): number {
  return Number(readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ")[0]);
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
