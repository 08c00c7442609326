import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Alias } from "../model/aliases.ts";
import type { Goal, ReadGoal } from "../model/goal.ts";
import { propertiesFromProgram } from "../model/struct.ts";
import type { Properties } from "../model/values.ts";

/** Returns the inputs of a registration, as the engine holds them. */
export function inputsOf(request: RegisterResourceRequest): Properties {
  return propertiesFromProgram((request.getObject()?.toJavaScript() ?? {}) as Properties);
}

/** Returns what the program asks for, with what it leaves open taken over from the parent. */
export function goalOf(
  request: RegisterResourceRequest,
  inputs: Properties,
  provider: string | undefined,
  parent: Goal | undefined,
): Goal {
  const dependencies = request.getDependenciesList();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent() || undefined,
    inputs,
    dependencies,
    propertyDependencies: propertyDependenciesOf(request, inputs, dependencies),
    provider,
    protect: request.hasProtect() ? request.getProtect() : parent?.protect,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : parent?.retainOnDelete,
    deletedWith: request.getDeletedwith() || parent?.deletedWith,
    replaceWith: request.getReplaceWithList(),
    deleteBeforeReplace: deleteBeforeReplaceOf(request),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    hideDiff: request.getHidediffsList(),
    customTimeouts: timeoutsOf(request),
    aliases: [...request.getAliasurnsList().map((urn) => ({ urn })), ...request.getAliasesList().map(aliasOf)],
  };
}

/** Returns what the program wants to read. */
export function readGoalOf(request: ReadResourceRequest, provider: string): ReadGoal {
  return {
    type: request.getType(),
    name: request.getName(),
    id: request.getId(),
    parent: request.getParent() || undefined,
    properties: propertiesFromProgram((request.getProperties()?.toJavaScript() ?? {}) as Properties),
    dependencies: request.getDependenciesList(),
    provider,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

/**
 * Returns the dependencies of each property. A program that says nothing about them means that each depends on everything.
 */
function propertyDependenciesOf(
  request: RegisterResourceRequest,
  inputs: Properties,
  dependencies: string[],
): Record<string, string[]> {
  const given = request.getPropertydependenciesMap();
  const dependenciesOf = (key: string) =>
    given.getLength() > 0 ? (given.get(key)?.getUrnsList() ?? []) : dependencies;
  const keys = new Set([...Object.keys(inputs), ...given.keys()]);
  return Object.fromEntries([...keys].map((key) => [key, dependenciesOf(key)]));
}

/** Returns the option if it is given; some SDKs do not set the flag that goes with the value. */
function deleteBeforeReplaceOf(request: RegisterResourceRequest): boolean | undefined {
  const value = request.getDeletebeforereplace();
  return request.getDeletebeforereplacedefined() || value ? value : undefined;
}

function aliasOf(message: AliasMessage): Alias {
  const spec = message.getSpec();
  if (!spec) return { urn: message.getUrn() };
  return {
    name: spec.getName() || undefined,
    type: spec.getType() || undefined,
    stack: spec.getStack() || undefined,
    project: spec.getProject() || undefined,
    parent: spec.getParenturn() || undefined,
    noParent: spec.getNoparent(),
  };
}

function timeoutsOf(request: RegisterResourceRequest): Goal["customTimeouts"] {
  const given = request.getCustomtimeouts();
  if (!given) return undefined;
  return {
    create: seconds(given.getCreate()),
    update: seconds(given.getUpdate()),
    delete: seconds(given.getDelete()),
    read: seconds(given.getRead()),
  };
}

const secondsPerUnit: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Returns the seconds of a duration as Go writes it: `1h30m`, `90s`. */
function seconds(duration: string): number | undefined {
  if (duration === "") return undefined;
  const parts = [...duration.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (secondsPerUnit[unit ?? ""] ?? 0), 0);
}
