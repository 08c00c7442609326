import { AccountMismatchError, CallerRefusedError, CredentialsError, meaningOf } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
import type { Finding } from "../lifecycle/finding.ts";
import { disabledRegionFinding } from "./region-preflight.ts";

/**
 * Returns what a look that failed comes to: what may not be read is not known, which is no refusal yet; a role that cannot be assumed is one.
 * @param message the error in words, with its cure
 * @throws the error itself where it ends all looks: the caller's own credentials are refused, or somebody has ended them
 */
export function findingOfFailedLook(error: unknown, message: string, { role, account, region }: Connection): Finding {
  if (error instanceof AccountMismatchError) {
    const property = role === undefined ? "account" : "role";
    return { code: "account-mismatch", severity: "error", property, message };
  }
  if (error instanceof CredentialsError) {
    if (error instanceof CallerRefusedError) throw error;
    return { code: "role-missing", severity: "error", property: "role", message };
  }
  const { kind } = meaningOf((error as Error).cause ?? error);
  if (kind === "cancelled") throw error;
  // The role could be assumed, or the caller asked who it is: then it is the Region that knows nothing of the account.
  if (kind === "credentials" && /Unrecognized|InvalidClientTokenId/.test(message)) {
    return disabledRegionFinding(
      { account, region },
      `The Region ${region} refuses the credentials of ${account} that work elsewhere: it is not enabled there.`,
    );
  }
  // They were renewed before this was believed.
  if (kind === "credentials") return { code: "credentials", severity: "error", property: "account", message };
  return {
    code: "unknown",
    severity: "warning",
    property: "account",
    message: `Not everything could be looked at in ${account}: ${message}`,
  };
}
