import type { dynamic } from "@pulumi/pulumi";
import { setFlagsFromString } from "node:v8";
import { adapt } from "./pulumi/adapter.ts";
import { assetTable as assetTableLifecycle } from "./asset-table.ts";
import { dataExportConfiguration as exportLifecycle } from "./data-export-configuration.ts";
import { passPathsToEngine } from "./pulumi/diff-answer.ts";
import { suppressAnsweredErrors } from "./pulumi/answered-errors.ts";
import { endOnSignal } from "./pulumi/process-end.ts";
import { endWithEngine } from "./pulumi/engine-liveness.ts";
import { resourceDataSync as syncLifecycle } from "./resource-data-sync.ts";
import { passUrnsToProvider } from "./lifecycle/urns.ts";

/** What the provider host loads by the text in `stub.ts`. The names are part of that text and never change. */
export const resourceDataSync: dynamic.ResourceProvider = adapt(syncLifecycle);
/** Serves exports; as above. */
export const dataExportConfiguration: dynamic.ResourceProvider = adapt(exportLifecycle);
/** Serves claims of tables; as above. */
export const assetTable: dynamic.ResourceProvider = adapt(assetTableLifecycle);

// One process serves every account and mostly waits for AWS: garbage is collected early rather than fast.
setFlagsFromString("--optimize-for-size");

suppressAnsweredErrors();
endOnSignal();
endWithEngine();
passPathsToEngine();
passUrnsToProvider();
