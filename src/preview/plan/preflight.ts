import type { FoundTable } from "../change/change.ts";

/** One thing that AWS would refuse or that would lose data, found by reading. An error keeps the plan from being applied. */
export interface Finding {
  /** Stable name of the kind of finding, such as `sync-quota`. */
  code: string;
  severity: "error" | "warning";
  message: string;
  /** What to do about it. */
  cure?: string;
  /** The resource's name, where it is about one. */
  name?: string;
  account?: string;
  region?: string;
  /** `account/region` of each, where it is told of several; the rest is of the first. */
  targets?: string[];
  /** The entry of the spec that it is about. */
  source?: { file: string; line: number };
}

/** What a table that the plan touches holds. */
export interface TableSummary {
  name: string;
  rows: number;
  bytes: number;
  files: number;
  snapshots: number;
  /** When the last export wrote to it, ISO 8601. */
  lastExport?: string;
}

/** What a look at AWS told of a plan. */
export interface PreflightReport {
  /** Whether AWS was asked at all. */
  asked: boolean;
  /** How many calls it took. */
  calls: number;
  findings: Finding[];
  tables: TableSummary[];
  /** Whether there was something to look at, and nobody of AWS's could be reached for any of it. */
  isUnreached?: boolean;
  /** What becomes of the table of each claim, by the claim's type and name. */
  found?: ReadonlyMap<string, FoundTable>;
}

/** Stands for a plan for which AWS was not asked. */
export const unaskedPreflight: PreflightReport = { asked: false, calls: 0, findings: [], tables: [] };

/** Returns the findings in an order that does not depend on which answer came first. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const key = ({ severity, code, name = "", message }: Finding) => JSON.stringify([severity, code, name, message]);
  return findings.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
