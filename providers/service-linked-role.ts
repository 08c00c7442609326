import { CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import { meaningOf } from "../src/aws/index.ts";
import type { Work } from "./lifecycle.ts";

const service = "accountdiscovery.ssm.amazonaws.com";

const ensured = new Map<string, Promise<void>>();

/**
 * Makes the role with which Explorer looks into an organization. The console makes it by itself; for everybody else AWS asks to have it
 * made first. Once in a process and account.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/using-service-linked-roles-service-action-2.html
 */
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
