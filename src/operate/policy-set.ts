import { bucketPolicy, deliveryKeyPolicy, exportKeyPolicy, partitionOf } from "../aws/index.ts";
import type { Statement } from "../aws/index.ts";
import type { Declaration } from "../targets/index.ts";
import { rolePolicies } from "./role-policies.ts";
import type { RolePolicies } from "./role-policies.ts";

/** A policy of a bucket or a key. */
export interface ResourcePolicy {
  Version: "2012-10-17";
  Statement: object[];
}

/** Every policy that a spec needs. */
export interface PolicySet extends RolePolicies {
  version: 1;
  roles: { deploy: string; preview: string; prune?: string };
  /** `/`, or where in IAM the spec has its role. */
  rolePath: string;
  /** Who may assume the roles. */
  trust: ResourcePolicy;
  /** What whoever runs Sluice needs beside, in its own account. */
  caller: ResourcePolicy;
  /** By name, those that syncs deliver into. */
  buckets: Record<string, ResourcePolicy>;
  /** By ARN; to be added to what each key's policy has. */
  keys: Record<string, ResourcePolicy>;
}

/** What a spec does not tell. */
export interface PolicyTerms {
  /** ARN of who assumes the roles, or its account. */
  caller: string;
  externalId?: string;
  roles: { deploy: string; preview: string; prune: string };
  rolePath: string;
  /** `o-…`: then buckets take the delivery of the whole organization in one statement, and not by account. */
  organization?: string;
  /** Whether accounts are found by units, which whoever runs Sluice has to look up. */
  looksUpUnits: boolean;
}

/** Returns every policy that these declarations need. */
export function policySet(declarations: readonly Declaration[], terms: PolicyTerms): PolicySet {
  const { caller, externalId, organization, looksUpUnits, rolePath } = terms;
  const { prune, ...always } = terms.roles;
  const ofRoles = rolePolicies(declarations, { deploy: `${rolePath.slice(1)}${always.deploy}` });
  const roles = { ...always, ...(ofRoles.prune && { prune }) };
  const partition = partitionOf(declarations[0]?.region ?? "us-east-1");
  const principal = /^\d{12}$/.test(caller) ? `arn:${partition}:iam::${caller}:root` : caller;
  const condition = externalId === undefined ? {} : { Condition: { StringEquals: { "sts:ExternalId": externalId } } };
  const assumed = Object.values(roles).map((role) => `arn:${partition}:iam::*:role${rolePath}${role}`);
  const units = ["ListRoots", "ListAccountsForParent", "ListOrganizationalUnitsForParent"];
  const lookUp = {
    Sid: "FindAccounts",
    Effect: "Allow",
    Action: units.map((verb) => `organizations:${verb}`),
    Resource: "*",
  };
  return {
    version: 1,
    roles,
    rolePath,
    ...ofRoles,
    trust: document([
      { Sid: "SluiceRuns", Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole", ...condition },
    ]),
    caller: document([
      { Sid: "WorkInAccounts", Effect: "Allow", Action: ["sts:AssumeRole"], Resource: assumed },
      ...(looksUpUnits ? [lookUp] : []),
    ]),
    ...deliveries(declarations, organization),
  };
}

function deliveries(
  declarations: readonly Declaration[],
  organization: string | undefined,
): Pick<PolicySet, "buckets" | "keys"> {
  const buckets = new Map<string, Statement[]>();
  const keys = new Map<string, Statement[]>();
  const add = (to: Map<string, Statement[]>, name: string, statements: readonly Statement[]) =>
    to.set(name, [...(to.get(name) ?? []), ...statements]);
  for (const { type, account, region, inputs } of declarations) {
    const { s3Destination, encryption } = inputs as {
      s3Destination?: Destination;
      encryption?: { kmsKeyArn?: string };
    };
    if (s3Destination !== undefined) {
      const isShared = organization !== undefined || s3Destination.destinationDataSharing !== undefined;
      const delivery = { ...s3Destination, account, region, organization: isShared };
      add(buckets, s3Destination.bucketName, bucketPolicy(delivery));
      if (s3Destination.awsKmsKeyArn) add(keys, s3Destination.awsKmsKeyArn, deliveryKeyPolicy(delivery));
    }
    if (type === "AssetTable" && encryption?.kmsKeyArn)
      add(keys, encryption.kmsKeyArn, exportKeyPolicy(account, region));
  }
  const written = (all: Map<string, Statement[]>) =>
    Object.fromEntries([...all].map(([name, statements]) => [name, document(distinct(statements, organization))]));
  return { buckets: written(buckets), keys: written(keys) };
}

interface Destination {
  bucketName: string;
  region: string;
  prefix?: string;
  awsKmsKeyArn?: string;
  destinationDataSharing?: object;
}

/** Each statement once, with ids that are unique in their policy. */
function distinct(statements: readonly Statement[], organization: string | undefined): object[] {
  const texts = new Set(
    statements.map((statement) =>
      JSON.stringify(statement).replaceAll("<id of your organization>", organization ?? "<id of your organization>"),
    ),
  );
  const used = new Map<string, number>();
  return [...texts].map((text) => {
    const statement = JSON.parse(text) as Statement;
    const count = (used.get(statement.Sid) ?? 0) + 1;
    used.set(statement.Sid, count);
    return count === 1 ? statement : { ...statement, Sid: `${statement.Sid}${count}` };
  });
}

const document = (Statement: object[]): ResourcePolicy => ({ Version: "2012-10-17", Statement });
