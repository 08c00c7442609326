import type { Alias } from "./aliases.ts";
import { parsePath } from "./property-path.ts";
import type { ResourceState } from "./resource-state.ts";
import type { Origin } from "./source-position.ts";
import type { Properties } from "./values.ts";

/** What the program wants of one resource. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly inputs: Properties;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Record<string, string[]>;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly replaceWith: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly hideDiff: readonly string[];
  /** Seconds, by operation. */
  readonly customTimeouts?: ResourceState["customTimeouts"];
  readonly aliases: readonly Alias[];
  readonly origin?: Origin;
}

/** What the program wants to read: a resource that exists already and that it does not manage. */
export interface ReadGoal {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent?: string;
  readonly properties: Properties;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly origin?: Origin;
}

/** Returns the state that a registration leads to, before its provider was asked for anything. */
export function stateOfGoal(
  urn: string,
  goal: Goal,
  old: ResourceState | undefined,
  alias: string | undefined,
): ResourceState {
  return {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs: goal.inputs,
    outputs: {},
    parent: goal.parent,
    protect: goal.protect,
    retainOnDelete: goal.retainOnDelete,
    provider: goal.provider,
    dependencies: [...goal.dependencies],
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: [...goal.additionalSecretOutputs],
    aliases: alias ? [alias] : [],
    customTimeouts: goal.customTimeouts,
    deletedWith: goal.deletedWith,
    replaceWith: [...goal.replaceWith],
    ignoreChanges: [...goal.ignoreChanges],
    hideDiff: goal.hideDiff.map((path) => [...parsePath(path)]),
    replaceOnChanges: [...goal.replaceOnChanges],
    created: old?.created,
    modified: old?.modified,
    ...goal.origin,
  };
}

/** Returns the state that a read leads to, before the provider was asked for anything. */
export function stateOfReadGoal(urn: string, goal: ReadGoal, alias: string | undefined): ResourceState {
  return {
    urn,
    custom: true,
    external: true,
    type: goal.type,
    id: goal.id,
    inputs: goal.properties,
    outputs: {},
    parent: goal.parent,
    provider: goal.provider,
    dependencies: [...goal.dependencies],
    additionalSecretOutputs: [...goal.additionalSecretOutputs],
    aliases: alias ? [alias] : [],
    ...goal.origin,
  };
}
