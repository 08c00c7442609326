import { containsValue, markOf, secret } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import type { PendingOperation } from "../state/journal-replay.ts";
import type { PulumiProject } from "../state/project-file.ts";
import type { ConfigValue } from "../state/stack-config.ts";

/** The stack's configuration, by full key (`namespace:name`). */
export type ResolvedConfig = Record<string, ConfigValue>;

/** The gRPC of the SDK would take http_proxy for its way to this machine too; nothing else in these processes reads this variable. */
const direct = { no_grpc_proxy: "127.0.0.1,localhost" };

/** Returns what the SDK's program runner reads from its environment. */
export function programEnvironment(
  env: NodeJS.ProcessEnv,
  config: ResolvedConfig,
  { runtimeOptions }: PulumiProject,
): NodeJS.ProcessEnv {
  const { typescript, tsconfig } = runtimeOptions;
  // The SDK still reads the old form of the keys: namespace:config:name.
  const values = Object.entries(config).map(([key, { value }]) => [key.replace(":", ":config:"), value]);
  const secretKeys = Object.keys(config).filter((key) => config[key]?.secret);
  return {
    ...env,
    ...direct,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(values)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
    ...(typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(typeof tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
  };
}

/** What a provider host is told of the run. */
export interface RunForHost {
  pending: readonly PendingOperation[];
  /** Absent in a preview. */
  lockPath?: string;
  /** The URNs of the recorded resources to which the run is limited; absent where it is for all. */
  targets?: readonly string[];
}

/**
 * Returns what the SDK's provider host reads from its environment; its configuration comes by RPC. A provider also learns
 * which creates earlier runs did not see the end of, in SLUICE_INTERRUPTED as a JSON object of the times by URN at which
 * they began, or null: what it meets and was made since then may be such a run's; in SLUICE_INTERRUPTED_UPDATES, by URN, what they
 * were applying in place. SLUICE_TARGETS lists the recorded resources that a limited run is for, as long as they fit. SLUICE_LOCK names the file of the run's
 * lock: when that is gone, the run must change nothing any more.
 */
export function hostEnvironment(
  env: NodeJS.ProcessEnv,
  { name, runtimeOptions }: PulumiProject,
  { pending, lockPath, targets }: RunForHost,
): NodeJS.ProcessEnv {
  const options = Object.entries(runtimeOptions).map(([key, value]) => [
    `PULUMI_RUNTIME_${key.toUpperCase()}`,
    String(value),
  ]);
  // What another run is told is no word for this one.
  const { SLUICE_LOCK: _lock, SLUICE_TARGETS: _targets, ...inherited } = env;
  const limit = targets && JSON.stringify(targets);
  return {
    ...inherited,
    ...direct,
    PULUMI_NODEJS_PROJECT: name,
    PULUMI_PROJECT: name,
    PULUMI_CONFIG: "{}",
    ...Object.fromEntries(options),
    ...(lockPath !== undefined && { SLUICE_LOCK: lockPath }),
    ...(limit !== undefined && limit.length <= longestVariableCharacters && { SLUICE_TARGETS: limit }),
    SLUICE_INTERRUPTED_UPDATES: JSON.stringify(interruptedUpdates(pending)),
    SLUICE_INTERRUPTED: JSON.stringify(interruptedCreates(pending)),
  };
}

/**
 * The longest value that systems let an environment variable have, with room to spare. Who is left out has to be asked
 * about.
 */
const longestVariableCharacters = 100_000;

/** A create that earlier runs did not see the end of. */
export interface InterruptedCreate {
  /** When it was begun first, and last, ISO 8601; absent where the state does not tell. */
  since?: string;
  last?: string;
  /** What it was last begun with, without what is secret or no data. */
  inputs: Record<string, unknown>;
}

/** Returns the creates that earlier runs did not see the end of, by URN. */
export function interruptedCreates(pending: readonly PendingOperation[]): Record<string, InterruptedCreate> {
  const began: Record<string, InterruptedCreate> = {};
  const creating = pending.flatMap(({ type, resource }) => (type === "creating" ? resource : []));
  let length = 0;
  for (const [urn, resources] of Map.groupBy(creating, (resource) => resource.urn)) {
    // One without a time comes first, so that nothing is said of when it began.
    const inOrder = resources.toSorted((a, b) => ((a.modified ?? "") < (b.modified ?? "") ? -1 : 1));
    const latest = inOrder.at(-1)!;
    const create = { since: inOrder[0]!.modified, last: latest.modified, inputs: plain(latest.inputs) };
    length += urn.length + JSON.stringify(create).length;
    if (length > longestVariableCharacters) break;
    began[urn] = create;
  }
  return began;
}

/** Returns what earlier runs were applying in place when they ended, by URN, without what is secret or no data. */
function interruptedUpdates(pending: readonly PendingOperation[]): Record<string, Properties> {
  const updates: Record<string, Properties> = {};
  let length = 0;
  for (const { type, resource } of pending) {
    if (type !== "updating") continue;
    const inputs = plain(resource.inputs);
    length += resource.urn.length + JSON.stringify(inputs).length;
    if (length > longestVariableCharacters) break;
    updates[resource.urn] = inputs;
  }
  return updates;
}

function plain(inputs: PendingOperation["resource"]["inputs"]): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => !containsValue(value, (each) => markOf(each) !== undefined)),
  );
}

/** Returns the arguments that the project wants the program's Node to have. */
export function nodeArguments({ runtimeOptions }: PulumiProject): string[] {
  const { nodeargs } = runtimeOptions;
  return typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter((argument) => argument !== "") : [];
}

/** Returns the configuration as inputs of the default provider. */
export function providerInputs(config: ResolvedConfig): Properties {
  const inputs: Properties = {};
  for (const [key, { value, secret: hidden }] of Object.entries(config)) inputs[key] = hidden ? secret(value) : value;
  return inputs;
}

/** Returns the configuration as events show it. */
export function configForEvents(config: ResolvedConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, { value, secret: hidden }]) => [key, hidden ? "[secret]" : value]),
  );
}
