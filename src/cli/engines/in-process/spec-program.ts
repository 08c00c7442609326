import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { secret, unknownText } from "../../../engine/index.ts";
import type { Launcher } from "../../../engine/index.ts";
import { stub } from "../../../../providers/stub.ts";
import { pulumiTypeOf } from "../../../resources/kinds.ts";
import type { ResourceKind } from "../../../resources/kinds.ts";
import type { Declaration } from "../../../targets/index.ts";
import type { SpecProgram } from "../engine-contract.ts";
import { unary } from "./unary.ts";

type Sdk = Parameters<Launcher["startProgram"]>[0];
type Properties = Record<string, unknown>;

/** Where the program runs. */
export interface ProgramRun {
  sdk: Sdk;
  services: Parameters<Launcher["serve"]>[1];
  project: string;
  stack: string;
  dryRun: boolean;
}

/** What the engine says of a resource that was registered. */
interface Registered {
  urn: string;
  /** Absent where it is not known yet. */
  id?: string;
  outputs: Properties;
  /** Its outputs are not to be relied on: it has failed, or was left out. */
  unknown: boolean;
}

const stubs: Record<ResourceKind, string> = {
  ResourceDataSync: stub.resourceDataSync,
  AssetTable: stub.assetTable,
  DataExportConfiguration: stub.dataExportConfiguration,
};

/**
 * Registers what the spec declares, as `src/program.ts` does by Pulumi's SDK: the same requests in the same order, and the same outputs of
 * the stack. Returns when the engine has done everything, deletes included.
 *
 * @throws when the engine refuses a request, or ends the run
 */
export async function runSpecProgram(program: SpecProgram, run: ProgramRun): Promise<void> {
  const { sdk, services, stack, project } = run;
  for (const warning of program.warnings) await warn(run, warning);
  const root = await register(run, newRequest(sdk, "pulumi:pulumi:Stack", `${project}-${stack}`, {}));
  const claims = new Map<string, Promise<Registered>>();
  const exported = new Map<string, Promise<Registered>>();
  const all = program.declarations.map((declaration) => {
    const registered = registerDeclaration(declaration, program, run, root.urn, claims.get(declaration.name));
    if (declaration.type === "AssetTable") claims.set(declaration.name, registered);
    if (declaration.type === "DataExportConfiguration") exported.set(declaration.name, registered);
    return registered;
  });
  await Promise.all(all);
  const outputs = {
    counts: { syncs: all.length - claims.size - exported.size, exports: exported.size },
    receipts: await gathered(claims, "receipt", run, (receipt) => Boolean(receipt)),
    sluice: { guards: program.guards },
    tableArns: await gathered(exported, "tableArn", run, (arn) => arn !== undefined),
  };
  const request = new sdk.resource.RegisterResourceOutputsRequest().setUrn(root.urn).setOutputs(structOf(sdk, outputs));
  await unary(services.monitor, "registerResourceOutputs", request);
  await unary(services.monitor, "signalAndWaitForShutdown", new sdk.empty.Empty());
}

async function registerDeclaration(
  { type, name, inputs, protect, retain }: Declaration,
  { adopt }: SpecProgram,
  run: ProgramRun,
  parent: string,
  claimed: Promise<Registered> | undefined,
): Promise<Registered> {
  const { sdk, stack, project } = run;
  const pulumiType = pulumiTypeOf(type);
  const claim = type === "DataExportConfiguration" ? await claimed : undefined;
  const { externalId } = inputs;
  const request = newRequest(sdk, pulumiType, name, {
    ...inputs,
    ...(externalId !== undefined && externalId !== null && { externalId: secret(externalId) }),
    ...(adopt && { adopt }),
    ...(claim && { assetTable: claim.id ?? unknownText }),
    __provider: stubs[type],
    __urn: `urn:pulumi:${stack}::${project}::${pulumiType}::${name}`,
  });
  request.setCustom(true).setParent(parent).setDeletebeforereplace(true).setDeletebeforereplacedefined(true);
  if (protect) request.setProtect(true);
  if (retain) request.setRetainondelete(true);
  const dependencies = request.getPropertydependenciesMap();
  for (const key of Object.keys(request.getObject()!.toJavaScript())) {
    const urns = claim && key === "assetTable" ? [claim.urn] : [];
    dependencies.set(key, new sdk.resource.RegisterResourceRequest.PropertyDependencies().setUrnsList(urns));
  }
  if (claim) request.setDependenciesList([claim.urn]);
  return register(run, request);
}

/** Returns a request with what the SDK says in each. */
function newRequest(sdk: Sdk, type: string, name: string, object: Properties): RegisterResourceRequest {
  return new sdk.resource.RegisterResourceRequest()
    .setType(type)
    .setName(name)
    .setObject(structOf(sdk, object))
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSupportspartialvalues(true)
    .setSupportsresultreporting(true)
    .setAliasspecs(true)
    .setCustomtimeouts(new sdk.resource.RegisterResourceRequest.CustomTimeouts());
}

async function register({ services }: ProgramRun, request: RegisterResourceRequest): Promise<Registered> {
  const response = await unary<RegisterResourceResponse>(services.monitor, "registerResource", request);
  return {
    urn: response.getUrn(),
    id: response.getId() || undefined,
    outputs: response.getObject()?.toJavaScript() ?? {},
    unknown: response.getUnknown(),
  };
}

/**
 * Gathers one output of resources by their names, without those whose resource failed. In a preview, what only the deployment will tell
 * makes all of it unknown, as an output of the SDK does.
 */
async function gathered(
  resources: ReadonlyMap<string, Promise<Registered>>,
  output: string,
  { dryRun }: ProgramRun,
  keep: (value: unknown) => boolean,
): Promise<unknown> {
  const values: [string, unknown][] = [];
  for (const [name, registered] of resources) {
    const { outputs, unknown } = await registered;
    const isKnown = output in outputs ? !JSON.stringify(outputs[output]).includes(unknownText) : !dryRun && !unknown;
    if (!isKnown && dryRun) return unknownText;
    if (isKnown && keep(outputs[output])) values.push([name, outputs[output]]);
  }
  return Object.fromEntries(values);
}

async function warn({ sdk, services }: ProgramRun, text: string): Promise<void> {
  const request = new sdk.engine.LogRequest().setSeverity(sdk.engine.LogSeverity.WARNING).setMessage(text);
  await unary(services.engine, "log", request);
}

/** Only what JSON holds: a message refuses undefined. */
function structOf(sdk: Sdk, properties: Properties) {
  return sdk.struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}
