import { refuseEmptyAnswers } from "../empty-answers.ts";
import { toLookupError } from "./aws-lookups.ts";
import type { OrganizationRecord } from "./organization-record.ts";

/**
 * Asks AWS Organizations for every unit and active account.
 * @throws {LookupError} when it may not be asked, or cannot be reached
 */
export async function walkOrganization(region = "us-east-1"): Promise<OrganizationRecord> {
  const sdk = await import("@aws-sdk/client-organizations");
  const client = new sdk.OrganizationsClient({ region, maxAttempts: 8, retryMode: "adaptive" });
  client.middlewareStack.use(refuseEmptyAnswers());
  const record: OrganizationRecord = { version: 1, units: [], accounts: [] };
  try {
    for (const { Id } of (await client.send(new sdk.ListRootsCommand({}))).Roots ?? []) await walk(Id!, "");
  } catch (cause) {
    const actions = "organizations:ListRoots, ListAccountsForParent and ListOrganizationalUnitsForParent";
    throw toLookupError("list the organization", actions, cause);
  }
  return {
    version: 1,
    units: record.units.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    accounts: record.accounts.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };

  async function walk(unit: string, path: string): Promise<void> {
    record.units.push({ id: unit, path });
    for await (const page of sdk.paginateListAccountsForParent({ client }, { ParentId: unit })) {
      for (const { Id, Name, Status } of page.Accounts ?? []) {
        if (Status === "ACTIVE") record.accounts.push({ id: Id!, name: Name ?? Id!, unit });
      }
    }
    for await (const page of sdk.paginateListOrganizationalUnitsForParent({ client }, { ParentId: unit })) {
      for (const { Id, Name } of page.OrganizationalUnits ?? []) await walk(Id!, path ? `${path}/${Name}` : Name!);
    }
  }
}
