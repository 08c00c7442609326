import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { TestWorld } from "./world.ts";

/** Looks from outside for those of the accounts that have a sync to a destination. */
export async function syncedAccounts(world: TestWorld, accounts: readonly string[], region: string): Promise<string[]> {
  const found = accounts.map(async (account) => {
    const answer = await new SSMClient(world.clientOf(account, region)).send(
      new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
    );
    return (answer.ResourceDataSyncItems ?? []).length > 0 ? [account] : [];
  });
  return (await Promise.all(found)).flat();
}
