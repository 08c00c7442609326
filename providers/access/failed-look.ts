import {
  AccountMismatchError,
  CallerRefusedError,
  CredentialsError,
  meaningOf,
  RegionDisabledError,
} from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
import { lookAgain, messageAndCure } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";

/**
 * Returns what a look that failed comes to: what may not be read is not known, which is no refusal yet; a role that cannot be assumed is one.
 * @param text the error in words, with its cure on the lines after the first
 * @throws the error itself where it ends all looks: the caller's own credentials are refused, or somebody has ended them
 */
export function findingOfFailedLook(error: unknown, text: string, { role, account }: Connection): Finding {
  const withCure = (otherwise: string) => messageAndCure(text, otherwise);
  if (error instanceof AccountMismatchError) {
    const property = role === undefined ? "account" : "role";
    return {
      code: "account-mismatch",
      severity: "error",
      property,
      ...withCure(`Give account ${account} a role of its own.`),
    };
  }
  if (error instanceof CredentialsError) {
    if (error instanceof CallerRefusedError) throw error;
    return {
      code: "role-missing",
      severity: "error",
      property: "role",
      ...withCure(`Correct the role ${role}, or make it.`),
    };
  }
  if (error instanceof RegionDisabledError) {
    const { message, cure } = withCure("");
    return { code: "region-disabled", severity: "error", property: "region", message, cure };
  }
  const { kind, cure } = meaningOf((error as Error).cause ?? error);
  if (kind === "cancelled") throw error;
  // They were renewed before this was believed.
  if (kind === "credentials") {
    return { code: "credentials", severity: "error", property: "account", ...withCure(`Sign in anew for ${account}.`) };
  }
  const { message, ...rest } = withCure(cure || lookAgain);
  return {
    code: "unknown",
    severity: "warning",
    property: "account",
    message: `Not everything could be looked at in ${account}: ${message}`,
    ...rest,
  };
}

/**
 * Returns what is told of a deletion that has no precondition: it is tried, whatever kept a look from telling whether it deletes anything, since
 * the role of an account that is gone may never come back. What its role may not do is known all the same.
 * Where everything is to go, what cannot go keeps nothing else from going.
 */
export function triedFindings(findings: readonly Finding[], { endsAll = false }: { endsAll?: boolean }): Finding[] {
  return findings.flatMap((finding) => {
    if (finding.severity === "warning") return [];
    const isKnown = finding.code === "permission-missing" && !endsAll;
    return isKnown ? [finding] : [{ ...finding, severity: "warning" }];
  });
}
