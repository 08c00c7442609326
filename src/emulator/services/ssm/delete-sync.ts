import type { DeleteResourceDataSyncRequest } from "@aws-sdk/client-ssm";
import type { Context } from "../../world/handler.ts";
import { findSync, notFound, syncsOf, syncType } from "./syncs.ts";

/** Stops the sync; what it delivered stays in the bucket. */
export function DeleteResourceDataSync(input: DeleteResourceDataSyncRequest, context: Context): Record<string, never> {
  const { world } = context;
  const name = input.SyncName ?? "";
  const any = input.SyncType === undefined && world.quirk("ssm-delete-without-type") === "any";
  const type = any ? undefined : (syncType(input.SyncType) ?? "SyncToDestination");
  const syncs = syncsOf(context);
  const sync = findSync(syncs, name, type);
  if (sync === undefined) throw notFound(name, type ?? "SyncToDestination");
  syncs.live.splice(syncs.live.indexOf(sync), 1);
  syncs.deleted.push({ sync, at: world.clock.now() });
  return {};
}
