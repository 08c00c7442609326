import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A create that an earlier run of this stack did not see the end of. */
export interface Interrupted {
  /** When it began, ISO 8601, where the engine keeps that. */
  since?: string;
}

/** Milliseconds. */
const longestExport = 60_000;

/** The most that is read of a stack's state, in bytes. */
const largestState = 1 << 30;

/**
 * Returns the interrupted create of this resource, if the stack's state has one. The embedded engine tells it in SLUICE_INTERRUPTED, as
 * a JSON object of times by URN. The Pulumi CLI is asked once, and only when an object is met that must be somebody's: `pulumi stack export` reads
 * beside a running update. What cannot be known is no interrupted create.
 */
export async function interruptedCreate(urn: string): Promise<Interrupted | undefined> {
  const told = process.env["SLUICE_INTERRUPTED"];
  if (told !== undefined) return interruptedIn(JSON.parse(told) as Record<string, string | null>, urn);
  const [, , stack] = /^urn:(pulumi):([^:]+)::/.exec(urn) ?? [];
  if (stack === undefined) return undefined;
  exported ??= exportState(stack).catch(() => []);
  const creates = (await exported).filter(
    (operation) => operation.type === "creating" && operation.resource?.urn === urn,
  );
  // One is the step under way; the CLI keeps those of earlier runs beside it.
  return creates.length > 1 ? {} : undefined;
}

interface Operation {
  type?: string;
  resource?: { urn?: string };
}

let exported: Promise<Operation[]> | undefined;

async function exportState(stack: string): Promise<Operation[]> {
  const command = ["stack", "export", "--stack", stack, "--non-interactive"];
  const { stdout } = await promisify(execFile)("pulumi", command, { timeout: longestExport, maxBuffer: largestState });
  const { deployment } = JSON.parse(stdout) as { deployment?: { pending_operations?: Operation[] } };
  return deployment?.pending_operations ?? [];
}

/** Returns the interrupted create of this resource among those that the state tells. */
export function interruptedIn(begun: Readonly<Record<string, string | null>>, urn: string): Interrupted | undefined {
  const since = begun[urn];
  return since === undefined ? undefined : { since: since ?? undefined };
}
