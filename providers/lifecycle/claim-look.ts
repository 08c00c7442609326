import type { TableContents } from "../../src/backup/index.ts";

/** What a look ahead for a claim tells of the table in its slot. */
export interface ClaimLook {
  /**
   * No table lies there; it stays; it is copied and dropped, or dropped without a copy; something stops the claim before it is touched; or it
   * could not be looked at.
   */
  becomes: "absent" | "kept" | "backedUp" | "dropped" | "stops" | "unknown";
  /** The domain whose rows it holds; absent where nobody knows. */
  owner?: string;
  /** Whether an export writes to it now. */
  isExporting: boolean;
  /** Whether no row is in it. */
  isEmpty?: true;
  /** Why its rows may be lost, where they are and that is allowed. */
  allowed?: string;
  /** What it holds; absent where there is none, or none with data. */
  contents?: TableContents;
}
