import { parseSpec } from "../../../src/spec/index.ts";
import type { SpecProblem } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";
import type { Expansion, Lookups, OrganizationAccount } from "../../../src/targets/index.ts";

/** Reads and expands a text; the problems are those of both. */
export async function expandText(text: string, looks: Lookups = {}): Promise<Expansion> {
  const { draft, problems } = parseSpec(text, "sluice.yaml");
  const expansion = await expand(draft!, looks.organization, looks.caller);
  return { ...expansion, problems: [...problems, ...expansion.problems] };
}

export const codesOf = (problems: readonly SpecProblem[]): string[] => problems.map(({ code }) => code);

/** An organization as data: the accounts in and below each unit. */
export const organizationOf = (units: Record<string, OrganizationAccount[]>): Required<Lookups>["organization"] => ({
  accountsUnder: async (unit) => units[unit],
});
