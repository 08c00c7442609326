import type { LedgerStep } from "../../../../src/engine/state/ledger.ts";
import type { ResourceState } from "../../../../src/engine/model/resource-state.ts";

/** Pulumi's rules of what a state holds during a run, written down once more and without files: what tests compare with. */
export class PlainRecord {
  #base: ResourceState[];
  #news: ResourceState[] = [];
  readonly #done = new Set<ResourceState>();
  readonly #running = new Map<ResourceState, string>();
  #created: string[];

  constructor(base: ResourceState[], created: string[] = []) {
    this.#base = base;
    this.#created = created;
  }

  begin({ operation, old, new: next }: LedgerStep): void {
    const types: Record<string, string> = { create: "creating", "create-replacement": "creating", update: "updating" };
    const type = operation.startsWith("delete") ? "deleting" : types[operation];
    const subject = operation.startsWith("delete") ? old : next;
    if (type && subject) this.#running.set(subject, type);
  }

  end({ operation, old, new: next }: LedgerStep, ok: boolean): void {
    for (const state of [old, next]) if (state) this.#running.delete(state);
    if (!ok) return;
    if (operation === "same" || operation === "update") this.#done.add(old as ResourceState);
    if (operation === "remove-pending-replace") this.#done.add(old as ResourceState);
    if (operation.startsWith("create") && old?.pendingReplacement) this.#done.add(old);
    if (operation.startsWith("delete") && old && !old.pendingReplacement) this.#done.add(old);
    if (["same", "update", "create", "create-replacement"].includes(operation)) this.#news.push(next as ResourceState);
  }

  rebuild(resources: ResourceState[]): void {
    this.#base = resources;
    this.#news = [];
    this.#done.clear();
  }

  /** Resources and operations in the order of the file, each in a line. */
  lines(): string[] {
    const list = [...this.#news, ...this.#base].filter((state) => !this.#done.has(state));
    const running = [...this.#running].map(([state, type]) => `${type} ${state.urn}`);
    return [...linesOf(list), ...running, ...this.#created.map((urn) => `creating ${urn}`)];
  }
}

export function linesOf(resources: readonly ResourceState[]): string[] {
  return resources.map((state) => {
    const marks = [state.delete && "delete", state.pendingReplacement && "pendingReplacement"].filter(Boolean);
    return [state.urn, state.id, JSON.stringify(state.outputs), ...marks].join(" ");
  });
}
