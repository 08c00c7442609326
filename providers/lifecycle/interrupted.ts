import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { earliestStart } from "./pending-create.ts";
import type { PendingResource, StateResource } from "./pending-create.ts";

/** A create that an earlier run of this stack did not see the end of. */
export interface Interrupted {
  /** When it began at the earliest, ISO 8601, where the state tells that. */
  since?: string;
  /** When it was last begun, ISO 8601, where the state tells that: no earlier run has sent anything long after it. */
  last?: string;
  /** What it was to be made with, as far as that is told. */
  inputs?: Readonly<Record<string, unknown>>;
}

const longestExportMs = 60_000;

/** The most that is read of a stack's state, in bytes. */
const largestStateBytes = 1 << 30;

/** The members of a resource's inputs that say which object of AWS it is. */
const identity = ["account", "region", "syncName", "domain"];

/**
 * Returns the interrupted create of this resource, if the stack's state has one. The embedded engine tells it in SLUICE_INTERRUPTED, as
 * a JSON object by URN. The Pulumi CLI is asked, and only when an object is met that must be somebody's: `pulumi stack export` reads
 * beside a running update. A create of the same URN that was of another object is none. What cannot be known is no interrupted create.
 * @param inputs of what is created, or was
 * @param isUnderWay whether this run is creating it, too
 */
export async function interruptedCreate(
  urn: string,
  inputs: Readonly<Record<string, unknown>>,
  { isUnderWay = true } = {},
): Promise<Interrupted | undefined> {
  const fromEnvironment = process.env["SLUICE_INTERRUPTED"];
  if (fromEnvironment !== undefined) return (JSON.parse(fromEnvironment) as Record<string, Interrupted>)[urn];
  const [, , stack] = /^urn:(pulumi):([^:]+)::/.exec(urn) ?? [];
  if (stack === undefined) return undefined;
  const interruptedOf = ({ operations, resources }: State): Interrupted | undefined => {
    const found = operations.filter(
      ({ type, resource }) => type === "creating" && resource?.urn === urn && isOf(resource, inputs),
    );
    // One is the step under way; the CLI keeps those of earlier runs beside it.
    const [{ resource } = {}] = found;
    if (!resource || found.length === (isUnderWay ? 1 : 0)) return undefined;
    return { since: earliestStart(resource, resources), inputs: resource.inputs };
  };
  // An earlier answer may lack the step under way, and so says nothing unless it has both.
  const known = exportedState && interruptedOf(await exportedState);
  return known ?? interruptedOf(await nextExport(stack));
}

/** Returns the inputs of the interrupted change in place of this resource, as the embedded engine tells them in SLUICE_INTERRUPTED_UPDATES. */
export function interruptedUpdate(urn: string, environment: NodeJS.ProcessEnv): Interrupted["inputs"] {
  const fromEnvironment = environment["SLUICE_INTERRUPTED_UPDATES"];
  return fromEnvironment === undefined
    ? undefined
    : (JSON.parse(fromEnvironment) as Record<string, Interrupted["inputs"]>)[urn];
}

interface Operation {
  type?: string;
  resource?: PendingResource;
}

/** What is read of a stack's state. */
interface State {
  operations: readonly Operation[];
  resources: readonly StateResource[];
}

const emptyState: State = { operations: [], resources: [] };

let exportedState: Promise<State> | undefined;
let nextState: Promise<State> | undefined;

/** Exports the state after the one that is being exported, once for all who ask until it begins. */
function nextExport(stack: string): Promise<State> {
  nextState ??= (exportedState ?? Promise.resolve(emptyState)).then(() => {
    exportedState = nextState;
    nextState = undefined;
    return exportState(stack).catch(() => emptyState);
  });
  return nextState;
}

function isOf(
  { inputs = {} }: { inputs?: Record<string, unknown> },
  wanted: Readonly<Record<string, unknown>>,
): boolean {
  return identity.every((key) => inputs[key] === undefined || inputs[key] === wanted[key]);
}

async function exportState(stack: string): Promise<State> {
  const command = ["stack", "export", "--stack", stack, "--non-interactive"];
  const { stdout } = await promisify(execFile)("pulumi", command, {
    timeout: longestExportMs,
    maxBuffer: largestStateBytes,
  });
  const { deployment } = JSON.parse(stdout) as {
    deployment?: { pending_operations?: Operation[]; resources?: StateResource[] };
  };
  return { operations: deployment?.pending_operations ?? [], resources: deployment?.resources ?? [] };
}
