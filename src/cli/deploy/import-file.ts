import { assetTable } from "../../../providers/asset-table.ts";
import { dataExportConfiguration } from "../../../providers/data-export-configuration.ts";
import { resourceDataSync } from "../../../providers/resource-data-sync.ts";
import { runProviders } from "../../../providers/run-providers.ts";
import { stub } from "../../../providers/stub.ts";
import { secret } from "../../engine/index.ts";
import { pulumiTypeOf } from "../../resources/kinds.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import { parseSpec } from "../../spec/index.ts";
import { expand } from "../../targets/index.ts";
import { withConfigSecrets } from "./config-secrets.ts";
import type { FillSecret } from "./config-secrets.ts";

/** One resource as `pulumi import --file` takes it. With its outputs Pulumi has no need to read it, which it cannot do of a dynamic one. */
export interface ImportedResource {
  type: string;
  name: string;
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

type Properties = Record<string, unknown>;

const kindsOfResource: Record<ResourceKind, { provider: string; idOf: (settings: never) => string }> = {
  ResourceDataSync: { provider: stub.resourceDataSync, idOf: resourceDataSync.idOf },
  AssetTable: { provider: stub.assetTable, idOf: assetTable.idOf },
  DataExportConfiguration: { provider: stub.dataExportConfiguration, idOf: dataExportConfiguration.idOf },
};

const quiet = { status: () => undefined, info: () => undefined, warn: () => undefined };

/**
 * Returns what a spec stands for as resources for `pulumi import --file`, each read from AWS as the stack would record it.
 * @throws when AWS does not tell one of them
 */
export async function importedResources(
  specText: string,
  { project, stack, fill, signal }: { project: string; stack: string; fill: FillSecret; signal: AbortSignal },
): Promise<ImportedResource[]> {
  const { spec } = parseSpec(specText, "sluice.yaml");
  const declarations = await withConfigSecrets((await expand(spec!)).declarations, fill);
  const providers = runProviders({
    progressOf: () => quiet,
    signal,
    assertMayChange: async () => undefined,
    interruptedUpdate: () => undefined,
    isUntargeted: () => false,
    interruptedCreate: async () => undefined,
    trackWork: (work) => work,
    isPlannedElsewhere: () => true,
    isPlanJudged: () => false,
    isAdopting: () => false,
    isReportedElsewhere: () => true,
    isOfSpec: () => true,
  });
  const claims = new Map<string, string>();
  const imported: ImportedResource[] = [];
  // Sorted by name and type, so that the table of an export comes before it.
  for (const { type, name, inputs: declared } of declarations) {
    signal.throwIfAborted();
    const pulumiType = pulumiTypeOf(type);
    const { provider: text, idOf } = kindsOfResource[type];
    const internalInputs = { __provider: text, __urn: `urn:pulumi:${stack}::${project}::${pulumiType}::${name}` };
    const claim = type === "DataExportConfiguration" ? { assetTable: claims.get(name) } : {};
    const news = { ...declared, ...claim, ...internalInputs };
    const provider = providers.get(text)!;
    const { inputs, failures = [] } = (await provider.check!({}, news)) as { inputs: Properties; failures?: Failure[] };
    if (failures.length > 0) throw new Error(`${name}: ${failures.map(({ reason }) => reason).join(" ")}`);
    const id = idOf(inputs as never);
    const { id: found, props } = (await provider.read!(id, inputs)) as { id?: string; props?: Properties };
    if (!found) throw new Error(`${id} is no longer there. Run it again.`);
    if (type === "AssetTable") claims.set(name, id);
    const [recorded, observed] = [withSecret(inputs), withSecret(props ?? {})];
    imported.push({
      type: pulumiType,
      name,
      id,
      inputs: { ...recorded, ...internalInputs },
      outputs: { ...observed, __provider: text },
    });
  }
  return imported;
}

/** The external id as a secret that is not encrypted yet, which Pulumi writes encrypted into the state: there alone is the stack's key. */
function withSecret(properties: Properties): Properties {
  const { externalId } = properties;
  if (externalId === undefined || externalId === null) return properties;
  const { value: plaintext, ...mark } = secret(JSON.stringify(externalId));
  return { ...properties, externalId: { ...mark, plaintext } };
}

interface Failure {
  reason: string;
}
