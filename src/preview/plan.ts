import type { Declaration } from "../targets/index.ts";
import { worstFirst, type Change, type Operation } from "./change.ts";
import { consequenceOf } from "./consequence.ts";
import { diagnosticsOf, failedBy, located, type PlanDiagnostic } from "./diagnostics.ts";
import { digestOf } from "./digest.ts";
import { driftIn, driftWords } from "./drift.ts";
import { holdsNothing, partsOfUrn, type EngineEvent, type StepMetadata } from "./engine-event.ts";
import { guardsOf, type Guard, type GuardInput } from "./guards.ts";
import { propertiesOf } from "./properties.ts";

/** What a deployment would do, for people to review and for a later `up` to be held to. */
export interface Plan {
  version: 1;
  stack: string;
  /** Over type, name, operation, path, before and after of every change, and nothing else. */
  digest: string;
  result: "ok" | "blocked" | "failed";
  counts: Record<Operation | "same", number>;
  /** Worst first, then by name. */
  changes: Change[];
  /** In the engine's order, both halves of a replacement and its cascade included. */
  steps: Step[];
  guards: Guard[];
  diagnostics: PlanDiagnostic[];
}

export interface Step {
  /** Pulumi's name of the step: `create`, `update`, `delete`, `delete-replaced`, `replace`, `create-replacement`. */
  operation: string;
  type: string;
  name: string;
}

export interface PlanInput {
  stack: string;
  /** Everything the engine said during the preview. */
  events: readonly EngineEvent[];
  /** What the spec stands for: gives changes their place in the file. */
  declarations: readonly Declaration[];
  spec?: GuardInput["spec"];
}

/** Turns what the engine said into the plan. */
export function planFrom({ stack, events, declarations, spec }: PlanInput): Plan {
  const steps = events
    .flatMap((event) => event.resourcePreEvent?.metadata ?? [])
    .filter((step) => step.op !== "refresh" && !holdsNothing(step));
  const drift = driftIn(events);
  const places = new Map(declarations.map((declaration) => [`${declaration.type} ${declaration.name}`, declaration]));
  const changes: Change[] = [];
  const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const group of Map.groupBy(steps, ({ urn }) => urn).values()) {
    const operation = operationOf(group);
    if (operation) counts[operation]++;
    if (!operation || operation === "same") continue;
    const change = changeFrom(group, operation, places);
    const found = drift.get(group[0]!.urn);
    changes.push(found ? { ...change, consequence: driftWords[found] + change.consequence } : change);
  }
  changes.sort(byWeight);
  const diagnostics = located(diagnosticsOf(events), declarations);
  const guards = guardsOf({ changes, steps, diagnostics, declarations, spec });
  return {
    version: 1,
    stack,
    digest: digestOf(changes),
    result: guards.some(({ status }) => status === "blocked") ? "blocked" : failedBy(events) ? "failed" : "ok",
    counts,
    changes,
    steps: steps.filter(({ op }) => changing.has(op)).map(({ op, urn }) => ({ operation: op, ...partsOfUrn(urn) })),
    guards,
    diagnostics,
  };
}

/** Steps that do something, with the operation they are part of. */
export const changing: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["delete-replaced", "replace"],
  ["replace", "replace"],
  ["create-replacement", "replace"],
  ["delete", "delete"],
  ["update", "update"],
  ["create", "create"],
]);

/** What all of one resource's steps amount to. */
function operationOf(steps: StepMetadata[]): Operation | "same" | undefined {
  const all = steps.map(({ op }) => changing.get(op));
  // A resource that leaves the program in the middle of a cascade is deleted for a replacement that never comes.
  if (steps.every(({ op }) => op === "delete-replaced")) return "delete";
  return (
    worstFirst.find((operation) => all.includes(operation)) ??
    (steps.some(({ op }) => op === "same") ? "same" : undefined)
  );
}

function changeFrom(steps: StepMetadata[], operation: Operation, places: Map<string, Declaration>): Change {
  const { type, name } = partsOfUrn(steps[0]!.urn);
  const before = operation === "create" ? undefined : steps.find(({ old }) => old)?.old?.inputs;
  const after = operation === "delete" ? undefined : steps.find((step) => step.new)?.new?.inputs;
  const declaration = places.get(`${type} ${name}`);
  const { account, region } = { ...before, ...after } as { account?: string; region?: string };
  const forced = [...steps.flatMap(({ keys }) => keys ?? []), ...(createOnly[type] ?? [])];
  return {
    operation,
    type,
    name,
    account: declaration?.account ?? account,
    region: declaration?.region ?? region,
    source: declaration?.source,
    properties: propertiesOf(before, after, operation === "replace" ? forced : []),
    consequence: consequenceOf({ operation, type, before, after }),
  };
}

/** What AWS cannot change in place. A cascade names the dependency alone as its reason, whatever else differs. */
const createOnly: Record<string, string[]> = {
  ResourceDataSync: ["account", "region", "syncName", "syncType", "s3Destination"],
  DataExportConfiguration: ["account", "region", "domain", "encryption"],
  AssetTable: ["account", "region", "domain", "encryption"],
};

const byWeight = (a: Change, b: Change): number =>
  worstFirst.indexOf(a.operation) - worstFirst.indexOf(b.operation) ||
  compare(a.name, b.name) ||
  compare(a.type, b.type);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
