// `node bench/spec.ts`: the commands that read a spec, by CPU time and peak memory: 5,000 targets, 20,000 lines, 16,000 problems.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { table } from "./processes.ts";

const main = path.resolve(import.meta.dirname, "../dist/src/cli/main.js");
const folder = mkdtempSync(path.join(tmpdir(), "sluice-bench-"));
const regions = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
];
const ten = [...regions, "ap-south-1", "ap-southeast-2"];
const accounts = (count: number) =>
  Array.from({ length: count }, (_, n) => `  account-${n}: "${String(100000000000 + n)}"\n`).join("");

const fleet = `version: 1
accounts:
${accounts(500)}targets: { fleet: { accounts: all, regions: [${ten.join(", ")}] } }
syncs:
  inventory:
    targets: fleet
    destination: { bucket: acme-inventory, region: us-east-1, prefix: "ssm/\${account.id}/\${region}" }
`;
const entries = (bucket: string) =>
  Array.from(
    { length: 2850 },
    (_, n) => `  sync-${n}:
    description: the inventory of one team
    targets:
      accounts: [account-${n % 500}]
      regions: [${ten[n % 10]}]
    destination: { bucket: ${bucket}, region: us-east-1, prefix: team-${n} }
    protect: false
`,
  ).join("");
const long = `version: 1\naccounts:\n${accounts(500)}syncs:\n${entries("acme-inventory")}`;
const wrong = `version: 1\naccounts:\n${accounts(500)}${Array.from({ length: 16_000 }, (_, n) => `wrong-${n}: 1\n`).join("")}`;

const rows: Array<Record<string, string | number>> = [];
measured("expand, 5,000 targets", ["expand", "-o", "json"], fleet);
measured("check, 5,000 targets", ["check"], fleet);
measured(`check, ${long.split("\n").length.toLocaleString("en")} lines`, ["check"], long);
measured("check, a mistake in each of 2,850 entries", ["check"], long.replaceAll("acme-inventory", "Acme"));
measured("check, 16,000 problems", ["check"], wrong);
console.log(table(rows));
rmSync(folder, { recursive: true });

function measured(label: string, args: string[], spec: string): void {
  writeFileSync(path.join(folder, "sluice.yaml"), spec);
  // The process itself tells what it took, at its end.
  const tell =
    "process.on('exit', () => { const u = process.resourceUsage(); process.stderr.write('\\n' + JSON.stringify({ cpu: u.userCPUTime + u.systemCPUTime, rss: u.maxRSS })); })";
  const hook = path.join(folder, "tell.cjs");
  writeFileSync(hook, tell);
  const ran = spawnSync(process.execPath, ["-r", hook, main, ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const { cpu, rss } = JSON.parse(ran.stderr.trim().split("\n").at(-1)!) as { cpu: number; rss: number };
  rows.push({
    run: label,
    "CPU s": (cpu / 1e6).toFixed(2),
    "peak MiB": Math.round(rss / 1024),
    "lines printed": ran.stdout.split("\n").length - 1,
  });
}
