import type { RegisterResourceRequest, ReadResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { unsupportedError } from "../model/engine-error.ts";
import { isProviderType, packageOf } from "../model/urn.ts";
import { archiveSignature, assetSignature, markOf, containsValue } from "../model/values.ts";
import type { Properties } from "../model/values.ts";

/** The package of dynamic resources, the only one whose provider comes with the SDK. */
export const dynamicPackageName = "pulumi-nodejs";

interface Refusal {
  readonly of: (request: RegisterResourceRequest) => boolean;
  readonly what: (request: RegisterResourceRequest) => string;
}

/** What a registration may ask for and this engine does not do. The first that applies is named. */
const refusals: readonly Refusal[] = [
  { of: (request) => request.getRemote(), what: (request) => `The remote component ${request.getType()}` },
  {
    of: (request) => request.getCustom() && packageOf(request.getType()) !== dynamicPackageName,
    what: (request) =>
      isProviderType(request.getType())
        ? `The provider ${request.getType()} of ${JSON.stringify(request.getName())}`
        : `The provider package ${packageOf(request.getType())}, which ${JSON.stringify(request.getName())} needs,`,
  },
  { of: (request) => request.getPackageref() !== "", what: option("package") },
  { of: (request) => request.getImportid() !== "", what: option("import") },
  { of: (request) => request.hasReplacementTrigger(), what: option("replacementTrigger") },
  { of: hasHooks, what: option("hooks") },
  { of: hasStateMigrations, what: option("stateMigrations") },
  { of: (request) => request.getEnvvarmappingsMap().getLength() > 0, what: option("envVarMappings") },
  { of: (request) => request.getVersion() !== "", what: option("version") },
  { of: (request) => request.getPlugindownloadurl() !== "", what: option("pluginDownloadURL") },
];

/** Throws an EngineError for the first thing that a registration asks for and this engine does not do. */
export function refuseRegistration(request: RegisterResourceRequest, inputs: Properties): void {
  const refusal = refusals.find(({ of }) => of(request));
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
