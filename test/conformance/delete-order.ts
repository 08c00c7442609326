import type { EngineEvent } from "../../src/engine/index.ts";
import { shortName } from "./normalise.ts";
import type { Recorded } from "./normalise.ts";

/**
 * The deletes at the end of a run, in an order that chance does not change: what depends on others goes first, level by
 * level, and within a level by name and id.
 */
export function levelDeletes(events: EngineEvent[], before: Recorded[]): EngineEvent[] {
  const start = events.findLastIndex(({ resourcePreEvent }) => resourcePreEvent && !isLateDelete(resourcePreEvent)) + 1;
  const deletes = events.slice(start).filter(({ resourcePreEvent }) => resourcePreEvent);
  const levels = levelsOf(condemnedIn(before, events.slice(0, start), deletes), before);
  const sorted = deletes
    .map((event) => ({ event, level: levels.get(keyOf(oldOf(event))) ?? 0, key: sortKey(event) }))
    .toSorted((a, b) => b.level - a.level || (a.key < b.key ? -1 : 1));
  return [...events.slice(0, start), ...sorted.map(({ event }) => event)];
}

/** Calls in the order that the steps of their resources have after {@link levelDeletes}. */
export function levelCalls<Call extends { op?: string; id?: string }>(calls: Call[], events: EngineEvent[]): Call[] {
  const ids = events.map((event) => oldOf(event)?.id);
  const start = calls.findLastIndex(({ op }) => op !== "delete") + 1;
  return [
    ...calls.slice(0, start),
    ...calls.slice(start).toSorted((a, b) => ids.lastIndexOf(a.id) - ids.lastIndexOf(b.id)),
  ];
}

/** The places in the state of all that was to go: what went, and what the run never came to. */
function condemnedIn(before: Recorded[], earlier: EngineEvent[], deletes: EngineEvent[]): number[] {
  const kept = new Set(earlier.map(({ resourcePreEvent }) => resourcePreEvent?.metadata.urn));
  const deleted = new Set(deletes.map((event) => keyOf(oldOf(event))));
  return before.flatMap((state, index) => (deleted.has(keyOf(state)) || !kept.has(state.urn) ? [index] : []));
}

/** By resource, how many condemned ones stand below it; what depends on nothing condemned is at level 0. */
function levelsOf(condemned: number[], before: Recorded[]): Map<string, number> {
  const levels = new Map<number, number>();
  for (const index of condemned) {
    const urns = prerequisitesOf(before[index]);
    const below = condemned.filter((other) => other < index && urns.has(before[other]?.urn ?? ""));
    levels.set(index, Math.max(-1, ...below.map((other) => levels.get(other) ?? 0)) + 1);
  }
  return new Map([...levels].map(([index, level]) => [keyOf(before[index]), level]));
}

type Pre = NonNullable<EngineEvent["resourcePreEvent"]>;

/** A delete of the end, not one inside a replacement: those have a fixed order. */
function isLateDelete({ metadata }: Pre): boolean {
  if (metadata.op === "delete-replaced" || metadata.op === "discard-replaced") return metadata.old?.delete === true;
  return ["delete", "discard", "remove-pending-replace"].includes(metadata.op);
}

function oldOf(event: EngineEvent) {
  return event.resourcePreEvent?.metadata.old;
}

function keyOf(state: { urn: string; id?: string } | null | undefined): string {
  return `${state?.urn} ${state?.id ?? ""}`;
}

function sortKey(event: EngineEvent): string {
  const old = oldOf(event);
  return `${shortName(old?.urn ?? "")} ${old?.id ?? ""}`;
}

function prerequisitesOf(state: Recorded | undefined): Set<string> {
  const lists = [
    state?.["dependencies"],
    state?.["replaceWith"],
    ...Object.values(state?.["propertyDependencies"] ?? {}),
  ];
  const provider = String(state?.["provider"] ?? "");
  return new Set([
    ...(lists as (string[] | undefined)[]).flatMap((urns) => urns ?? []),
    ...[state?.["parent"], state?.["deletedWith"]].map(String),
    provider.slice(0, provider.lastIndexOf("::")),
  ]);
}
