import { isDeepStrictEqual } from "node:util";
import { diagnosticsOf, isFailedRun, hasNoAwsObject, kindName, withSources, partsOfUrn } from "../../preview/index.ts";
import type { EngineEvent, Plan, PlanDiagnostic } from "../../preview/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { propertiesOf } from "../../preview/change/properties.ts";
import type { Property } from "../../preview/change/properties.ts";
import { Exit } from "../exit.ts";
import type { ExitCode } from "../exit.ts";
import type { EngineResult } from "../engines/engine-contract.ts";

/** What a deployment did, as `-o json` prints it. */
export interface Outcome {
  /** `partial`: some accounts and Regions failed, others succeeded. */
  result: "succeeded" | "failed" | "partial";
  counts: Plan["counts"];
  diagnostics: PlanDiagnostic[];
  /** The backups that this run made. */
  receipts: unknown[];
}

/** Something that was not as recorded. */
export interface DriftedResource {
  operation: "update" | "delete";
  type: string;
  name: string;
  properties: Property[];
}

/** Sums up what the engine did: a step counts when it ended well. */
export function outcomeOf(
  events: readonly EngineEvent[],
  { result, message }: EngineResult,
  declarations: readonly Declaration[],
): Outcome {
  const counts: Outcome["counts"] = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  const receipts: unknown[] = [];
  // What a refresh finds gone is gone, and was not kept.
  const deletions = new Set(
    events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.op === "delete" ? resourcePreEvent.metadata.urn : [],
    ),
  );
  for (const step of endedSteps(events)) {
    const isForgotten = step.op === "delete" && step.old?.retainOnDelete && deletions.has(step.urn);
    const operation = isForgotten ? "forget" : counted[step.op];
    if (operation) counts[operation] = (counts[operation] ?? 0) + 1;
    const receipt = step.new?.outputs?.["receipt"];
    // A receipt that was recorded before is of an earlier run's backup.
    const isNew = Boolean(receipt) && !isDeepStrictEqual(receipt, step.old?.outputs?.["receipt"]);
    if (isNew && partsOfUrn(step.urn).type === "AssetTable" && operation !== "same") receipts.push(receipt);
  }
  const outside = message ? [{ severity: "error" as const, message }] : [];
  const failed = result !== "succeeded" || isFailedRun(events);
  return {
    result: failed ? "failed" : "succeeded",
    counts,
    diagnostics: [...outside, ...withSources(diagnosticsOf(events), declarations)],
    receipts,
  };
}

/** How far a run that failed did not come. */
export interface Incompleteness {
  /** Whether somebody has stopped it. */
  cancelled: boolean;
  /** How many resources failed, checks that refuse them included. */
  failed: number;
  /** Whether running it again may succeed although nothing is mended: nobody has tried all, or the errors may pass. */
  isTransient: boolean;
  /** What is gone because its replacement has not come; a released table is still there. */
  missing: string[];
}

/** Returns how far a run that failed did not come. */
export function incompletenessOf(events: readonly EngineEvent[], { result }: EngineResult): Incompleteness {
  const missing = new Map<string, string>();
  const failures = events.flatMap(({ resOpFailedEvent }) => {
    const step = resOpFailedEvent?.metadata;
    return step && !hasNoAwsObject(step) ? step : [];
  });
  const gone = endedSteps(events).filter(({ op }) => op === "delete-replaced");
  for (const { urn } of [...gone, ...failures.filter(({ op }) => op === "create-replacement")]) {
    const { type, name } = partsOfUrn(urn);
    if (type !== "AssetTable") missing.set(urn, `${kindName(type)} ${name}`);
  }
  for (const { op, urn } of endedSteps(events)) if (op === "create-replacement") missing.delete(urn);
  const errors = events.flatMap(({ diagnosticEvent: event }) =>
    event?.severity === "error" && event.urn ? event : [],
  );
  const failed = new Set([...failures, ...errors].map(({ urn }) => urn)).size;
  const isTransient = errors.length === 0 || errors.some(({ message }) => mayPass.test(message));
  return { cancelled: result === "cancelled", failed, isTransient, missing: [...missing.values()] };
}

/** How errors are worded that waiting alone may cure. */
const mayPass =
  /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|Internal(Server|Service)?(Error|Failure|Exception)|ServiceUnavailable|timed? ?out|TimeoutError|ECONN|EPIPE|socket hang up|UNAVAILABLE|ConflictException/i;

/** Returns what a refresh found changed or gone in AWS. */
export function driftOf(events: readonly EngineEvent[]): DriftedResource[] {
  return endedSteps(events).flatMap(({ op, urn, old, new: found }) => {
    if (op !== "update" && op !== "delete") return [];
    return {
      operation: op,
      ...partsOfUrn(urn),
      properties: found ? propertiesOf(old?.outputs, found.outputs) : [],
    };
  });
}

/** Returns the exit code of a run that did not succeed. */
export function exitCodeOf({ result, credentials }: EngineResult, diagnostics: readonly PlanDiagnostic[]): ExitCode {
  if (result === "cancelled") return Exit.cancelled;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return credentials || errors.some(({ message }) => refusal.test(message)) ? Exit.credentials : Exit.failed;
}

/** How the AWS side words credentials that are missing, refused or expired. */
const refusal =
  /\bCredentials: |\b(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId|CredentialsProviderError)\b|is not authorized to perform: sts:AssumeRole/;

const counted: Record<string, Exclude<keyof Plan["counts"], "skip" | "forget">> = {
  create: "create",
  update: "update",
  delete: "delete",
  same: "same",
  // Its first half takes the old one away; only the second completes the replacement.
  "create-replacement": "replace",
};

const endedSteps = (events: readonly EngineEvent[]) =>
  events.flatMap(({ resOutputsEvent }) => {
    const step = resOutputsEvent?.metadata;
    return step && !hasNoAwsObject(step) ? step : [];
  });
