import type { UpdateResourceDataSyncRequest } from "@aws-sdk/client-ssm";
import type { Context } from "../../world/handler.ts";
import { checkSource, isOrganizations } from "./source.ts";
import { completeSource, findSync, invalidConfiguration, notFound, syncsOf, syncType } from "./syncs.ts";

/** Replaces the source as a whole; whether it is one account's or the organization's cannot change. */
export function UpdateResourceDataSync(input: UpdateResourceDataSyncRequest, context: Context): Record<string, never> {
  const { SyncName: name = "", SyncSource: source } = input;
  const type = syncType(input.SyncType);
  if (type !== "SyncFromSource" || source === undefined) {
    throw invalidConfiguration("Only resource data syncs of type SyncFromSource can be updated.");
  }
  const sync = findSync(syncsOf(context), name, type);
  if (sync?.source === undefined) throw notFound(name, type);
  checkSource(source, context);
  if (isOrganizations(source) !== isOrganizations(sync.source)) {
    throw invalidConfiguration("The source type of a resource data sync cannot be changed.");
  }
  sync.source = completeSource(source, context.world);
  sync.modifiedAt = context.world.clock.now();
  return {};
}
