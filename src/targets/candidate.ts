import type { Account, SpecFinding, Path } from "../spec/index.ts";

/** An account or Region that a selection names, with the lines that put it in and out. */
export interface Candidate {
  /** Account id or Region. */
  id: string;
  /** What the spec says of the account. */
  named?: Account;
  /** The account's name in the spec or in AWS Organizations. */
  name?: string;
  own: boolean;
  because: Path[];
  excludedBy: Path[];
}

/** What a selection comes to. */
export interface Selected {
  accounts: Candidate[];
  regions: Candidate[];
  findings: SpecFinding[];
  /** What could not be looked up: there may be more accounts or Regions, or more accounts left out. */
  open: Set<"accounts" | "regions" | "exclusions">;
}
