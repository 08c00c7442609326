import type { Finding } from "../lifecycle/finding.ts";

/** Returns the finding of what is not known where the external id of a role is known to the state alone. */
export function unreadableFinding(what: string, role: string | undefined, cure = lookedAt): Finding {
  const message = `${what} could not be looked at: the external id of ${role} is in the state alone, and a plan is not told of it.`;
  return { code: "unknown", severity: "warning", property: "role", message, cure };
}

const lookedAt =
  "To have it looked at, write `role` and `externalId` of the account under `accounts` until this is applied.";
