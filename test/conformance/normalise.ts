import type { EngineEvent } from "../../src/engine/index.ts";
import type { StepResult } from "./scenario.ts";

type Json = Record<string, unknown>;

/** A resource of the checkpoint, as far as it is compared. */
export interface Recorded extends Json {
  urn: string;
  type: string;
  id?: string;
}

const secretSignature = "4dabf18193072939515e22adb298388d";
const stackType = "pulumi:pulumi:Stack";
const top = "Thing";

/** Fields that the comparison leaves out, and fields that it rewrites. */
const leftOut = ["urn", "type", "custom", "provider", "created", "modified", "sourcePosition", "stackTrace"];
const urnLists = ["dependencies", "replaceWith"];
const urnKeys = ["parent", "deletedWith"];

/** The name alone for a `Thing` at the top; else the types down from the top before it. */
export function shortName(urn: string): string {
  const [, , types = "", ...rest] = urn.split("::");
  if (types === stackType) return "stack";
  if (types.startsWith("pulumi:providers:")) return "provider";
  const path = types.split("$").map((type) => type.split(":").at(-1));
  const name = rest.join("::");
  return path.length === 1 && path[0] === top ? name : `${path.join("$")}::${name}`;
}

export function stepsOf(events: EngineEvent[]): NonNullable<StepResult["steps"]> {
  return events.flatMap(({ resourcePreEvent }): NonNullable<StepResult["steps"]> => {
    if (!resourcePreEvent) return [];
    const { op, urn, keys } = resourcePreEvent.metadata;
    const name = shortName(urn);
    if (op === "same" && (name === "stack" || name === "provider")) return [];
    return [keys?.length ? [op, name, keys.toSorted()] : [op, name]];
  });
}

export function failedOf(events: EngineEvent[]): [string, string][] {
  return events.flatMap(({ resOpFailedEvent: failed }): [string, string][] =>
    failed ? [[failed.metadata.op, shortName(failed.metadata.urn)]] : [],
  );
}

/** Errors and warnings, each with its resource's name before it; what differs from run to run and from stack to stack is an ellipsis. */
export function messagesOf(events: EngineEvent[], folder: string): string[] {
  return events.flatMap(({ diagnosticEvent: event }) => {
    if (!event?.prefix) return [];
    const about = event.urn ? `${shortName(event.urn)}: ` : "";
    return [
      `${event.prefix}${about}${event.message.trim()}`.replaceAll("urn:pulumi:dev::lab", "…").replaceAll(folder, "…"),
    ];
  });
}

export function summaryOf(events: EngineEvent[]): Record<string, number> {
  const changes = events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {};
  return Object.fromEntries(Object.entries(changes).filter(([, count]) => count > 0));
}

export function stateOf(resources: Recorded[]): object[] {
  return resources.map(resourceOf);
}

export function pendingOf(operations: { resource: Recorded; type: string }[]): object[] {
  return operations.map(({ resource, type }) => ({ type, resource: resourceOf(resource) }));
}

function resourceOf(resource: Recorded): Json {
  const isProvider = resource.type.startsWith("pulumi:providers:");
  const shown: Json = { name: shortName(resource.urn) };
  for (const [key, value] of Object.entries(resource)) {
    if (leftOut.includes(key) || isEmpty(value)) continue;
    if (isProvider && (key === "inputs" || key === "outputs")) continue;
    shown[key] = fieldOf(key, value, isProvider);
  }
  if (isEmpty(shown["propertyDependencies"])) delete shown["propertyDependencies"];
  return shown;
}

function fieldOf(key: string, value: unknown, isProvider: boolean): unknown {
  if (key === "id" && isProvider) return "<id>";
  if (key === "inputs" || key === "outputs") return valueOf(value);
  if (urnKeys.includes(key)) return shortName(value as string);
  if (urnLists.includes(key)) return (value as string[]).map(shortName).toSorted();
  if (key !== "propertyDependencies") return value;
  const dependencies = Object.entries(value as Record<string, string[]>).filter(([, urns]) => urns.length > 0);
  return Object.fromEntries(dependencies.map(([property, urns]) => [property, urns.map(shortName).toSorted()]));
}

function valueOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueOf);
  if (typeof value !== "object" || value === null) return value;
  if (secretSignature in value) return "<secret>";
  const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, inner]) => [key, valueOf(inner)]));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === "";
}
