import type { TableContents } from "../src/backup/index.ts";

/** What a look ahead for a claim tells of the table in its slot. */
export interface ClaimLook {
  /** No table lies there; it stays; it is copied and dropped, or dropped without a copy; or something stops the claim before it is touched. */
  becomes: "absent" | "kept" | "backedUp" | "dropped" | "stops";
  /** The domain whose rows it holds; absent where nobody knows. */
  owner?: string;
  /** Whether an export writes to it now. */
  isExporting: boolean;
  /** What it holds; absent where there is none, or none with data. */
  contents?: TableContents;
}
