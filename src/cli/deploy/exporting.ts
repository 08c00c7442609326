import type { EngineEvent, Plan, StepMetadata } from "../../preview/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { TableLeft } from "../../../providers/slot/table-left.ts";
import type { RecordedResource } from "../engines/engine-contract.ts";
import { factsOfKind, pulumiTypeOf } from "../../resources/kinds.ts";

/** Which domain exports in an account and Region after a run. */
export interface Exporting {
  account: string;
  region: string;
  /** `null` when nothing exports there. */
  domain: string | null;
  /** When the run deleted the configuration whose successor has not come, ISO 8601; absent when an earlier run did. */
  since?: string;
  /** Whether AWS was asked after a failure and did not answer, so that this is only what the state says. */
  unverified?: true;
}

/** A replacement of an export that is half done: the old configuration is deleted, and the new one is not there. */
export interface HalfDone extends Exporting {
  /** The domain whose configuration was deleted. */
  deleted: string;
  /** The domain that the spec wants. */
  wanted: string;
  /** Whether a call may have had an effect that nobody was told of. */
  uncertain: boolean;
  /** The state has it still: a call of which no run heard the end has deleted it, or somebody else. */
  unrecorded?: true;
  /** The table of the domain whose configuration was deleted, as far as the state tells. */
  tableArn?: string;
  /** Where the receipt lies of the backup with which the old table was dropped. */
  backup?: string;
  /** What lies in the table's place, as AWS and the record beside the backups say; absent where nobody was asked, or did not tell. */
  left?: TableLeft;
}

/** What tells which domains export after a run. */
export interface RunRecord {
  plan: Plan;
  events: readonly EngineEvent[];
  /** The state after the run; `undefined` when it cannot be read, and only the steps tell. */
  recorded: readonly RecordedResource[] | undefined;
  declarations: readonly Declaration[];
  /** The names of what earlier runs have deleted for a replacement that has not come. */
  awaiting?: ReadonlySet<string>;
}

/** Says of each account and Region that the run touched with an export or a claim, or that the state has half done, which domain exports there. */
export function exportsAfter({ plan, events, recorded, declarations, awaiting }: RunRecord): (Exporting | HalfDone)[] {
  const steps = stepsOfExports(events);
  const known = recorded?.filter(({ type, delete: leftover }) => isConfiguration(type) && !leftover) ?? [];
  const claims = recorded?.filter(({ type, delete: leftover }) => isClaim(type) && !leftover) ?? [];
  const touched = plan.changes
    .filter(({ type }) => factsOfKind(type)?.ofExport)
    .map(({ account = "", region = "" }) => keyOf({ account, region }));
  const halfDone = known.filter(({ pendingReplacement }) => pendingReplacement).map(({ inputs }) => keyOf(inputs));
  return [...new Set([...touched, ...halfDone])].toSorted().flatMap((target) => {
    const at = <T extends { inputs?: Settings }>(all: readonly T[]) =>
      all.filter(({ inputs }) => keyOf(inputs) === target);
    const configurations = at(known);
    const last = at(steps).findLast(({ type, ended }) => isConfiguration(type) && ended);
    const isKept = last?.op === "delete" && (last.forgotten || isKeptAt(plan, target));
    const isLeft = isKept && configurations.length === 0;
    const domain = isLeft ? last.before : recorded ? domainIn(configurations) : last && last.after;
    if (domain === undefined) return [];
    const [account = "", region = ""] = target.split("/");
    const removal = at(steps).findLast(
      ({ type, op, ended }) => isConfiguration(type) && op === "delete-replaced" && ended,
    );
    const deleted = configurations.find(({ pendingReplacement }) => pendingReplacement)?.outputs ?? removal?.inputs;
    const wanted = declarations.find(
      ({ type, inputs }) => type === "DataExportConfiguration" && keyOf(inputs) === target,
    );
    if (domain !== null || !deleted || !wanted || wanted.inputs["enabled"] === false)
      return { account, region, domain };
    const created = at(steps).some(({ type, op, ended }) => isClaim(type) && op.startsWith("create") && ended);
    // What was gone before the run is deleted once more in it, with success.
    const looked = plan.changes.find(({ type, name }) => type === "AssetTable" && name === target)?.found;
    const wasGone = looked !== undefined && looked.becomes !== "unknown" && looked.isExporting === false;
    const isAwaited = awaiting?.has(target) === true;
    const [claim] = at(claims).filter(({ pendingReplacement }) => !pendingReplacement);
    const isSuccessor = created || (claim && claim.outputs?.["domain"] !== deleted["domain"]);
    return {
      account,
      region,
      domain,
      since: wasGone || isAwaited ? undefined : removal?.time,
      deleted: String(deleted["domain"]),
      tableArn: tableOf(deleted),
      wanted: String(wanted.inputs["domain"]),
      uncertain: at(steps).some(
        ({ type, op, unsettled }) => isConfiguration(type) && op.startsWith("create") && unsettled,
      ),
      backup: isSuccessor ? receiptIn(claim?.outputs) : undefined,
      ...(wasGone && !isAwaited && { unrecorded: true as const }),
    };
  });
}

