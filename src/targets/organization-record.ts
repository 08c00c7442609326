import { z } from "zod";
import type { OrganizationAccount, OrganizationLookup } from "./lookups.ts";

const record = z.strictObject({
  version: z.literal(1),
  units: z.array(z.strictObject({ id: z.string(), path: z.string() })),
  accounts: z.array(z.strictObject({ id: z.string().regex(/^\d{12}$/), name: z.string(), unit: z.string() })),
});

/**
 * What AWS Organizations said, written down: the units with their paths from the root, which has the empty path, and the active accounts,
 * each with the id of the unit that it is in.
 */
export type OrganizationRecord = z.infer<typeof record>;

/**
 * Reads a record from its JSON.
 * @throws {Error} that says what is wrong with it
 */
export function readOrganization(json: string): OrganizationRecord {
  const result = record.safeParse(JSON.parse(json));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${issue!.path.join(".")}: ${issue!.message}`);
}

/** Answers what selections ask from a record. */
export function recordedOrganization({ units, accounts }: OrganizationRecord): OrganizationLookup {
  return {
    async accountsUnder(wanted, nested): Promise<OrganizationAccount[] | undefined> {
      const exact = units.filter(({ id, path }) => id === wanted || (path !== "" && path === wanted));
      const found = exact.length > 0 ? exact : units.filter(({ path }) => path.endsWith(`/${wanted}`));
      if (found.length !== 1) return undefined;
      const [{ id, path }] = found as [{ id: string; path: string }];
      const below = path === "" ? "" : `${path}/`;
      const inside = units.filter(
        (unit) => unit.id === id || (nested && unit.path !== "" && unit.path.startsWith(below)),
      );
      const ids = new Set(inside.map((unit) => unit.id));
      return accounts.filter(({ unit }) => ids.has(unit)).map(({ id, name }) => ({ id, name }));
    },
  };
}
