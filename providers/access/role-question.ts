import { isDeepStrictEqual } from "node:util";
import type { ResourceKind } from "../../src/resources/kinds.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import type { SyncSettings } from "../settings/sync-settings.ts";
import { expirationAccess } from "./permission-preflight.ts";
import type { PolicyAccess } from "./permission-preflight.ts";

/** What a change has its role do. Questions of one role with one key have one answer. */
export interface RoleQuestion {
  key: string;
  /** What is done, in words. */
  doing: string;
  accesses: PolicyAccess[];
}

/** Returns what a change of such a resource, which takes nothing away first, has its role do; `undefined` where it asks AWS for no change. */
export function roleQuestion(
  type: ResourceKind,
  desired: object,
  recorded: object | undefined,
): RoleQuestion | undefined {
  if (type === "ResourceDataSync") return syncQuestion(desired as SyncSettings, recorded as SyncSettings | undefined);
  if (type === "AssetTable") return undefined;
  return exportQuestion(desired as ExportSettings, recorded as ExportSettings | undefined);
}

function syncQuestion(desired: SyncSettings, recorded: SyncSettings | undefined): RoleQuestion | undefined {
  const { arn, syncName, syncSource } = desired;
  if (recorded && isDeepStrictEqual(recorded.syncSource, syncSource)) return undefined;
  const verb = recorded ? "Update" : "Create";
  const doing = recorded ? "the change of a sync" : "the creation of a sync";
  return { key: `${verb} ${syncName}`, doing, accesses: [[arn, [`ssm:${verb}ResourceDataSync`]]] };
}

function exportQuestion(desired: ExportSettings, recorded: ExportSettings | undefined): RoleQuestion | undefined {
  if (recorded?.enabled === desired.enabled) return undefined;
  const expires = !recorded && desired.recordExpirationDays !== undefined;
  const put: PolicyAccess = ["*", ["datazone:PutDataExportConfiguration"]];
  return { key: `Put ${expires}`, doing: "an export", accesses: expires ? [put, expirationAccess(desired)] : [put] };
}
