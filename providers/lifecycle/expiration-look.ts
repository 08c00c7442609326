import type { Finding } from "./finding.ts";

/** What becomes of the rows that an export's table has, where an expiration is wanted or the table is gone. */
export interface ExpirationLook {
  becomes: "absent" | "kept" | "expire";
  /** How long rows are kept then, where that is wanted. */
  days?: number;
  /** Why the loss may be, where it is allowed. */
  allowed?: string;
  /** A loss that nobody has allowed. */
  findings: Finding[];
}
