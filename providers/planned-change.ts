import type { Connection } from "../src/aws/index.ts";
import { kinds } from "../src/resources/kinds.ts";
import type { ResourceKind } from "../src/resources/kinds.ts";
import type { ClaimLook } from "./lifecycle/claim-look.ts";
import type { ExpirationLook } from "./lifecycle/expiration-look.ts";
import type { FirstStep } from "./access/role-permissions.ts";
import type { Finding } from "./lifecycle/finding.ts";
import type { Work } from "./lifecycle/lifecycle.ts";
import { keptFindings, recreationFindings } from "./lifecycle/recreated.ts";
import { differencesBetween } from "./settings/differences.ts";
import { lifecycleOf, settle } from "./settled.ts";

/** A change of one resource as a plan has it, with its inputs as `check` gave them. */
export interface PlannedChange {
  type: ResourceKind;
  urn: string;
  recorded?: Record<string, unknown>;
  /** When AWS created the recorded object that is replaced, changed in place or deleted, ISO 8601, as recorded. */
  createdAt?: string;
  desired: Record<string, unknown>;
  /** Whether it is changed in place. */
  isInPlace?: boolean;
  /** Whether it is deleted for good; `desired` is then what is recorded. */
  isRemoval?: boolean;
  /** Whether the plan is to end all that the stack has. */
  endsAll?: boolean;
  /** Whether nobody can look, since the external id of its role is known to the state alone. */
  isUnreadable?: boolean;
  /** Whether that is so of the role that is recorded. */
  isUnreadableBefore?: boolean;
}

/** What a look at AWS for one change told. */
export interface Forecast {
  findings: Finding[];
  /** Of a claim: what becomes of the table in its slot. */
  claim?: ClaimLook;
  /** Of an export: what becomes of the rows that its expiration is about. */
  expiration?: ExpirationLook;
  /** Nobody of AWS's could be reached. */
  isUnreached?: true;
  /** Of a removal: the object stays, since somebody else has made it anew. */
  isKept?: true;
}

/** Finds whether somebody else has made anew what a change replaces, changes in place or deletes. */
export async function findRecreation(
  { type, recorded, createdAt, isInPlace = false, isRemoval }: PlannedChange,
  desired: Connection,
  work: Work,
): Promise<Finding[]> {
  if (createdAt === undefined) return [];
  const { changes, ofExport: isOnlyOne } = kinds[type];
  if (isRemoval) return keptFindings(lifecycleOf(type), { recorded: desired, createdAt, isOnlyOne }, work);
  if (!recorded) return [];
  const before = settle(type, recorded);
  const differences = differencesBetween(before, desired, changes);
  // A claim is nothing in AWS.
  const canBecome = !differences.some(({ replaces, path }) => replaces && path !== "assetTable");
  const change = { recorded: before, desired, createdAt, isInPlace, isOnlyOne, canBecome };
  return recreationFindings(lifecycleOf(type), change, work);
}

/**
 * Returns the steps of a change of which nothing else finds whether its role may take them: one that takes nothing away first, a deletion for good,
 * and the deletion of a sync in whose place another role makes one.
 */
export function roleSteps(change: Omit<PlannedChange, "urn">): FirstStep[] {
  const { type, recorded, desired, isInPlace, isRemoval, isUnreadableBefore } = change;
  const settings = settle(type, desired);
  if (isRemoval) return [{ type, desired: settings, isRemoval }];
  const before = recorded && settle(type, recorded);
  if (!before || isInPlace) return [{ type, desired: settings, ...(before && { recorded: before }) }];
  // Of an export and its claim, who makes the new one ends the old one too.
  const isOther = before.role !== settings.role && !lifecycleOf(type).successorOf;
  return isOther ? [{ type, desired: before, isRemoval: true, ...(isUnreadableBefore && { isUnreadable: true }) }] : [];
}

/** The accounts that deliver to each bucket, by its name; of all the changes of one plan. */
const usersOfBuckets = new WeakMap<readonly PlannedChange[], Map<unknown, Set<unknown>>>();

/** Returns the account of all the changes that deliver to a bucket; `undefined` where they are of several, or none does. */
export function soleUserOf(bucket: string, changes: readonly PlannedChange[]): string | undefined {
  const known = usersOfBuckets.get(changes) ?? new Map<unknown, Set<unknown>>();
  if (!usersOfBuckets.has(changes)) {
    usersOfBuckets.set(changes, known);
    for (const { desired } of changes) {
      const { bucketName } = (desired["s3Destination"] ?? {}) as { bucketName?: unknown };
      known.set(bucketName, (known.get(bucketName) ?? new Set()).add(desired["account"]));
    }
  }
  const users = known.get(bucket);
  return users?.size === 1 ? ([...users][0] as string) : undefined;
}
