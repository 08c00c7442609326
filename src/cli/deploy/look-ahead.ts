import type { Connection } from "../../aws/index.ts";
import type { EngineEvent, Finding, FoundTable, PreflightReport, StepMetadata } from "../../preview/index.ts";
import { hasNoAwsObject, partsOfUrn, resourceKey } from "../../preview/index.ts";
import type { Spec } from "../../spec/index.ts";
import { namedConnections } from "../../targets/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Interrupted } from "../../../providers/lifecycle/interrupted.ts";
import type { PlannedChange } from "../../../providers/planned-change.ts";
import type { PreflightOptions } from "../../../providers/preflight.ts";
import type { RecordedResource } from "../engines/engine-contract.ts";
import { unreadableForecast, connectionsByRole, withExternalId, withRecordedIds } from "./external-ids.ts";
import { factsOfKind } from "../../resources/kinds.ts";
import type { ResourceKind } from "../../resources/kinds.ts";

/** How many resources are looked at side by side. */
const mostAtOnce = 16;

/** What a look at AWS goes by beside the plan. */
export interface LookOptions {
  declarations: readonly Declaration[];
  /** What the spec says of accounts: any of them may own what many resources share. */
  spec?: Pick<Spec, "accounts" | "role" | "externalId">;
  /** The creates that earlier runs did not see the end of, by URN. */
  interrupted: Readonly<Record<string, Interrupted>>;
  /** Whether the plan is to end all that the stack has. */
  endsAll?: boolean;
  /** Reads the state with its secrets, which is asked for where it alone knows what a look takes; `undefined` when it cannot be read. */
  recorded?: () => Promise<readonly RecordedResource[] | undefined>;
  signal: AbortSignal;
  /** Told how many of the changes have been looked at. */
  onLook?: (done: number, of: number) => void;
}

/**
 * Looks at AWS for what a plan would touch, by reading only: the facts that the plan is then judged by.
 * @throws CredentialsError when the caller's own credentials are missing or refused
 */
export async function lookAhead(
  events: readonly EngineEvent[],
  { declarations, spec, interrupted, endsAll = false, recorded: readState, signal, onLook }: LookOptions,
): Promise<PreflightReport> {
  const { Preflight } = await import("../../../providers/preflight.ts");
  const declared = new Map(declarations.map((declaration) => [resourceKey(declaration), declaration]));
  const declarationOf = ({ urn }: PlannedChange) => declared.get(resourceKey(partsOfUrn(urn)));
  const byRole = connectionsByRole(declarations, spec);
  const known = changesIn(events).map((change) => withExternalId(change, declarationOf(change), byRole));
  const changes = (await withRecordedIds(known, readState)).map((change) => ({
    ...change,
    ...(endsAll && { endsAll }),
  }));
  const preflight = new Preflight({
    connections: connectionsOf(declarations, spec),
    interrupted,
    changes,
    leaving: leavingExports(events),
    recorded: recordedOutputs(events),
    signal,
  });
  const findings: Finding[] = [];
  const tables: PreflightReport["tables"] = [];
  const found = new Map<string, FoundTable>();
  const located = (change: PlannedChange, { code, severity, message, cure }: Finding): Finding => {
    const { name } = partsOfUrn(change.urn);
    const { account, region } = change.desired as { account: string; region: string };
    const source = declarationOf(change)?.source;
    return {
      code,
      severity,
      message,
      ...(cure !== undefined && { cure }),
      name,
      account,
      region,
      ...(source && { source }),
    };
  };
  const queue = [...changes];
  let looked = 0;
  let reached = 0;
  onLook?.(looked, changes.length);
  await Promise.all(
    Array.from({ length: mostAtOnce }, async () => {
      for (let change = queue.shift(); change; change = queue.shift()) {
        const forecast = change.isUnreadable ? unreadableForecast(change) : await preflight.forecast(change);
        onLook?.(++looked, changes.length);
        if (!forecast.isUnreached) reached++;
        findings.push(...forecast.findings.map((finding) => located(change!, finding)));
        const { name } = partsOfUrn(change.urn);
        if (forecast.expiration) {
          const { findings: _findings, ...rows } = forecast.expiration;
          found.set(resourceKey({ type: change.type, name }), rows);
        }
        if (forecast.isKept) found.set(resourceKey({ type: change.type, name }), { becomes: "kept" });
        if (change.type !== "AssetTable") continue;
        const { contents, ...claim } = forecast.claim ?? { becomes: "unknown" as const };
        found.set(resourceKey({ type: change.type, name }), claim);
        if (contents) tables.push({ name, ...contents });
      }
    }),
  );
  const recorded = Map.groupBy(recordedSyncs(events), targetAndType);
  for (const [target, made] of Map.groupBy(changes.filter(isMadeSync), ({ desired }) => targetAndType(desired))) {
    const there = recorded.get(target) ?? [];
    findings.push(...(await preflight.findingsAcross(made, there)).map((finding) => located(made[0]!, finding)));
  }
  const ofRoles = await preflight.unknownRoleFindings();
  findings.push(...ofRoles.map(({ change, finding }) => located(change, finding)));
  const named = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return {
    asked: true,
    calls: preflight.calls,
    findings: distinct(findings),
    tables: tables.toSorted(named),
    found,
    isUnreached: changes.length > 0 && reached === 0,
  };
}

