import { DescribeOrganizationCommand } from "@aws-sdk/client-organizations";
import { meaningOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";

const organizationIds = new WeakMap<Clients, Promise<string | null | undefined>>();

/** Returns the id of these clients' organization; null where the account is in none, `undefined` where that may not be asked. */
export function organizationIdOf(clients: Clients): Promise<string | null | undefined> {
  const known = organizationIds.get(clients);
  if (known) return known;
  const asked = clients.organizations.send(new DescribeOrganizationCommand({})).then(
    ({ Organization }) => Organization?.Id,
    (error: unknown) => {
      if ((error as Error).name === "AWSOrganizationsNotInUseException") return null;
      if (meaningOf(error).kind === "denied") return undefined;
      throw error;
    },
  );
  organizationIds.set(clients, asked);
  return asked;
}
