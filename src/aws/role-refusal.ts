import type { Connection } from "./connection.ts";

/** An attempt to work in an account that STS refused. */
export interface RoleAttempt extends Pick<Connection, "account" | "region" | "externalId"> {
  role: string;
  /** ARN of whoever tried; `undefined` when even that is not known. */
  caller?: string;
}

/**
 * Says why a role could not be assumed, with what to do about this very refusal.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function roleRefusal(error: Error, attempt: RoleAttempt): string {
  const { role, account, caller = "the ambient identity" } = attempt;
  const head = `Credentials: ${caller} could not assume ${role} in account ${account} (${error.name}: ${error.message}).`;
  return `${head}\n${cureOf(error, attempt)}`;
}

function cureOf({ name, message }: Error, { role, account, region, externalId, caller }: RoleAttempt): string {
  const who = caller ?? "the identity that runs this";
  if (name === "RegionDisabledException") {
    return `Activate STS for ${region} in account ${account}, or leave that Region out of the spec.`;
  }
  if (name === "ValidationError") {
    return `Correct the role's ARN${externalId === undefined ? "" : " or the externalId"} in the spec: STS does not take it.`;
  }
  if (/explicit deny/i.test(message)) {
    return `A policy denies it outright: look for sts:AssumeRole in the service control policies of the organization and in the policies of ${who}.`;
  }
  const permission = { Effect: "Allow", Action: "sts:AssumeRole", Resource: role };
  if (/no identity-based policy allows/.test(message)) {
    return `Add to a policy of ${who}: ${JSON.stringify(permission)}`;
  }
  if (!name.startsWith("AccessDenied"))
    return "Run it again in a few minutes; if it stays so, look at what STS says above.";
  // AWS gives one answer for all of these, so that nobody can find out which roles there are.
  return [
    "AWS does not tell which of these it is. Look, in this order:",
    `1. Does the role exist? \`aws iam get-role --role-name ${role.slice(role.lastIndexOf("/") + 1)}\` with credentials of account ${account}.`,
    `2. Does its trust policy let the caller in? It needs ${JSON.stringify(trustOf(who, externalId))}`,
    externalId === undefined
      ? "3. Does its trust policy ask for an external id (sts:ExternalId)? The spec gives none for this account: write it as `externalId`."
      : "3. Is the external id in its trust policy (sts:ExternalId) the one that the spec gives for this account?",
    `4. May the caller call it? A policy of ${who} needs ${JSON.stringify(permission)}`,
  ].join("\n");
}

/** The statement of a trust policy. An external id is shown nowhere: many keep it as a secret. */
function trustOf(caller: string, externalId: string | undefined): object {
  return {
    Effect: "Allow",
    Principal: { AWS: caller },
    Action: "sts:AssumeRole",
    ...(externalId !== undefined && { Condition: { StringEquals: { "sts:ExternalId": "<externalId of the spec>" } } }),
  };
}
