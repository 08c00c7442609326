import { CreateServiceLinkedRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { isAbsent, meaningOf } from "../src/aws/index.ts";
import type { Work } from "./lifecycle.ts";

const service = "accountdiscovery.ssm.amazonaws.com";
const name = "AWSServiceRoleForAmazonSSM_AccountDiscovery";

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
    await clients.iam.send(new GetRoleCommand({ RoleName: name }));
  } catch (error) {
    const { kind } = meaningOf(error);
    if (kind === "denied") return warn(error);
    if (!isAbsent(error)) throw error;
    await clients.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service })).catch((refusal: Error) => {
      // Made by somebody else meanwhile.
      if (refusal.name === "InvalidInputException" || refusal.name === "InvalidInput") return;
      if (meaningOf(refusal).kind !== "denied") throw refusal;
      warn(refusal);
    });
  }

  function warn(error: unknown): void {
    progress.warn(
      `could not make sure that the role ${name} exists (${(error as Error).message}). ` +
        `If the sync reports NoPermissions: aws iam create-service-linked-role --aws-service-name ${service}`,
    );
  }
}
