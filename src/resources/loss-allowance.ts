/** The word that somebody wrote for one loss of rows without a copy. The state records its use, and it counts for no later loss. */
export interface LossAllowance {
  /** Whose rows: the id of the domain, or the ARN of the table. It allows no other loss. */
  of: string;
  /** Why they may go, for those who review it. */
  reason: string;
}
