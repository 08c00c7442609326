import type { Property } from "./properties.ts";

/** What is done to one resource; `forget` ends its record alone, and AWS keeps it; `skip` leaves it out of this deployment. */
export type Operation = "create" | "update" | "replace" | "delete" | "forget" | "skip";

/** Lists every operation, the one that takes the most away first. */
export const operationsWorstFirst: readonly Operation[] = ["delete", "replace", "forget", "update", "create", "skip"];

/**
 * What a change comes to: rows or objects are gone afterwards without a copy; something that collects stops, or rows move to a backup;
 * something changes; something starts.
 */
export type Severity = "destroys" | "stops" | "changes" | "starts";

/** Lists every severity, the worst first. */
export const severities: readonly Severity[] = ["destroys", "stops", "changes", "starts"];

/** What happens to the data, as facts of which the sentence is a rendering. Everything in it is bound by the digest. */
export interface Facts {
  /** What becomes of exported rows: copied and dropped, dropped without a copy, kept, removed by age, or no row is concerned. */
  rows: "backedUp" | "dropped" | "kept" | "expire" | "none";
  /** What becomes of the collecting: it begins, ends, goes on elsewhere, goes on, or is set up and off. */
  collection?: "starts" | "stops" | "moves" | "continues" | "off";
  /** Why the loss may be, in the words of whoever allowed it in the spec. */
  allowed?: string;
  /** What reading everything back found: AWS no longer has it, or has it otherwise than it was applied. */
  drift?: "gone" | "changed";
  /** Whether nothing is deleted in AWS: the stack only forgets what it has made. */
  retained?: true;
  /** When AWS made the object that is deleted or replaced, as the stack has recorded it. */
  createdAt?: string;
  /** The table whose rows go without a copy, where the stack has recorded it. */
  tableArn?: string;
  /** The wave of the deployment in which it is done, where the spec has an order. */
  wave?: string;
  [fact: string]: unknown;
}

/** The facts that tell an object, or a table, from one that is made later in its place. */
export const identifyingFacts = ["createdAt", "tableArn"] as const;

/** What a look at AWS found of the table that the change of a claim or an export is about. The digest does not bind it: AWS may be otherwise each day. */
export interface FoundTable {
  /**
   * No table lies there; it stays; it is copied and dropped, or dropped without a copy; something stops the change before it is touched; or it
   * could not be looked at. Of an export: whether rows expire. Of an export or a sync that is deleted: `kept` where it stays, since somebody else
   * has made it anew.
   */
  becomes: "absent" | "kept" | "backedUp" | "dropped" | "expire" | "stops" | "unknown";
  /** The domain whose rows it holds; absent where nobody knows. */
  owner?: string;
  /** Whether an export writes to it now. */
  isExporting?: boolean;
  /** Whether no row is in it. */
  isEmpty?: true;
  /** How many days its rows are kept, where that is what changes. */
  days?: number;
  /** Why its rows may be lost, where they are and that is allowed. */
  allowed?: string;
}

/** A line of a spec that is not the one under review. */
export interface FormerSource {
  /** From where the spec under review is named. */
  file: string;
  line: number;
  /** The commit that has it, where the pipeline tells. */
  commit?: string;
}

/** What a deployment would do to one resource. */
export interface Change {
  operation: Operation;
  type: string;
  name: string;
  account?: string;
  region?: string;
  /** The entry of the spec that stands for it; a resource that is no longer declared has none. */
  source?: { file: string; line: number };
  /** The entry that stood for a resource that is no longer declared, where the spec before the change was given. */
  formerSource?: FormerSource;
  severity: Severity;
  /** Whether it only undoes what was done behind the stack's back: nothing in the spec asks for it. */
  drift: boolean;
  /** The inputs that differ, and `protect` and `retain`, which are options of the resource. */
  properties: Property[];
  /** The inputs that are equal on both sides, by path: a policy that stays decides what happens, too. */
  unchanged?: Record<string, unknown>;
  facts: Facts;
  /** What was found in AWS, where it was asked and the facts alone do not tell what becomes of the data. */
  found?: FoundTable;
  /** What happens to the data, in one sentence. */
  consequence: string;
}

/** Sorts changes: the worst first, by severity, then by operation, then by name. */
export function compareChanges(a: Change, b: Change): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    operationsWorstFirst.indexOf(a.operation) - operationsWorstFirst.indexOf(b.operation) ||
    compareText(a.name, b.name) ||
    compareText(a.type, b.type)
  );
}

/** Returns by what maps find a resource, or what is to become of it: its type and name, which a stack has once. */
export function resourceKey({ type, name }: Pick<Change, "type" | "name">): string {
  return `${type} ${name}`;
}

/** Compares texts by their code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