/** The exports that the engine deletes, as `account/region/domain`; for good or for what takes their place. */
function leavingExports(events: readonly EngineEvent[]): Set<string> {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const deletes = steps.filter(
    ({ op, urn, old }) =>
      deleting.has(op) &&
      !old?.retainOnDelete &&
      partsOfUrn(urn).type === ("DataExportConfiguration" satisfies ResourceKind),
  );
  return new Set(
    deletes.map(({ old }) => ["account", "region", "domain"].map((key) => String(old?.inputs?.[key])).join("/")),
  );
}

const deleting = new Set(["delete", "delete-replaced"]);

/** What the stack has recorded of each resource that the engine has looked at. */
function recordedOutputs(events: readonly EngineEvent[]): Inputs[] {
  const olds = events.map(({ resourcePreEvent }) => resourcePreEvent?.metadata.old?.outputs);
  return olds.filter((outputs) => outputs !== undefined);
}

/** One connection for each account that the spec has anything in, and for each other one that it names. */
function connectionsOf(
  declarations: readonly Declaration[],
  spec: LookOptions["spec"],
): PreflightOptions["connections"] {
  const inputs = declarations.map(({ inputs }) => inputs as unknown as Connection);
  const used = new Map(
    inputs.map(({ account, region, role, externalId }) => [account, { account, region, role, externalId }]),
  );
  const [first] = inputs;
  const named = spec && first ? namedConnections(spec, first.region) : [];
  return { used: [...used.values()], named: named.filter(({ account }) => !used.has(account)) };
}

/** A claim and its export of one target say the same of their domain; once is enough, in the word of the one that it stops. */
function distinct(findings: Finding[]): Finding[] {
  const keyOf = ({ code, name, message }: Finding) => JSON.stringify([code, name, message]);
  const worstLast = findings.toSorted((a, b) => Number(a.severity === "error") - Number(b.severity === "error"));
  return [...new Map(worstLast.map((finding) => [keyOf(finding), finding])).values()];
}

function changesIn(events: readonly EngineEvent[]): PlannedChange[] {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const groups = Map.groupBy(
    steps.filter((step) => !hasNoAwsObject(step)),
    ({ urn }) => urn,
  );
  return [...groups].flatMap(([urn, group]) => {
    const type = partsOfUrn(urn).type as PlannedChange["type"];
    const step = group.find(({ op, new: state }) => touching.has(op) && state?.inputs);
    const desired = step?.new?.inputs;
    if (!factsOfKind(type)) return [];
    if (!desired) return removalIn(urn, type, group);
    // What a refresh of the same run found is recorded now, and what it found gone is recorded no longer.
    const before = group.find(({ op, old }) => op !== "refresh" && old?.inputs)?.old;
    const recorded = step.op === "create" ? undefined : before?.inputs;
    const isInPlace = step.op === "update";
    const goes = group.find(({ op }) => deleting.has(op))?.old ?? (isInPlace ? before : undefined);
    const createdAt = goes?.outputs?.["createdAt"];
    return [
      {
        type,
        urn,
        desired,
        isInPlace,
        ...(recorded && { recorded }),
        ...(recorded && typeof createdAt === "string" && { createdAt }),
      },
    ];
  });
}

/** A claim that keeps its table is nothing in AWS, and needs no look; nor does what is not deleted there. */
function removalIn(urn: string, type: PlannedChange["type"], group: readonly StepMetadata[]): PlannedChange[] {
  const old = group.find(({ op }) => deleting.has(op))?.old;
  const recorded = { ...old?.outputs, ...old?.inputs };
  if (!old || old.retainOnDelete || (type === "AssetTable" && recorded["onRemoval"] !== "backUpAndDrop")) return [];
  const { createdAt } = recorded;
  return [{ type, urn, desired: recorded, isRemoval: true, ...(typeof createdAt === "string" && { createdAt }) }];
}

const touching = new Set(["create", "update", "replace", "create-replacement"]);

/** What is new, and what begins to be shared. */
const isMadeSync = ({ type, recorded, desired, isRemoval }: PlannedChange) =>
  type === "ResourceDataSync" && !isRemoval && (recorded === undefined || (isShared(desired) && !isShared(recorded)));

const isShared = ({ s3Destination }: Inputs) =>
  (s3Destination as { destinationDataSharing?: object } | undefined)?.destinationDataSharing !== undefined;

type Inputs = PlannedChange["desired"];

/** The syncs that the stack has recorded, whatever the plan does with them. */
function recordedSyncs(events: readonly EngineEvent[]): Inputs[] {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const inputs = steps.flatMap(({ urn, old }): [string, Inputs][] =>
    old?.inputs && partsOfUrn(urn).type === "ResourceDataSync" ? [[urn, old.inputs]] : [],
  );
  return [...new Map(inputs).values()];
}

const targetAndType = ({ account, region, syncType }: Inputs) => [account, region, syncType].map(String).join(" ");
