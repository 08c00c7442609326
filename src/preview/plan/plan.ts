import type { Change, Operation } from "../change/change.ts";
import type { PlanDiagnostic } from "../change/diagnostics.ts";
import type { Guard } from "./guard.ts";
import type { PreflightReport } from "./preflight.ts";

/** What a deployment would do, for people to review and for a later `up` to be held to. */
export interface Plan {
  version: 2;
  project: string;
  stack: string;
  /** Over everything that a reviewer relied on; see `digestOf`. */
  digest: string;
  result: "ok" | "blocked" | "failed";
  counts: Counts;
  /** Worst first, then by name. */
  changes: Change[];
  /** What the spec or the organization calls the accounts that change, by their ids. The digest does not bind it. */
  names?: Record<string, string>;
  /** In the engine's order, both halves of a replacement and its cascade included; what is side by side in the order of names. */
  steps: Step[];
  /** What is deployed before what, where the spec has an order: a wave begins once the one before it has succeeded. */
  waves?: PlannedWave[];
  preflight: PreflightReport;
  estimate: Estimate;
  guards: Guard[];
  diagnostics: PlanDiagnostic[];
}

/** Accounts and Regions that are deployed together. */
export interface PlannedWave {
  /** Of the selection, or `rest`. */
  name: string;
  /** How many accounts and Regions it changes. */
  targets: number;
  /** How many of them may fail before the next wave does not begin. */
  tolerated: number;
}

/** How many resources there are of each kind; `forget` and `skip` only where there are some. */
export type Counts = Record<Exclude<Operation, "skip" | "forget"> | "same", number> & {
  forget?: number;
  skip?: number;
};

/** One thing that the engine will do to one resource, in its order. */
export interface Step {
  /** Pulumi's name of the step: `create`, `update`, `delete`, `delete-replaced`, `replace`, `create-replacement`. */
  operation: string;
  type: string;
  name: string;
}

/** What applying the plan takes. */
export interface Estimate {
  seconds: number;
  /** Calls of AWS. */
  calls: number;
  /** Bytes that backups copy, as far as the tables were looked at. */
  bytes: number;
}
