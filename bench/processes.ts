import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Measured {
  seconds: number;
  code: number | null;
  stdout: string;
  stderr: string;
  /** Peak resident memory in MiB of each process, by role. */
  peaks: Record<string, number>;
  /** Bytes that the engine wrote to the file system, as the kernel counts them in pages; the last 50 ms may be missing. */
  written: number;
}

/** Runs a command to its end and samples the peak memory of each process under it (Linux only). */
export async function measure(command: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Measured> {
  const started = performance.now();
  const child = spawn(command[0]!, command.slice(1), { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const peaks: Record<string, number> = {};
  let written = 0;
  const timer = setInterval(() => {
    sample(child, peaks);
    written = Math.max(written, writtenBy(child.pid!));
  }, 50);
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (chunk) => (stdout += chunk));
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((done) => child.once("close", done));
  clearInterval(timer);
  return { seconds: (performance.now() - started) / 1000, code, stdout, stderr, peaks, written };
}

/** Peak resident memory of one process so far, in MiB. */
export function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function writtenBy(pid: number): number {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** A table for the terminal and for Markdown alike. */
export function table(rows: Array<Record<string, string | number>>): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? "")))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  const lines = cells.map((line) => `| ${line.map((cell, index) => cell.padEnd(widths[index]!)).join(" | ")} |`);
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function sample(child: ChildProcess, peaks: Record<string, number>): void {
  for (const pid of descendants(child.pid!)) {
    const role = roleOf(pid);
    if (role) peaks[role] = Math.max(peaks[role] ?? 0, peakOf(pid));
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // The process has ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

function roleOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    if (line.includes("dynamic-provider")) return "provider host";
    if (line.includes("cmd/run")) return "program";
    if (line.includes("main.js") || line.startsWith("pulumi")) return "engine";
    return undefined;
  } catch {
    return undefined;
  }
}
