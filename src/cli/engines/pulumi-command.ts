import path from "node:path";
import type { EngineRequest } from "./engine-contract.ts";

/** Where a command of the Pulumi CLI works. */
export type PulumiStack = Pick<EngineRequest, "folder" | "stack" | "state" | "env">;

/** Returns a whole command of the Pulumi CLI, to be pasted into a shell. */
export function pulumiCommand(
  executable: string,
  verb: readonly string[],
  { folder, stack, state, env }: PulumiStack,
): string {
  const onPath = (env["PATH"] ?? "").split(path.delimiter).includes(path.dirname(executable));
  return [
    ...(state === undefined ? [] : [`PULUMI_BACKEND_URL=${quoted(state)}`]),
    onPath ? path.basename(executable) : quoted(executable),
    ...verb,
    `--cwd ${quoted(folder)}`,
    `--stack ${quoted(stack)}`,
    "--yes",
  ].join(" ");
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
