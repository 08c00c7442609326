import type { Finding } from "./finding.ts";

/** What an expiration that is wanted does to the rows that the table has. */
export interface ExpirationLook {
  becomes: "absent" | "kept" | "expire";
  /** How long rows are kept then. */
  days: number;
  /** Why the loss may be, where it is allowed. */
  allowed?: string;
  /** A loss that nobody has allowed. */
  findings: Finding[];
}
