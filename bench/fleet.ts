// `node bench/fleet.ts [ACCOUNTS]`: `up` of ten syncs in each of 100 accounts, on the emulator and the embedded engine,
// beside the least that any tool could do: the same CreateResourceDataSync calls from one SDK client an account.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { measure, peakOf, table } from "./processes.ts";

const accounts = Array.from({ length: Number(process.argv[2] ?? 100) }, (_, n) => String(100000000001 + n));
const regions = ["us-east-1", "eu-west-1"];
const names = ["a", "b", "c", "d", "e"];
const main = path.resolve(import.meta.dirname, "../dist/src/cli/main.js");
const folder = mkdtempSync(path.join(tmpdir(), "sluice-bench-"));

writeFileSync(
  path.join(folder, "seed.yaml"),
  JSON.stringify({
    accounts: Object.fromEntries(accounts.map((id) => [id, { regions: { "us-east-1": {}, "eu-west-1": {} } }])),
    buckets: { "acme-inventory": { region: "us-east-1", account: accounts[0], policy: "ssm-delivery" } },
  }),
);
writeFileSync(
  path.join(folder, "sluice.yaml"),
  JSON.stringify({
    version: 1,
    role: "arn:aws:iam::${account.id}:role/Sluice",
    accounts: Object.fromEntries(accounts.map((id, n) => [`account-${n}`, id])),
    targets: { all: { accounts: accounts.map((_, n) => `account-${n}`), regions } },
    syncs: Object.fromEntries(
      names.map((name) => [
        name,
        { targets: "all", destination: { bucket: "acme-inventory", region: "us-east-1", prefix: name } },
      ]),
    ),
  }),
);

const emulator = spawn(process.execPath, [main, "emulator", "-o", "json", "--seed", "seed.yaml"], { cwd: folder });
const endpoint: string = await new Promise((resolve) =>
  emulator.stdout.once("data", (line) => resolve(JSON.parse(String(line)).endpoint)),
);
const env = {
  ...process.env,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: accounts[0],
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_REGION: "us-east-1",
  PULUMI_CONFIG_PASSPHRASE: "",
};
const syncs = accounts.length * regions.length * names.length;
const state = `file://${folder}`;
const rows: Array<Record<string, string | number>> = [];

await fetch(`${endpoint}/_emulator/calls`, { method: "DELETE" });
rows.push(await baseline());
await fetch(`${endpoint}/_emulator/reset`, { method: "POST" });
for (const [label, verb] of [
  ["up", "up"],
  ["up, nothing changed", "up"],
  ["refresh", "refresh"],
  ["destroy", "destroy"],
] as const) {
  await fetch(`${endpoint}/_emulator/calls`, { method: "DELETE" });
  const ran = await measure(
    [process.execPath, main, verb, "--engine", "embedded", "--yes", "--state", state, "-o", "json"],
    { cwd: folder, env },
  );
  if (ran.code !== 0) throw new Error(`${verb} failed with ${ran.code}: ${ran.stderr.slice(-2000)}`);
  rows.push(await row(label, ran.seconds, ran.peaks));
}
console.log(`${syncs} syncs over ${accounts.length} accounts and ${regions.length} Regions\n\n${table(rows)}`);
console.log(`\nPeak memory of the emulator: ${peakOf(emulator.pid!)} MiB`);
emulator.kill("SIGTERM");
rmSync(folder, { recursive: true });

async function baseline(): Promise<Record<string, string | number>> {
  const started = performance.now();
  const send = async (account: string, region: string) => {
    const client = new SSMClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "x" } });
    for (const name of names) {
      await client.send(
        new CreateResourceDataSyncCommand({
          SyncName: name,
          S3Destination: { BucketName: "acme-inventory", Prefix: name, Region: "us-east-1", SyncFormat: "JsonSerDe" },
        }),
      );
    }
    client.destroy();
  };
  await Promise.all(accounts.flatMap((account) => regions.map((region) => send(account, region))));
  return row("SDK calls alone", (performance.now() - started) / 1000, {});
}

async function row(label: string, seconds: number, peaks: Record<string, number>) {
  const calls = (await (await fetch(`${endpoint}/_emulator/calls`)).json()) as unknown[];
  return {
    run: label,
    "wall s": seconds.toFixed(1),
    calls: calls.length,
    "lower bound": lowerBound(label),
    "engine MiB": peaks["engine"] ?? "",
    "program MiB": peaks["program"] ?? "",
    "host MiB": peaks["provider host"] ?? "",
    "state bytes": label === "SDK calls alone" ? "" : stateBytes(),
  };
}

/**
 * The fewest calls that could do it: one role an account, one call a change, one page of 50 a listing. IAM is asked about each role, once. Before
 * syncs are made their target is looked at, by a listing of each type, which share a quota; before they are deleted, whether they are still the
 * stack's, by the plan and again by the run; and afterwards, what came of them.
 */
function lowerBound(label: string): number {
  const roles = accounts.length;
  const listing = accounts.length * regions.length * Math.ceil(names.length / 50);
  if (label === "SDK calls alone") return syncs;
  if (label === "up") return syncs + 2 * roles + 3 * listing;
  if (label === "destroy") return syncs + 2 * roles + 3 * listing;
  if (label === "refresh") return listing + roles;
  return 0;
}

function stateBytes(): number {
  const file = path.join(folder, ".pulumi/stacks/sluice/dev.json");
  return statSync(file).size;
}
