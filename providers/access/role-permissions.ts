import { isDeepStrictEqual } from "node:util";
import type { Finding } from "../lifecycle/finding.ts";
import type { Work } from "../lifecycle/lifecycle.ts";
import type { ResourceKind } from "../../src/resources/kinds.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";
import { expirationAccess, permissionFinding, refusalKey, refusalsOf } from "./permission-preflight.ts";
import type { Actor, PolicyAccess } from "./permission-preflight.ts";

/** A change that takes nothing away first. Of another one it is looked at with the rest of what it needs whether its steps are allowed. */
export interface FirstStep {
  type: ResourceKind;
  desired: Actor;
  recorded?: Actor;
}

/** Knows of the roles of a plan what they may not do. A role is asked about once, for all that it is to do. */
export class RolePermissions {
  readonly #steps: () => readonly FirstStep[];
  readonly #refusals = new Map<string, Promise<ReadonlySet<string>>>();
  #known?: Map<string | undefined, readonly FirstStep[]>;

  /** @param steps all that the plan does */
  constructor(steps: () => readonly FirstStep[]) {
    this.#steps = steps;
  }

  /** Finds that a role may not do what a step takes. */
  async findings(step: FirstStep, work: Work): Promise<Finding[]> {
    const { role } = step.desired;
    const own = accessesOf(step);
    if (role === undefined || own.length === 0) return [];
    this.#known ??= Map.groupBy(this.#steps(), ({ desired }) => desired.role);
    const all = (this.#known.get(role) ?? [step]).flatMap(accessesOf);
    const asked = this.#refusals.get(role) ?? refusalsOf(step.desired, all, work);
    this.#refusals.set(role, asked);
    const refused = await asked;
    const missing = own.flatMap(([resource, actions]) =>
      actions.filter((action) => refused.has(refusalKey(resource, action))),
    );
    return missing.length === 0 ? [] : [permissionFinding(step.desired, doing[step.type], missing)];
  }
}

const doing: Record<ResourceKind, string> = {
  AssetTable: "a claim",
  DataExportConfiguration: "an export",
  ResourceDataSync: "a sync",
};

/** What a step asks AWS to change; a claim is nothing in AWS. */
function accessesOf({ type, desired, recorded }: FirstStep): PolicyAccess[] {
  if (type === "ResourceDataSync") return syncAccesses(desired as SyncSettings, recorded as SyncSettings | undefined);
  if (type === "AssetTable") return [];
  return exportAccesses(desired as ExportSettings, recorded as ExportSettings | undefined);
}

function syncAccesses({ arn, syncSource }: SyncSettings, recorded: SyncSettings | undefined): PolicyAccess[] {
  if (recorded && isDeepStrictEqual(recorded.syncSource, syncSource)) return [];
  return [[arn, [`ssm:${recorded ? "Update" : "Create"}ResourceDataSync`]]];
}

function exportAccesses(desired: ExportSettings, recorded: ExportSettings | undefined): PolicyAccess[] {
  if (recorded?.enabled === desired.enabled) return [];
  const expires = !recorded && desired.recordExpirationDays !== undefined;
  const put: PolicyAccess = ["*", ["datazone:PutDataExportConfiguration"]];
  return expires ? [put, expirationAccess(desired)] : [put];
}
