#!/usr/bin/env node
import nodeModule from "node:module";
import { limitHeapGrowth } from "./heap-growth.ts";
import { nodeComplaint } from "./node-version.ts";

// Up to here everything has to run on an old Node as well, which is told what is missing before it stumbles over it.
const complaint = nodeComplaint(process.versions.node);
if (complaint) {
  console.error(complaint);
  process.exit(2);
}

limitHeapGrowth();

// Every verb starts a program and a provider host, which load the same modules each time: compiled code is kept for them.
const { directory } = nodeModule.enableCompileCache();
if (directory) process.env["NODE_COMPILE_CACHE"] ??= directory;

if (process.env["SLUICE_LOG"]) {
  const { debugLogFile } = await import("../aws/debug-log.ts");
  const log = debugLogFile();
  // The program and the provider host run in folders of their own.
  if (log) process.env["SLUICE_LOG_FILE"] = log;
  console.error(log ? `debug log: ${log}` : "SLUICE_LOG knows one value, debug; nothing is logged.");
}

const [{ runCommandLine }, { flushOutput: drained, processIo }] = await Promise.all([
  import("./command-line.ts"),
  import("./io.ts"),
]);
const exitCode = await runCommandLine(process.argv.slice(2), processIo());
await drained();
process.exit(exitCode);
