#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Every verb starts a program and a provider host, which load the same modules each time: compiled code is kept for them.
const { directory } = enableCompileCache();
if (directory) process.env["NODE_COMPILE_CACHE"] ??= directory;

const [{ runCommandLine }, { drained, processIo }] = await Promise.all([
  import("./command-line.ts"),
  import("./io.ts"),
]);
const exitCode = await runCommandLine(process.argv.slice(2), processIo());
await drained();
process.exit(exitCode);
