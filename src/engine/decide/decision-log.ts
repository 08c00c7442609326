import type { ResourceState } from "../model/resource-state.ts";

/** Holds what has been decided so far in a run, by URN. */
export class DecisionLog {
  /** Registered or read by the program, or carried over because something registered needs it. */
  readonly seen = new Set<string>();
  readonly unchanged = new Set<string>();
  readonly creates = new Set<string>();
  readonly updates = new Set<string>();
  readonly replaces = new Set<string>();
  readonly reads = new Set<string>();
  /** Deleted so far; a recreated resource leaves the set again. */
  readonly deletes = new Set<string>();
  /** New resources that are no target of the run, so that nothing may depend on them. */
  readonly omitted = new Set<string>();
  /** Failed in this run, or left out because something that they need has failed. They keep their old state. */
  readonly unfinished = new Set<string>();
  /** The states that a delete-first replacement takes along. */
  readonly cascaded = new Set<ResourceState>();
  /** The properties for which the provider would replace what a cascade took along, by URN. */
  readonly cascadeKeys = new Map<string, readonly string[]>();
  /** From the new URN to the old one, where a resource was found under an alias. */
  readonly formerUrns = new Map<string, string>();
  /** From the old URN to the new one. */
  readonly presentUrns = new Map<string, string>();

  /** Returns whether the run has decided on a step for the resource. */
  hasStep(urn: string): boolean {
    return [this.unchanged, this.creates, this.updates, this.replaces, this.reads, this.deletes].some((set) =>
      set.has(urn),
    );
  }

  /**
   * Returns whether the program still has the resource. A create does not count: it has no old state that could be meant.
   */
  isKept(urn: string): boolean {
    const present = this.presentUrns.get(urn) ?? urn;
    return [this.unchanged, this.updates, this.replaces, this.reads, this.unfinished].some((set) => set.has(present));
  }

  /** Returns whether a recorded resource has failed or was left out, under its own URN or under a new one. */
  isUnfinished(urn: string): boolean {
    return this.unfinished.has(this.presentUrns.get(urn) ?? urn);
  }
}
