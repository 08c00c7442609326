import { hasEnded } from "../ended-process.ts";
import { hostname } from "node:os";
import { pulumiCommand } from "./pulumi-command.ts";
import type { PulumiStack } from "./pulumi-command.ts";

/**
 * Says what to do about a lock that the Pulumi CLI was stopped by, with the whole command that clears it; `undefined` when its output tells
 * of none. A `file://` backend keeps the lock of a run that was killed, and looks at no process.
 */
export function adviceOnLock(output: string, executable: string, request: PulumiStack): string | undefined {
  if (!/the stack is currently locked by/.test(output)) return undefined;
  const holders = [...output.matchAll(/created by .*@(\S*) \(pid (\d+)\)/g)];
  const left = holders.length > 0 && holders.every(([, host, pid]) => host === hostname() && hasEnded(Number(pid)));
  const command = pulumiCommand(executable, ["cancel"], request);
  const why = left
    ? "The run that took the lock was killed: its process is gone."
    : "Wait for the run that holds the lock. If its process is gone, the lock is left over from it.";
  return `${why} This clears it, and running again then goes on from where it stopped:\n${command}`;
}
