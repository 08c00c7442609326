import { CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import { meaningOf } from "../../src/aws/index.ts";
import type { Work } from "../lifecycle/lifecycle.ts";

/**
 * The role with which Explorer looks into an organization.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/using-service-linked-roles-service-action-2.html
 */
export const accountDiscovery = {
  service: "accountdiscovery.ssm.amazonaws.com",
  roleName: "AWSServiceRoleForAmazonSSM_AccountDiscovery",
} as const;

const { service } = accountDiscovery;

const ensured = new Map<string, Promise<void>>();

/** Forgets where it was made: another run begins in this process. */
export function forgetEnsured(): void {
  ensured.clear();
}

/** Makes it, once in a run and account. The console makes it by itself; everybody else is asked to have it made first. */
export function ensureAccountDiscovery(account: string, work: Work): Promise<void> {
  let made = ensured.get(account);
  if (!made) {
    made = ensure(work);
    ensured.set(account, made);
    made.catch(() => ensured.delete(account));
  }
  return made;
}

async function ensure({ clients, progress }: Work): Promise<void> {
  try {
    await clients.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
  } catch (error) {
    // IAM has no other answer for a role that is there.
    if ((error as Error).name.startsWith("InvalidInput")) return;
    if (meaningOf(error).kind !== "denied") throw error;
    progress.warn(
      `could not make sure that the service-linked role of ${service} exists (${(error as Error).message}). ` +
        `If the sync reports NoPermissions: aws iam create-service-linked-role --aws-service-name ${service}`,
    );
  }
}
