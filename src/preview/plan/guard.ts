/** What keeps a plan from being applied unseen. */
export interface Guard {
  name: "delete-budget" | "replace-budget" | "protect" | "empty-selector" | "identity" | "data-loss" | "preflight";
  /** `allowed` is a block that the spec under review lifts for this change, with a reason. */
  status: "pass" | "blocked" | "allowed";
  message: string;
  /** The limits in force, which the digest binds; a guard without any settings has none. */
  rule?: GuardRule;
}

/** What a guard judged by, which the digest binds. */
export interface GuardRule {
  /** The most resources; absent where there is no limit. */
  limit?: number;
  /** How many more the spec under review lets pass, and why. */
  allowance?: { most: number; reason: string; until?: string };
}
