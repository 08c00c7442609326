import { mainRegionOf } from "../partitions.ts";
import type { Spec } from "../spec/index.ts";
import { connection } from "./declare.ts";

/** Returns who would act in each account that the spec names, in the main Region of the partition that a Region is of. */
export function namedConnections(
  { accounts, ...spec }: Pick<Spec, "accounts" | "role" | "externalId">,
  region: string,
): ReturnType<typeof connection>[] {
  return accounts.map((named) =>
    connection(
      { account: named.id, accountName: named.name, region: mainRegionOf(region), named, isCaller: false },
      spec,
    ),
  );
}
