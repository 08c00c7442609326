import type { World } from "../../world/world.ts";
import { makeDueTable } from "./export-table.ts";
import { exportsOf, exportsSlice } from "./exports.ts";

/** Runs the daily job of each enabled export, which adds one full snapshot of the domain's assets. */
export async function exportDay(world: World, assets: number): Promise<void> {
  for (const { account, region } of world.holders(exportsSlice)) {
    const { current } = exportsOf({ world, account, region });
    if (!current?.enabled) continue;
    await makeDueTable({ world, account, region });
    if (current.status === "FAILED") {
      if (world.quirk("datazone-failed-export") === "stays") continue;
      current.status = "COMPLETED";
    }
    await world.storage.appendSnapshot(world, {
      account,
      region,
      domain: current.domain,
      time: world.clock.now(),
      assets,
    });
  }
}
