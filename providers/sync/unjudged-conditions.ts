import { unjudgedConditions } from "../../src/aws/index.ts";
import type { PolicyRequest, Verdict } from "../../src/aws/index.ts";
import { policiesOfAll } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";

/** The condition keys by which a policy knows on whose behalf SSM comes. */
export type DeliverySource = Record<string, string | undefined>;

/** A request, and what the policy says to it. */
export interface JudgedRequest {
  request: PolicyRequest;
  verdict: Verdict;
}

/** Tells whether a policy rests on the organization for whose account SSM comes. */
export const asksForOrganization = (policy: string): boolean => /aws:SourceOrgID/i.test(policy);

/** Tells that what a policy says rests on what is not known here: by which condition keys, in which of its statements. */
export function unjudgedFindings(
  policy: string | undefined,
  requests: readonly JudgedRequest[],
  { what, property, source }: { what: string; property: string; source: DeliverySource },
): Finding[] {
  const unknown = requests.filter(({ verdict }) => verdict === "unknown");
  if (policy === undefined || unknown.length === 0) return [];
  if (asksForOrganization(policy) && "aws:sourceorgid" in source && source["aws:sourceorgid"] === undefined) {
    const words = "its policy asks for an organization, and that of the account may not be looked at.";
    return [unreadFinding(property, what, words, "organizations:DescribeOrganization")];
  }
  const conditions = unknown.flatMap(({ request }) => unjudgedConditions(policy, request));
  // What S3 tells KMS of a delivery, for which the policy of a key often asks, is documented nowhere.
  const reported = conditions.filter(({ key }) => !key.toLowerCase().startsWith("kms:"));
  if (conditions.length > 0 && reported.length === 0) return [];
  const named = [...new Set(reported.map(({ key, statement }) => `${key} in its statement ${statement}`))];
  const words =
    named.length === 0 ? "what only AWS can judge" : `conditions that only AWS can judge: ${named.join(", ")}`;
  return [
    {
      code: "unknown",
      severity: "warning",
      property,
      message: `${what} is not known: its policy rests on ${words}.`,
      cure: `Look at them. For deliveries AWS documents aws:SourceAccount, aws:SourceArn and aws:SourceOrgID.\n${policiesOfAll}`,
    },
  ];
}

/** Tells what is not known since it may not be read. */
export function unreadFinding(property: string, what: string, words: string, permission: string): Finding {
  return {
    code: "unknown",
    severity: "warning",
    property,
    message: `${what} is not known: ${words}`,
    cure: `Allow ${permission} to know it.`,
  };
}
