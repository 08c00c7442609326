/** The word that somebody wrote for one loss of rows without a copy. The state records its use, and it counts for no later loss. */
export interface LossAllowance {
  /**
   * Whose rows: the ARN of the table, which is that table's alone for ever, or the id of the domain, of which the stack remembers that it was
   * used as long as it has the export or its table. It allows no other loss.
   */
  of: string;
  /** Why they may go, for those who review it. */
  reason: string;
}
