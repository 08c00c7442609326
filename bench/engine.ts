// `node bench/engine.ts [N…]`: the embedded engine on N dynamic resources whose provider does nothing, and the Pulumi CLI
// beside it where there is one. Default: 100, 1000 and 5000.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { measure, table } from "./processes.ts";
import type { Measured } from "./processes.ts";

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000, 5000];
const root = path.resolve(import.meta.dirname, "..");
const verbs = [
  ["up", "up"],
  ["up, nothing changed", "up"],
  ["preview", "preview"],
  ["destroy", "destroy"],
] as const;

const provider = `exports.handler=()=>({
  async check(olds,inputs){return{inputs}},
  async diff(id,olds,news){return{changes:olds.n!==news.n}},
  async create(inputs){return{id:"r"+inputs.n,outs:inputs}},
  async update(id,olds,outs){return{outs}},
  async delete(){}})`;
const program = `import * as pulumi from "@pulumi/pulumi";
for (let n = 0; n < Number(process.env.BENCH_SIZE); n++) {
  new (class extends pulumi.CustomResource {})("pulumi-nodejs:dynamic/bench:Nothing", "r" + n, { n, __provider: ${JSON.stringify(provider)} });
}
`;

const rows: Array<Record<string, string | number>> = [];
for (const engine of ["embedded", ...(hasPulumi() ? ["pulumi"] : [])]) {
  for (const size of sizes) rows.push(...(await timed(engine, size)));
}
console.log(table(rows));

async function timed(engine: string, size: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-bench-"));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(path.join(folder, "index.js"), program);
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    "name: bench\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\nbackend: { url: file://. }\n",
  );
  mkdirSync(path.join(folder, ".pulumi"));
  const env = {
    ...process.env,
    BENCH_SIZE: String(size),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  if (engine === "pulumi") await measure(["pulumi", "stack", "init", "dev"], { cwd: folder, env });
  const found: Array<Record<string, string | number>> = [];
  for (const [label, verb] of verbs) {
    const ran = await measure(commandOf(engine, verb), { cwd: folder, env });
    if (ran.code !== 0) throw new Error(`${engine} ${verb} of ${size} failed:\n${ran.stderr.slice(-2000)}`);
    found.push(row(engine, size, label, ran));
  }
  rmSync(folder, { recursive: true });
  return found;
}

function row(engine: string, size: number, label: string, { seconds, peaks, written }: Measured) {
  return {
    engine,
    N: size,
    run: label,
    "wall s": seconds.toFixed(2),
    "engine MiB": peaks["engine"] ?? "",
    "program MiB": peaks["program"] ?? "",
    "host MiB": peaks["provider host"] ?? "",
    "KiB written": Math.round(written / 1024),
  };
}

function commandOf(engine: string, verb: string): string[] {
  if (engine === "embedded") {
    const main = path.join(root, "dist/src/cli/main.js");
    return [process.execPath, main, "engine", verb, "--stack", "dev", "--yes", "-o", "json"];
  }
  const options = verb === "preview" ? [] : ["--yes", ...(verb === "up" ? ["--skip-preview"] : [])];
  return ["pulumi", verb, "--stack", "dev", "--non-interactive", ...options];
}

function hasPulumi(): boolean {
  return (process.env["PATH"] ?? "").split(path.delimiter).some((one) => existsSync(path.join(one, "pulumi")));
}
