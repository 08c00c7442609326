import type { OrganizationAccount, OrganizationLookup } from "./lookups.ts";

/** What AWS Organizations says of a unit otherwise than its record. */
export interface OrganizationDifference {
  /** As the spec names it. */
  unit: string;
  /** The accounts that are there and not in the record. */
  joined: OrganizationAccount[];
  /** Those of the record that are there no more. */
  left: OrganizationAccount[];
}

/** Returns a look that asks AWS, and tells where the record says otherwise of the same unit. */
export function withRecordComparison(
  asked: OrganizationLookup,
  recorded: OrganizationLookup,
  report: (difference: OrganizationDifference) => void,
): OrganizationLookup {
  return {
    async accountsUnder(unit, nested) {
      const now = await asked.accountsUnder(unit, nested);
      const then = await recorded.accountsUnder(unit, nested);
      const joined = without(now, then);
      const left = without(then, now);
      if (joined.length > 0 || left.length > 0) report({ unit, joined, left });
      return now;
    },
  };
}

function without(
  all: readonly OrganizationAccount[] = [],
  others: readonly OrganizationAccount[] = [],
): OrganizationAccount[] {
  const known = new Set(others.map(({ id }) => id));
  return all.filter(({ id }) => !known.has(id));
}
