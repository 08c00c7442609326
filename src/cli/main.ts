#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";
import { drained, processIo } from "./io.ts";

const exitCode = await runCommandLine(process.argv.slice(2), processIo());
await drained();
process.exit(exitCode);
