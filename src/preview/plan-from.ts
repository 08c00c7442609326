import { withUsableAllowances } from "./consequence/allowed-loss.ts";
import type { Declaration, Wave } from "../targets/index.ts";
import { compareChanges, resourceKey } from "./change/change.ts";
import { withChangedSecrets } from "./change/changed-secrets.ts";
import type { Change, Facts, Operation } from "./change/change.ts";
import { factsOf, sentenceOf, severityOf, withFoundTable } from "./consequence/consequence.ts";
import { compareSeverity, diagnosticsOf, isFailedRun, withSources } from "./change/diagnostics.ts";
import { digestOf } from "./plan/digest.ts";
import { driftIn, isAsApplied } from "./change/drift.ts";
import type { Drift } from "./change/drift.ts";
import { partsOfUrn, stepOf } from "./change/engine-event.ts";
import type { EngineEvent, StepMetadata } from "./change/engine-event.ts";
import { estimateOf } from "./plan/estimate.ts";
import { mergeMessages } from "./change/merged-messages.ts";
import { abandonedSwitchNotes } from "./change/abandoned-switch.ts";
import { allowedByDigest } from "./guards/guard-budgets.ts";
import { selectorNotes } from "./guards/guard-selector.ts";
import { guardsOf } from "./guards/guards.ts";
import type { GuardInput } from "./guards/guards.ts";
import { isLeftOut, findLeftOut, toleratedTargets, withSkips } from "./plan/left-out.ts";
import type { Counts, Estimate, Plan } from "./plan/plan.ts";
import { sortFindings, unaskedPreflight } from "./plan/preflight.ts";
import type { PreflightReport } from "./plan/preflight.ts";
import { effectOf, factsOfKind } from "../resources/kinds.ts";
import { compareInputs } from "./change/properties.ts";
import type { Property } from "./change/properties.ts";
import { guardsChange, recordedGuards } from "./guards/recorded-guards.ts";
import { operationOf, orderedSteps, stepsIn } from "./plan/steps.ts";
import { withWaves, plannedWaves } from "./plan/waves.ts";

/** What a plan is made of. */
export interface PlanInput {
  /** Name of the Pulumi project. @default the project that the events are of */
  project?: string;
  stack: string;
  /** Everything the engine said during the preview. */
  events: readonly EngineEvent[];
  /** What the spec stands for: gives changes their place in the file. */
  declarations: readonly Declaration[];
  /** What is deployed before what. @default everything side by side */
  waves?: readonly Wave[];
  spec?: GuardInput["spec"];
  /** What accounts are called, by their ids. */
  names?: Readonly<Record<string, string>>;
  /** What a look at AWS told. @default AWS was not asked */
  preflight?: PreflightReport;
  /** @default what such changes usually take */
  estimate?: Estimate;
}

/** Turns what the engine said, and what AWS told, into the plan. */
export function planFrom({
  stack,
  events,
  declarations,
  spec,
  preflight: { found, isUnreached, ...preflight } = unaskedPreflight,
  waves = [],
  ...given
}: PlanInput): Plan {
  const all = stepsIn(events);
  const { tolerated } = spec?.rollout ?? {};
  const planned = changesOf(all, driftIn(events), declarations);
  const whole = {
    ...planned,
    changes: planned.changes.map((change) => withFoundTable(change, found?.get(resourceKey(change)))),
  };
  const most = toleratedTargets(tolerated, declarations);
  const leftOut = findLeftOut(whole.changes, preflight.findings, most, declarations);
  const { changes: unordered, counts } = withSkips(whole, leftOut);
  const ofResources = withWaves(unordered, waves);
  const steps = all.filter(({ urn }) => !isLeftOut(partsOfUrn(urn).name, leftOut));
  const applied = recordedGuards(events);
  const ofGuards = guardsChange(applied, spec?.guards, spec && sourceOfGuards(spec));
  const changes = [...ofResources, ...(ofGuards ? [ofGuards] : [])].toSorted(compareChanges);
  const notes = [...selectorNotes({ changes, declarations, spec }), ...abandonedSwitchNotes(steps)];
  const messages = [...withSources(diagnosticsOf(events), declarations), ...notes];
  const diagnostics = [...(isUnreached ? [unreached] : []), ...messages].toSorted(compareSeverity);
  const look = { ...preflight, findings: sortFindings(preflight.findings) };
  const facts = { changes, counts, steps, diagnostics, declarations, preflight: look, leftOut };
  const judged = guardsOf({ ...facts, applied, spec });
  const plan = { version: 2, project: given.project ?? projectIn(events), stack, changes, guards: judged } as const;
  const digest = digestOf(plan);
  const guards = allowedByDigest(judged, digest, spec);
  return {
    version: 2,
    project: plan.project,
    stack,
    digest,
    result: guards.some(({ status }) => status === "blocked")
      ? "blocked"
      : isFailedRun(events) || isUnreached
        ? "failed"
        : "ok",
    counts: ofGuards ? { ...counts, update: counts.update + 1 } : counts,
    changes,
    ...namesOf(changes, given.names),
    steps: orderedSteps(steps),
    ...(waves.length > 0 && { waves: plannedWaves(changes, waves, { tolerated, declarations }) }),
    preflight: { ...look, findings: mergeMessages(look.findings) },
    estimate: given.estimate ?? estimateOf(changes, look),
    guards,
    diagnostics,
  };
}

/** A plan for which AWS was to be asked, and could not be, says nothing of AWS. */
const unreached = {
  severity: "error",
  message:
    "AWS could not be reached for anything that the plan is about, so that nothing is known of what it would refuse.\nThe findings say why. `--no-preflight` plans without asking AWS.",
} as const;

