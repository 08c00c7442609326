// `node bench/emulator.ts`: how soon the emulator answers, and how many requests a second it takes from one SDK client,
// beside moto's server where `moto_server` is on the PATH.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeParametersCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { table } from "./processes.ts";

const warmUp = 20;
const seconds = 4;
const atOnce = 8;
const account = "111122223333";
const main = path.resolve(import.meta.dirname, "../dist/src/cli/main.js");

const rows = [await benched("sluice", [process.execPath, main, "emulator", "--port", "18650"], 18650)];
if ((process.env["PATH"] ?? "").split(path.delimiter).some((one) => existsSync(path.join(one, "moto_server")))) {
  rows.push(await benched("moto", ["moto_server", "-p", "18651"], 18651));
}
console.log(table(rows));

async function benched(name: string, command: string[], port: number) {
  const started = performance.now();
  const server = spawn(command[0]!, command.slice(1), { stdio: "ignore" });
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await answered(endpoint, server);
    const start = Math.round(performance.now() - started);
    return { server: name, "first answer ms": start, ...(await rates(name, endpoint)) };
  } finally {
    server.kill("SIGTERM");
  }
}

async function rates(name: string, endpoint: string) {
  const settings = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: account, secretAccessKey: "x" },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true },
  };
  const sts = new STSClient(settings);
  const ssm = new SSMClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "bench" }));
  const at = { Bucket: "bench", Key: "object" };
  // moto has none of the sync operations: the nearest that it lists stands in for them.
  const list =
    name === "moto"
      ? () => ssm.send(new DescribeParametersCommand({}))
      : () => ssm.send(new ListResourceDataSyncCommand({}));
  return {
    "STS GetCallerIdentity /s": await rate(() => sts.send(new GetCallerIdentityCommand({}))),
    "SSM list /s": await rate(list),
    "S3 PutObject 4 KiB /s": await rate(() => s3.send(new PutObjectCommand({ ...at, Body: Buffer.alloc(4096) }))),
    "S3 GetObject /s": await rate(async () => (await s3.send(new GetObjectCommand(at))).Body!.transformToByteArray()),
  };
}

/** Answered requests a second over some seconds, and how many failed: under load moto answers some with a page of HTML. */
async function rate(request: () => Promise<unknown>): Promise<string> {
  for (let n = 0; n < warmUp; n++) await request().catch(() => undefined);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  let [done, failed] = [0, 0];
  const worker = async () => {
    while (elapsed() < seconds) {
      await request().then(
        () => done++,
        () => failed++,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return `${Math.round(done / elapsed())}${failed > 0 ? ` (${failed} failed)` : ""}`;
}

async function answered(endpoint: string, server: ChildProcess): Promise<void> {
  const deadline = AbortSignal.timeout(30_000);
  while (!deadline.aborted) {
    if (server.exitCode !== null) throw new Error(`the server of ${endpoint} ended with ${server.exitCode}`);
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer) return;
    await new Promise((wait) => setTimeout(wait, 5));
  }
  throw new Error(`the server of ${endpoint} did not answer within 30 s`);
}
