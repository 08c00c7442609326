/** What `pulumi stack history` lists: one entry a run, with a copy of the state that it left; and Pulumi's backup copy. */
import { join } from "node:path";

import { canonicalJson } from "../model/canonical-json.ts";
import type { Properties } from "../model/values.ts";
import type { StackFiles } from "./backend.ts";
import { replaceFile } from "./files.ts";
import type { Files } from "./files.ts";

/** What the history keeps of a run. */
export interface FinishedRun {
  kind: "update" | "refresh" | "destroy";
  started: Date;
  ended: Date;
  result: "succeeded" | "failed";
  /** How many resources by operation, `same` included. */
  resourceChanges: Record<string, number>;
  /** The stack's configuration as in its file: secrets encrypted. */
  config: Properties;
}

/** Adds the run, and the checkpoint that it left, to the history, and a copy of the checkpoint to the backups. */
export async function writeHistory(
  paths: Pick<StackFiles, "checkpoint" | "history" | "backups">,
  stack: string,
  run: FinishedRun,
  checkpoint: string,
  files: Files,
): Promise<void> {
  const nanoseconds = BigInt(run.ended.getTime()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
  const base = join(paths.history, `${stack}-${nanoseconds}`);
  await replaceFile(files, `${base}.history.json`, entryText(run));
  await replaceFile(files, `${base}.checkpoint.json`, checkpoint);
  await replaceFile(files, join(paths.backups, `${stack}.${nanoseconds}.json`), checkpoint);
}

function entryText(run: FinishedRun): string {
  const members = {
    kind: run.kind,
    startTime: Math.floor(run.started.getTime() / 1000),
    message: "",
    environment: { "exec.kind": "sluice" },
    config: run.config,
    version: 0,
    result: run.result,
    endTime: Math.floor(run.ended.getTime() / 1000),
    resourceChanges: run.resourceChanges,
  };
  return `{${Object.entries(members)
    .map(([key, value]) => `"${key}":${canonicalJson(value)}`)
    .join(",")}}`;
}