function namesOf(changes: readonly Change[], names: Readonly<Record<string, string>> = {}): Pick<Plan, "names"> {
  const accounts = [...new Set(changes.map(({ account = "" }) => account))].filter((id) => Object.hasOwn(names, id));
  return accounts.length > 0 ? { names: Object.fromEntries(accounts.toSorted().map((id) => [id, names[id]!])) } : {};
}

function changesOf(
  steps: readonly StepMetadata[],
  drift: ReadonlyMap<string, Drift>,
  declarations: readonly Declaration[],
): { changes: Change[]; counts: Counts } {
  const declared = new Map(declarations.map((declaration) => [resourceKey(declaration), declaration]));
  const changes: Change[] = [];
  const counts: Counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const [urn, group] of Map.groupBy(steps, (step) => step.urn)) {
    const operation = operationOf(group);
    // What the engine only writes down (protection) is no step of it, and yet to be reviewed.
    const change =
      operation && changeFrom(group, operation === "same" ? "update" : operation, declared, drift.get(urn));
    const isSame = operation === "same" && change && isOnlyDerived(change.properties);
    const counted = isSame ? "same" : change?.operation;
    if (counted) counts[counted] = (counts[counted] ?? 0) + 1;
    if (change && !isSame) changes.push(change);
  }
  return { changes, counts };
}

function changeFrom(
  steps: readonly StepMetadata[],
  operation: Exclude<Operation, "skip">,
  declared: ReadonlyMap<string, Declaration>,
  drift: Drift | undefined,
): Change & { operation: Exclude<Operation, "skip"> } {
  const { type, name } = partsOfUrn(steps[0]!.urn);
  const old = operation === "create" ? undefined : steps.find((step) => step.old)?.old;
  const current = operation === "delete" || operation === "forget" ? undefined : steps.find((step) => step.new)?.new;
  const [before, after] = [old?.inputs, current?.inputs];
  const declaration = declared.get(resourceKey({ type, name }));
  const { account, region } = { ...before, ...after } as { account?: string; region?: string };
  const forces = operation === "replace" ? forcingOf(steps, type) : undefined;
  const compared = compareInputs(withOptions(old), withOptions(current), forces);
  // What the engine leaves as it is has no secret that differs.
  const { properties, unchanged } = operationOf(steps) === "same" ? compared : withChangedSecrets(compared, steps);
  const tableArn = old?.outputs?.["tableArn"];
  const counting = after && withUsableAllowances(after, old?.outputs);
  const facts = factsOf({
    operation,
    type,
    before,
    after: counting,
    ...(typeof tableArn === "string" && { tableArn }),
  });
  const bound = { ...facts, ...objectFacts(operation, facts, old?.outputs) };
  const found = drift ? { ...bound, drift: drift.found } : bound;
  return {
    operation,
    type,
    name,
    account: declaration?.account ?? account,
    region: declaration?.region ?? region,
    source: declaration?.source,
    severity: severityOf(operation, facts),
    drift: drift !== undefined && isAsApplied(drift, after),
    properties: drift ? properties.map((property) => threeWay(property, drift)) : properties,
    ...(Object.keys(unchanged).length > 0 && { unchanged }),
    facts: found,
    consequence: sentenceOf({ operation, type, facts: found }),
  };
}

/**
 * Returns which object goes, as the stack has recorded it: what was approved is the end of that one, not of another that has the same inputs
 * later.
 */
function objectFacts(operation: Operation, { rows }: Facts, outputs: Record<string, unknown> = {}): Partial<Facts> {
  const { createdAt, tableArn } = outputs;
  const isLost = rows === "dropped" || rows === "expire";
  return {
    ...((operation === "delete" || operation === "replace") && typeof createdAt === "string" && { createdAt }),
    ...(isLost && typeof tableArn === "string" && { tableArn }),
  };
}

/** Says of what AWS has otherwise what the stack had applied. */
function threeWay(property: Property, { found, properties }: Drift): Property {
  const drifted = properties.find(({ path }) => path === property.path);
  if (found === "gone" || !drifted) return property;
  return { ...property, ...("before" in drifted && { applied: drifted.before }) };
}

/** The inputs, and whether the engine refuses to delete it or only forgets it. */
function withOptions(state: StepMetadata["old"]): object | undefined {
  return state
    ? { ...state.inputs, ...(state.protect && { protect: true }), ...(state.retainOnDelete && { retain: true }) }
    : undefined;
}

/** What nobody set: the provider makes it of the other inputs, perhaps in another version than before. */
const derived = new Set(["arn", "tableArn", "tableBucketArn"]);

const isOnlyDerived = (properties: readonly Property[]): boolean =>
  properties.every(({ path, unknown }) => derived.has(path) || unknown);

/** Tells what forces a replacement: a cascade names the dependency alone as its reason, whatever else AWS cannot change in place. */
function forcingOf(steps: readonly StepMetadata[], type: string): (path: string) => boolean {
  const named = new Set(steps.flatMap(({ keys }) => keys ?? []).map(rootOf));
  const changes = factsOfKind(type)?.changes ?? {};
  return (path) => named.has(rootOf(path)) || effectOf(path, changes) === "replace";
}

const rootOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;

function sourceOfGuards({ sourceMap }: NonNullable<GuardInput["spec"]>): Change["source"] {
  return sourceMap?.has(["guards"])
    ? { file: sourceMap.file, line: sourceMap.range(["guards"], true).line }
    : undefined;
}

/** `urn:pulumi:stack::project::…` */
function projectIn(events: readonly EngineEvent[]): string {
  for (const event of events) {
    const project = stepOf(event)?.urn.split("::")[1];
    if (project) return project;
  }
  return "";
}
