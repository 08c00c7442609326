import type { RegisterResourceRequest, ReadResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { unsupportedError } from "../model/engine-error.ts";
import { isProviderType, packageOf } from "../model/urn.ts";
import { archiveSignature, assetSignature, markOf, containsValue } from "../model/values.ts";
import type { Properties } from "../model/values.ts";

/** The package of dynamic resources, the only one whose provider comes with the SDK. */
export const dynamicPackageName = "pulumi-nodejs";

interface Refusal {
  readonly applies: (request: RegisterResourceRequest) => boolean;
  readonly what: (request: RegisterResourceRequest) => string;
}

/** What a registration may ask for and this engine does not do. The first that applies is named. */
const refusals: readonly Refusal[] = [
  { applies: (request) => request.getRemote(), what: (request) => `The remote component ${request.getType()}` },
  {
    applies: (request) => request.getCustom() && packageOf(request.getType()) !== dynamicPackageName,
    what: (request) =>
      isProviderType(request.getType())
        ? `The provider ${request.getType()} of ${JSON.stringify(request.getName())}`
        : `The provider package ${packageOf(request.getType())}, which ${JSON.stringify(request.getName())} needs,`,
  },
  { applies: (request) => request.getPackageref() !== "", what: option("package") },
  { applies: (request) => request.getImportid() !== "", what: option("import") },
  { applies: (request) => request.hasReplacementTrigger(), what: option("replacementTrigger") },
  { applies: hasHooks, what: option("hooks") },
  { applies: hasStateMigrations, what: option("stateMigrations") },
  { applies: (request) => request.getEnvvarmappingsMap().getLength() > 0, what: option("envVarMappings") },
  { applies: (request) => request.getVersion() !== "", what: option("version") },
  { applies: (request) => request.getPlugindownloadurl() !== "", what: option("pluginDownloadURL") },
];

/** Throws an EngineError for the first thing that a registration asks for and this engine does not do. */
export function refuseRegistration(request: RegisterResourceRequest, inputs: Properties): void {
  const refusal = refusals.find(({ applies }) => applies(request));
  if (refusal) throw unsupportedError(refusal.what(request));
  if (!containsValue(inputs, isAsset)) return;
  throw unsupportedError(`An asset or archive among the inputs of ${JSON.stringify(request.getName())}`);
}

/** Throws an EngineError for a read of anything but a dynamic resource. */
export function refuseReading(request: ReadResourceRequest): void {
  if (packageOf(request.getType()) === dynamicPackageName) return;
  if (request.getType() === "pulumi:pulumi:StackReference") throw unsupportedError("A StackReference");
  throw unsupportedError(`Reading ${JSON.stringify(request.getName())} of the type ${request.getType()}`);
}

function option(name: string) {
  return (request: RegisterResourceRequest) => `The option ${name} of ${JSON.stringify(request.getName())}`;
}

/** An SDK before 3.260 has no word for them. */
function hasStateMigrations(request: Partial<RegisterResourceRequest>): boolean {
  return (request.getStateMigrationsList?.() ?? []).length > 0;
}

function hasHooks(request: RegisterResourceRequest): boolean {
  return Object.values(request.getHooks()?.toObject() ?? {}).some((names) => Array.isArray(names) && names.length > 0);
}

function isAsset(value: unknown): boolean {
  const signature = markOf(value);
  return signature === assetSignature || signature === archiveSignature;
}
