import type { FoundSync } from "./discovery.ts";

/** Returns AWS's word for why a sync from sources collects nothing, such as `NoPermissions`; `undefined` where it has none. */
export function sourceTrouble({ type, source }: Pick<FoundSync, "type" | "source">): string | undefined {
  const state = source?.["State"];
  if (type !== "SyncFromSource" || typeof state !== "string") return undefined;
  // What a healthy one has is not documented: nothing, or one of these.
  return /^(Successful|Active|)$/i.test(state) ? undefined : state;
}
