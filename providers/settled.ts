import type { Connection } from "../src/aws/index.ts";
import type { ResourceKind } from "../src/resources/kinds.ts";
import { assetTable } from "./asset-table.ts";
import { dataExportConfiguration } from "./data-export-configuration.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import { resourceDataSync } from "./resource-data-sync.ts";

type Properties = Record<string, unknown>;

const lifecycles = {
  AssetTable: assetTable,
  DataExportConfiguration: dataExportConfiguration,
  ResourceDataSync: resourceDataSync,
};

/** Returns the lifecycle of a kind of resource, whatever its settings are. */
export const lifecycleOf = (type: ResourceKind): Lifecycle<Connection, Connection> =>
  lifecycles[type] as unknown as Lifecycle<Connection, Connection>;

/** Returns the settings that properties are. */
export const settle = (type: ResourceKind, properties: Properties): Connection =>
  lifecycleOf(type).normalise(withoutBookkeeping(properties));

/** Returns the properties without what the engine keeps among them, and without what is not set. */
export function withoutBookkeeping(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([key, value]) => !key.startsWith("__") && value != null),
  );
}
