import type { dynamic } from "@pulumi/pulumi";
import { forgetListings } from "../src/aws/index.ts";
import { adapt } from "./pulumi/adapter.ts";
import { assetTable } from "./asset-table.ts";
import { dataExportConfiguration } from "./data-export-configuration.ts";
import { forgetConfigurations } from "./slot/configurations.ts";
import { forgetDeclared } from "./slot/declared.ts";
import type { Host } from "./pulumi/host.ts";
import { forgetEndedExports } from "./slot/no-export.ts";
import { forgetOwners } from "./slot/known-release.ts";
import { forgetRecorded } from "./slot/recorded-claims.ts";
import { resourceDataSync } from "./resource-data-sync.ts";
import { forgetEnsured } from "./sync/service-linked-role.ts";
import { stub } from "./stub.ts";

/**
 * Returns the providers as a run in this process calls them, by the text that would load each in a host process. One run at a time:
 * what the one before declared and saw is forgotten, as a process that has ended forgets it.
 */
export function runProviders(host: Host): ReadonlyMap<string, dynamic.ResourceProvider> {
  forgetDeclared();
  forgetOwners();
  forgetRecorded();
  forgetConfigurations();
  forgetEndedExports();
  forgetEnsured();
  forgetListings();
  return new Map([
    [stub.resourceDataSync, adapt(resourceDataSync, host)],
    [stub.dataExportConfiguration, adapt(dataExportConfiguration, host)],
    [stub.assetTable, adapt(assetTable, host)],
  ]);
}
