// `node bench/emulator.ts`: how soon the emulator answers, and how many requests a second it takes over HTTP, beside
// moto's server where `moto_server` is on the PATH. The requests are written out: an SDK's client needs more time for
// one than the emulator does, and would be what is measured.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import path from "node:path";
import { table } from "./processes.ts";

const warmUp = 50;
const seconds = 4;
const atOnce = 8;
const main = path.resolve(import.meta.dirname, "../dist/src/cli/main.js");

const rows = [await benched("sluice", [process.execPath, main, "emulator", "--port", "18650"], 18650)];
if ((process.env["PATH"] ?? "").split(path.delimiter).some((one) => existsSync(path.join(one, "moto_server")))) {
  rows.push(await benched("moto", ["moto_server", "-p", "18651"], 18651));
}
console.log(table(rows));

async function benched(name: string, command: string[], port: number) {
  const started = performance.now();
  const server = spawn(command[0]!, command.slice(1), { stdio: "ignore" });
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    await answered(`http://127.0.0.1:${port}`, server);
    const start = Math.round(performance.now() - started);
    return { server: name, "first answer ms": start, ...(await rates(name, (sent) => status(port, agent, sent))) };
  } finally {
    agent.destroy();
    server.kill("SIGTERM");
  }
}

interface Sent {
  service: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

async function rates(name: string, send: (sent: Sent) => Promise<number>) {
  const identity = {
    service: "sts",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  };
  // moto has none of the sync operations: the nearest that it lists stands in for them.
  const operation = name === "moto" ? "DescribeParameters" : "ListResourceDataSync";
  const list = {
    service: "ssm",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${operation}` },
    body: "{}",
  };
  const object = { service: "s3", path: "/bench/object" };
  const put = { ...object, method: "PUT", body: Buffer.alloc(4096) };
  await send({ service: "s3", method: "PUT", path: "/bench" });
  return {
    "STS GetCallerIdentity /s": await rate(() => send(identity)),
    "SSM list /s": await rate(() => send(list)),
    "S3 PutObject 4 KiB /s": await rate(() => send(put)),
    "S3 GetObject /s": await rate(() => send({ ...object, method: "GET" })),
  };
}

/** One request of a made-up signature, which neither server verifies; the answer is read to its end. */
function status(port: number, agent: Agent, { service, headers, body, ...target }: Sent): Promise<number> {
  const scope = `111122223333/20260101/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const length = Buffer.byteLength(body ?? "");
  return new Promise((resolve, reject) => {
    const sent = request({ port, agent, ...target, headers: { authorization, "content-length": length, ...headers } });
    sent.setTimeout(5_000, () => sent.destroy(new Error("no answer in 5 s")));
    sent.once("error", reject).once("response", (answer) => {
      answer.resume().once("error", reject);
      answer.once("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.end(body);
  });
}

/** Answered requests a second over some seconds, and how many failed: under load moto answers some with a page of HTML. */
async function rate(send: () => Promise<number>): Promise<string> {
  for (let n = 0; n < warmUp; n++) await send().catch(() => undefined);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  let [done, failed] = [0, 0];
  const worker = async () => {
    while (elapsed() < seconds) {
      if ((await send().catch(() => 0)) === 200) done++;
      else failed++;
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
