import { isDeepStrictEqual } from "node:util";
import { targetName } from "../../src/aws/index.ts";
import type { Connection } from "../../src/aws/index.ts";
import { policiesOfAll } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import type { ResourceKind } from "../../src/resources/kinds.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";
import { expirationAccess, exportAccess, permissionFinding, syncAccess } from "./permission-preflight.ts";
import { refusedActions } from "./role-refusals.ts";
import type { Actor, RoleAccess, Silence } from "./role-refusals.ts";

/**
 * A change that takes nothing away first, or a deletion for good. Of another one it is looked at with the rest of what it needs whether its
 * steps are allowed.
 */
export interface FirstStep {
  type: ResourceKind;
  /** Of a deletion it is what is recorded. */
  desired: Connection;
  recorded?: Actor;
  isRemoval?: boolean;
  /** Whether nobody can ask, since the external id of the role is known to the state alone. */
  isUnreadable?: boolean;
}

/** Knows of the roles of a plan what they may not do. A role is asked about once, for all that it is to do. */
export class RolePermissions {
  readonly #steps: () => readonly FirstStep[];
  readonly #refusals = new Map<string, Promise<Known>>();
  readonly #reported = new Set<string>();
  #known?: Map<string | undefined, readonly FirstStep[]>;

  /** @param steps all that the plan does */
  constructor(steps: () => readonly FirstStep[]) {
    this.#steps = steps;
  }

  /** Finds that a role may not do what a step takes. Of what IAM does not tell, `unknownFindings` tells. */
  async findings(step: FirstStep, work: Pick<Work, "clients" | "signal">): Promise<Finding[]> {
    const { role } = step.desired;
    const accessesOfStep = accessesOf(step);
    if (role === undefined || accessesOfStep.length === 0) return [];
    this.#known ??= Map.groupBy(this.#steps(), ({ desired }) => desired.role);
    const asked = this.#refusals.get(role) ?? refusalsOf(step.desired, this.#known.get(role) ?? [step], work);
    this.#refusals.set(role, asked);
    const known = await asked;
    const refusedOf = (accesses: readonly RoleAccess[]) =>
      accesses.flatMap((access) => known.get(keyOf(access))?.refused ?? []);
    const missing = refusedOf(accessesOfStep.filter((access) => !isMaking(access)));
    const making = refusedOf(accessesOfStep.filter(isMaking));
    const { doing, deleting } = words[step.type];
    return [
      ...(missing.length === 0 ? [] : [permissionFinding(step.desired, step.isRemoval ? deleting : doing, missing)]),
      ...(making.length === 0 ? [] : [makingFinding(step.desired as ExportSettings, making)]),
    ];
  }

  /** Finds that it is not known what the role of a step may do: once for a role in an account and Region, after all steps were looked at. */
  async unknownFindings(step: FirstStep): Promise<Finding[]> {
    const { role } = step.desired;
    const known = role === undefined ? undefined : await this.#refusals.get(role)?.catch(() => undefined);
    const silence = accessesOf(step)
      .map((access) => known?.get(keyOf(access))?.silence)
      .find((one) => one !== undefined);
    const key = `${role} ${targetName(step.desired)}`;
    if (!silence || this.#reported.has(key)) return [];
    this.#reported.add(key);
    return [unknownFinding(step.desired, silence)];
  }
}

/** What IAM says of a role, by access. */
type Known = ReadonlyMap<string, { refused: string[]; silence?: Silence }>;

function unknownFinding({ role, ...target }: Actor, { why, cure: know }: Silence): Finding {
  const message = `Whether the role ${role} may do all that this plan takes in ${targetName(target)} is not known (${why}).`;
  const cure = `${know}, or make sure that it may. ${policiesOfAll}`;
  return { code: "unknown", severity: "warning", property: "role", message, cure };
}

const words: Record<ResourceKind, { doing: string; deleting: string }> = {
  AssetTable: { doing: "a claim", deleting: "the removal of a claim" },
  DataExportConfiguration: { doing: "an export", deleting: "the removal of an export" },
  ResourceDataSync: { doing: "a sync", deleting: "the removal of a sync" },
};

async function refusalsOf(
  actor: Actor,
  steps: readonly FirstStep[],
  work: Pick<Work, "clients" | "signal">,
): Promise<Known> {
  const accesses = steps.flatMap(accessesOf);
  const { refused, silences } = await refusedActions(actor, accesses, work);
  return new Map(
    accesses.map((access, index) => [keyOf(access), { refused: refused[index]!, silence: silences[index] }]),
  );
}

const keyOf = ({ resource, actions, region, conditionKeys }: RoleAccess): string =>
  JSON.stringify([resource, actions, region, conditionKeys]);

/** What a step asks AWS to change; a claim is nothing in AWS. */
function accessesOf({ type, desired, recorded, isRemoval }: FirstStep): RoleAccess[] {
  if (type === "AssetTable") return [];
  if (type === "ResourceDataSync") {
    const sync = desired as SyncSettings;
    if (isRemoval) return [syncAccess(sync, "Delete")];
    return syncAccesses(sync, recorded as SyncSettings | undefined);
  }
  if (isRemoval) return [exportAccess(desired, "Delete")];
  return exportAccesses(desired as ExportSettings, recorded as ExportSettings | undefined);
}

function syncAccesses(desired: SyncSettings, recorded: SyncSettings | undefined): RoleAccess[] {
  if (recorded && isDeepStrictEqual(recorded.syncSource, desired.syncSource)) return [];
  return [syncAccess(desired, recorded ? "Update" : "Create")];
}

function exportAccesses(desired: ExportSettings, recorded: ExportSettings | undefined): RoleAccess[] {
  const { enabled, recordExpirationDays: days } = desired;
  const expires = days !== undefined && days !== recorded?.recordExpirationDays;
  return [
    ...(recorded?.enabled === enabled ? [] : [exportAccess(desired, "Put")]),
    ...(expires ? [expirationAccess(desired)] : []),
    ...(!recorded && enabled ? [makingAccess(desired)] : []),
  ];
}

/**
 * Returns what AWS asks of whoever puts the first export of an account and Region, for which it makes the table bucket.
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/userguide/export-asset-metadata.html
 */
function makingAccess({ region, tableBucketArn }: ExportSettings): RoleAccess {
  const actions = ["CreateTableBucket", "PutTableBucketPolicy"].map((operation) => `s3tables:${operation}`);
  return { resource: tableBucketArn, actions, region };
}

const isMaking = ({ actions }: RoleAccess): boolean => actions.includes("s3tables:CreateTableBucket");

/** What AWS does without them where the bucket is there already, it does not document. */
function makingFinding(desired: ExportSettings, missing: readonly string[]): Finding {
  const { role, tableBucketArn } = desired;
  const message = `For the first export in ${targetName(desired)} AWS makes ${tableBucketArn} by the permissions of who puts it, and the role ${role} lacks ${missing.join(", ")}.`;
  const cure = `Allow it there, unless the table bucket exists already. ${policiesOfAll}`;
  return { code: "permission-missing", severity: "warning", property: "role", message, cure };
}
