/** What a look at AWS found, before anything is done. */
export type FindingCode =
  | "account-mismatch"
  | "backup-damaged"
  | "backup-denied"
  | "backup-exposed"
  | "backup-expires"
  | "backup-missing"
  | "backup-owner"
  | "bucket-locked"
  | "bucket-missing"
  | "bucket-policy"
  | "bucket-region"
  | "credentials"
  | "data-loss"
  | "domain-missing"
  | "domain-state"
  | "export-encryption"
  | "export-exists"
  | "export-holder"
  | "key-policy"
  | "key-unusable"
  | "organization-access"
  | "permission-missing"
  | "record-damaged"
  | "region-disabled"
  | "role-missing"
  | "service-linked-role"
  | "shared-sync-exists"
  | "state-outdated"
  | "sync-exists"
  | "sync-quota"
  | "table-leftover"
  | "table-unfit"
  | "unknown"
  | "wrong-partition";

/** One thing that AWS would refuse or that would lose data; a finding of severity `error` stops the change before it begins. */
export interface Finding {
  code: FindingCode;
  severity: "error" | "warning";
  /** What was found, in which account and Region. */
  message: string;
  /** What to do about it. */
  cure: string;
  /** The setting that it is about. */
  property: string;
}

/** Returns the findings that stop a change. */
export function errorsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

/** What was found, or met, and what to do about it. */
export type MessageAndCure = Pick<Finding, "message" | "cure">;

/** Returns a finding as one text, its cure on a line of its own. */
export function findingText({ message, cure }: MessageAndCure): string {
  return `${message}\n${cure}`;
}

/** Says where a policy is found that many accounts need. */
export const policiesOfAll = "`sluice policies` prints what all accounts of the spec need.";

/** Says what to do where nothing else is known. */
export const lookAgain = "Look at what is said here, and run it again.";

/**
 * Returns what an error's text tells: what to do stands on the lines after its first.
 * @param otherwise what to do where the text does not say it
 */
export function messageAndCure(text: string, otherwise: string): MessageAndCure {
  const [message = "", ...cure] = text.split("\n");
  return { message, cure: cure.join("\n") || otherwise };
}