/**
 * Returns the accounts and Regions where a change of an export or a claim was begun and did not succeed, as `account/region`, with the time at which
 * that was known last, ISO 8601; only of one kind of steps, where it is given.
 */
export function unsettledTargets(events: readonly EngineEvent[], kind = ""): Map<string, string | undefined> {
  const open = new Map<string, { target: string; time?: string }>();
  for (const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, timestamp } of events) {
    const time = timestamp === undefined ? undefined : new Date(timestamp * 1000).toISOString();
    const begun = resourcePreEvent?.metadata;
    if (
      begun &&
      begun.op !== "same" &&
      begun.op.startsWith(kind) &&
      (isConfiguration(begun.type) || isClaim(begun.type))
    ) {
      open.set(`${begun.urn} ${begun.op}`, { target: keyOf((begun.new ?? begun.old)?.inputs), time });
    }
    const failed = resOpFailedEvent?.metadata;
    const known = failed && open.get(`${failed.urn} ${failed.op}`);
    if (known) known.time = time;
    const ended = resOutputsEvent?.metadata;
    if (ended) open.delete(`${ended.urn} ${ended.op}`);
  }
  return new Map([...open.values()].map(({ target, time }) => [target, time]));
}

/** Tells a target whose replacement is half done from the others. */
export const isHalfDone = (exporting: Exporting | HalfDone): exporting is HalfDone => "deleted" in exporting;

type Settings = Record<string, unknown>;

/** A step on an export or a claim, as far as it has come. */
interface ExportStep {
  op: string;
  type: string;
  inputs: Settings;
  ended: boolean;
  /** When it ended, ISO 8601. */
  time?: string;
  /** The domain that exported before it. */
  before: string | null;
  /** The domain that exports after it. */
  after: string | null;
  /** The state has it no longer, and AWS has it still. */
  forgotten: boolean;
  /** It failed in a way that leaves open what AWS has done. */
  unsettled: boolean;
}

function stepsOfExports(events: readonly EngineEvent[]): ExportStep[] {
  const reasons = Map.groupBy(
    events.flatMap(({ diagnosticEvent: event }) => (event?.severity === "error" ? event : [])),
    ({ urn }) => urn,
  );
  return events.flatMap(({ resOutputsEvent, resOpFailedEvent, timestamp }) => {
    const step = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (!step || !(isConfiguration(step.type) || isClaim(step.type))) return [];
    const ended = resOutputsEvent !== undefined;
    return {
      op: step.op,
      type: step.type,
      inputs: (step.new ?? step.old)?.inputs ?? {},
      ended,
      time: ended && timestamp !== undefined ? new Date(timestamp * 1000).toISOString() : undefined,
      before: domainOf({ ...step.old?.inputs, ...step.old?.outputs }),
      after: domainAfter(step),
      forgotten: ended && isForgetting(step),
      unsettled: !ended && (reasons.get(step.urn) ?? []).some(({ message }) => unsettled.test(message)),
    };
  });
}

/** Errors after which the change may have been made all the same. */
const unsettled = /\b(AbortError|TimeoutError|ECONNRESET|UNAVAILABLE)\b|socket hang up|before it was ready|prematurely/;

const isForgetting = ({ op, old }: StepMetadata): boolean => op === "delete" && old?.retainOnDelete === true;

/** Whether the plan found that somebody else has made the export anew, so that it stays. */
const isKeptAt = ({ changes }: Plan, target: string): boolean =>
  changes.some(
    ({ type, name, found }) => type === "DataExportConfiguration" && name === target && found?.becomes === "kept",
  );

function domainAfter({ op, new: after }: StepMetadata): string | null {
  if (op.startsWith("delete")) return null;
  return domainOf({ ...after?.inputs, ...after?.outputs });
}

function domainIn(configurations: readonly RecordedResource[]): string | null {
  const live = configurations.find(({ pendingReplacement }) => !pendingReplacement);
  return live ? domainOf({ ...live.inputs, ...live.outputs }) : null;
}

/** One that AWS has accepted, and not shown since, exports nothing as far as is known. */
const domainOf = ({ enabled, status, domain, createdAt, __unfinished: unfinished }: Settings): string | null =>
  enabled === false || status === "FAILED" || (unfinished === "create" && typeof createdAt !== "string")
    ? null
    : String(domain);

const tableOf = ({ tableArn }: Settings): string | undefined => (typeof tableArn === "string" ? tableArn : undefined);

function receiptIn(outputs: Settings | undefined): string | undefined {
  return (outputs?.["receipt"] as { destination?: { location?: string } } | undefined)?.destination?.location;
}

const keyOf = ({ account, region }: Settings = {}): string => `${String(account)}/${String(region)}`;
const isConfiguration = (type: string): boolean => type === pulumiTypeOf("DataExportConfiguration");
const isClaim = (type: string): boolean => type === pulumiTypeOf("AssetTable");
