import type { Account, SpecFinding, Path } from "../spec/index.ts";

/** An account or Region that a selection names, with the lines that put it in and out. */
export interface Candidate {
  /** Account id or Region. */
  id: string;
  /** What the spec says of the account. */
  named?: Account;
  /** The account's name in the spec or in AWS Organizations. */
  name?: string;
  isCaller: boolean;
  because: Path[];
  excludedBy: Path[];
}

/** An account in a Region that is left out though both are selected. */
export interface ExcludedTarget {
  account: string;
  region: string;
  path: Path;
}

/** What a selection comes to. */
export interface ResolvedSelection {
  accounts: Candidate[];
  regions: Candidate[];
  /** The Regions that an account has, where the spec tells them, and the line that does. */
  regionsOf: ReadonlyMap<string, { regions: ReadonlySet<string>; path: Path }>;
  leftOut: ExcludedTarget[];
  findings: SpecFinding[];
  /** What could not be looked up: there may be more accounts or Regions, or more accounts left out. */
  open: Set<"accounts" | "regions" | "exclusions">;
}
