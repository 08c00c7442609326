/**
 * What a run has done to the state so far. Every state has a number: the loaded ones their place in the checkpoint, the
 * run's own ones follow. The same entries that change a `JournalReplay` are the lines of the journal, so a run that was
 * killed is repeated by applying its lines to the checkpoint it began with.
 */
import type { ResourceState } from "../model/resource-state.ts";
import type { PendingType } from "../model/step.ts";

/** An operation whose end nobody knows, and the resource as it was when the operation began. */
export interface PendingOperation {
  resource: ResourceState;
  type: PendingType | "importing";
}

/** What a state says: its resources, and the operations of the last run that have no known end. */
export interface Recorded {
  resources: ResourceState[];
  pending: PendingOperation[];
}

/** One line of the journal. */
export type JournalEntry = BeginEntry | EndEntry | OutputsEntry | FoldEntry;

/** A provider is about to be called for the state: a new one, or a known one that is named for a person who reads this. */
export interface BeginEntry {
  begin: number;
  type: PendingType;
  state?: ResourceState;
  urn?: string;
  id?: string;
}

/** A step is over; without the other fields it failed. */
export interface EndEntry {
  end: number;
  /** The new state; `"same"`: it equals the one that is done. */
  state?: ResourceState | "same";
  /** The state that no longer counts. */
  done?: number;
  /** An old state that stays, marked for what is left to do with it. */
  marked?: { number: number; delete?: boolean; pendingReplacement?: boolean };
}

/** A component or the stack got these outputs. */
export interface OutputsEntry {
  outputs: number;
  value: Record<string, unknown>;
}

/** All entries before this one are in the checkpoint with this digest. */
export interface FoldEntry {
  fold: string;
  /** The checkpoint holds a list made by a refresh; numbers begin anew with as many resources as this. */
  rebuilt?: number;
}

/** Applies entries to a list of numbered states. */
export class JournalReplay {
  readonly #states = new Map<number, ResourceState>();
  readonly #open = new Map<number, BeginEntry>();
  readonly #done = new Set<number>();
  #news: number[] = [];
  #loaded: number;
  #inherited: PendingOperation[];
  #next: number;

  constructor(resources: readonly ResourceState[], pending: readonly PendingOperation[]) {
    for (const [number, state] of resources.entries()) this.#states.set(number, state);
    this.#loaded = this.#next = resources.length;
    // Only an unfinished create may have left something behind that nobody knows; the others vanish with the first write.
    this.#inherited = pending.filter((operation) => operation.type === "creating");
  }

  /** Begins with a list whose states are only in a checkpoint that is yet to be read: `reload` brings them in. */
  static unread(count: number): JournalReplay {
    return new JournalReplay(
      Array.from({ length: count }, () => unread),
      [],
    );
  }

  /** Returns a number for a state that the run makes. */
  takeNumber(): number {
    return this.#next++;
  }

  /** Changes the list as the entry says. */
  apply(entry: JournalEntry): void {
    if ("begin" in entry) {
      this.#count(entry.begin);
      this.#open.set(entry.begin, entry);
    }
    if ("end" in entry) this.#end(entry);
    if ("outputs" in entry) this.#change(entry.outputs, { outputs: entry.value });
    if ("rebuilt" in entry && entry.rebuilt !== undefined) this.#restart(entry.rebuilt);
  }

  /**
   * Returns the numbers in the order of the state: the run's states as they were completed, then what is left of the
   * loaded ones.
   */
  numbers(): number[] {
    const loaded = Array.from({ length: this.#loaded }, (_, number) => number);
    return [...this.#news, ...loaded].filter((number) => !this.#done.has(number));
  }

  /** Returns the states in their order. */
  resources(): ResourceState[] {
    return this.numbers().map((number) => this.#stateOf(number));
  }

  /** Returns the operations that are under way. */
  open(): PendingOperation[] {
    return [...this.#open.values()].map(({ begin, type, state }) => ({
      resource: state ?? this.#stateOf(begin),
      type,
    }));
  }

  /** Returns what the state has to warn the next run about. */
  pending(): PendingOperation[] {
    return [...this.open(), ...this.#inherited];
  }

  /**
   * Gives the present list its states and unfinished creates anew, from the checkpoint that holds it; returns whether it is
   * as long as the list.
   */
  reload({ resources, pending }: Recorded): boolean {
    const numbers = this.numbers();
    if (numbers.length !== resources.length) return false;
    for (const [index, number] of numbers.entries()) this.#states.set(number, resources[index] as ResourceState);
    this.#inherited = pending.slice(this.#open.size).filter((operation) => operation.type === "creating");
    return true;
  }

  #end({ end, state, done, marked }: EndEntry): void {
    this.#count(end);
    const begun = this.#open.get(end);
    this.#open.delete(end);
    if (typeof state === "object" && begun?.type === "creating") this.#dropUnfinishedCreate(state.urn);
    if (done !== undefined) this.#done.add(done);
    if (marked) this.#change(marked.number, { delete: marked.delete, pendingReplacement: marked.pendingReplacement });
    if (state === undefined) return;
    this.#states.set(end, state === "same" ? this.#stateOf(done ?? end) : state);
    this.#news.push(end);
  }

  /**
   * Drops the unfinished create of a resource that is created now: what it may have left behind was the provider's to
   * find.
   */
  #dropUnfinishedCreate(urn: string): void {
    this.#inherited = this.#inherited.filter(({ resource }) => resource.urn !== urn);
  }

  /** Replaces the state by a changed copy: what has been loaded, or handed in by a run, is not for this class to change. */
  #change(number: number, fields: Partial<ResourceState>): void {
    this.#states.set(number, { ...this.#stateOf(number), ...fields });
  }

  #restart(count: number): void {
    this.#states.clear();
    this.#open.clear();
    this.#done.clear();
    this.#news = [];
    this.#loaded = this.#next = count;
  }

  #count(number: number): void {
    this.#next = Math.max(this.#next, number + 1);
  }

  #stateOf(number: number): ResourceState {
    return this.#states.get(number) ?? unread;
  }
}

const unread: ResourceState = { urn: "", custom: false, type: "", inputs: {}, outputs: {} };
