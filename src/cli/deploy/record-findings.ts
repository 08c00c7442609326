import type { Finding } from "../../preview/index.ts";
import type { OrganizationDifference } from "../../targets/index.ts";
import { organizationFile } from "../spec-survey.ts";

/** How many accounts a finding names. */
const most = 5;

/** Returns what of the organization is otherwise than the record that was committed with the spec, unit by unit. */
export const recordFindings = (differences: readonly OrganizationDifference[]): Finding[] =>
  differences.map(({ unit, joined, left }) => {
    const parts = [
      ...(joined.length > 0 ? [`has ${listed(joined)}, who joined`] : []),
      ...(left.length > 0 ? [`lacks ${listed(left)}, who left`] : []),
    ];
    return {
      code: "organization-differs",
      severity: "warning",
      message: `The unit ${unit} ${parts.join(", and ")}; ${organizationFile} says otherwise, and the plan goes by AWS.`,
      cure: "`sluice organization record` writes it anew; its difference is for review.",
    };
  });

function listed(accounts: readonly { id: string; name: string }[]): string {
  const named = accounts.slice(0, most).map(({ id, name }) => (name === id ? id : `${name} (${id})`));
  const rest = accounts.length - named.length;
  return `${named.join(", ")}${rest > 0 ? ` and ${rest} others` : ""}`;
}
