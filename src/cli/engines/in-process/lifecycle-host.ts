import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { dynamic } from "@pulumi/pulumi";
import { ProviderError } from "../../../engine/index.ts";
import type { Launcher, ProviderCalls } from "../../../engine/index.ts";
import type { DiffAnswer } from "../../../../providers/pulumi/diff-answer.ts";
import { WorkUnderWay } from "../../../../providers/pulumi/process-end.ts";
import { untargetedBy } from "../../../../providers/pulumi/run-targets.ts";
import { assertLockHeld } from "../../../../providers/pulumi/run-lock.ts";
import type { Host } from "../../../../providers/pulumi/host.ts";
import { interruptedUpdate } from "../../../../providers/lifecycle/interrupted.ts";
import type { Interrupted } from "../../../../providers/lifecycle/interrupted.ts";
import { nameProperties } from "../../../../providers/lifecycle/urns.ts";
import { runProviders } from "../../../../providers/run-providers.ts";
import { patienceMs } from "../engine-contract.ts";
import { engineProgress } from "./engine-progress.ts";

type Sdk = Parameters<Launcher["startHost"]>[0];
type RunningHost = ReturnType<Launcher["startHost"]>;
type Properties = Record<string, unknown>;

/** What the host is started with. */
export interface LifecycleHostOptions {
  sdk: Sdk;
  engine: UntypedServiceImplementation;
  /** As a host process would be given it. */
  environment: NodeJS.ProcessEnv;
  /** Aborted when the command is to end. */
  signal: AbortSignal;
}

/** Starts what answers the engine's requests by the lifecycles, as the SDK's host of dynamic resources would. */
export function startLifecycleHost({ sdk, engine, environment, signal }: LifecycleHostOptions): RunningHost {
  const ending = new AbortController();
  const underWay = new WorkUnderWay();
  const hurry = () => setTimeout(() => ending.abort(), patienceMs).unref();
  signal.addEventListener("abort", hurry, { once: true });
  const begun = JSON.parse(environment["SLUICE_INTERRUPTED"] ?? "{}") as Record<string, Interrupted>;
  const host: Host = {
    progressOf: engineProgress(sdk, engine),
    signal: ending.signal,
    // The engine is this process.
    assertMayChange: () => assertLockHeld(environment["SLUICE_LOCK"]),
    interruptedCreate: async (urn) => begun[urn],
    interruptedUpdate: (urn) => interruptedUpdate(urn, environment),
    isUntargeted: untargetedBy(environment),
    trackWork: underWay.track,
    isPlannedElsewhere: () => environment["SLUICE_PREFLIGHT"] === "done",
    isPlanJudged: () => environment["SLUICE_PREFLIGHT"] === "foreseen",
    isAdopting: () => environment["SLUICE_ADOPT"] === "1",
    isReportedElsewhere: () => true,
    isOfSpec: () => true,
  };
  return {
    calls: callsOf(runProviders(host)),
    cancel: async () => undefined,
    async close() {
      signal.removeEventListener("abort", hurry);
      ending.abort();
      await underWay.ended();
    },
  };
}

/** Passes each call on to the provider that a resource names, and its answer as a message would carry it. */
function callsOf(providers: ReadonlyMap<string, dynamic.ResourceProvider>): ProviderCalls {
  const of = (properties: Properties) => {
    const provider = providers.get(String(properties["__provider"]));
    if (provider) return provider as Required<dynamic.ResourceProvider>;
    throw new Error("The state has a resource of another provider than Sluice's. Run it with --isolated.");
  };
  const answered = (properties: Properties, { __provider }: Properties) => inOrder({ ...properties, __provider });
  return {
    check: (_asked, olds, news) =>
      attempt(async () => {
        const { inputs = news, failures = [] } = await of(news).check(olds, news);
        return { inputs: answered(inputs as Properties, news), failures };
      }),
    diff: ({ id = "" }, { oldOutputs, newInputs }) =>
      attempt(async () => {
        const answer = (await of(newInputs).diff(id, oldOutputs, newInputs)) as DiffAnswer;
        const { changes = false, replaces = [], deleteBeforeReplace = false } = answer;
        const paths = Object.entries(answer.paths).map(
          ([path, diffKind]) => [path, { diffKind, inputDiff: false }] as const,
        );
        const detailed = paths.length > 0 && { detailed: inOrder(Object.fromEntries(paths)) };
        return { changed: changes, replaces, diffs: [], deleteBeforeReplace, ...detailed };
      }),
    create: (_asked, inputs) =>
      attempt(async () => {
        const { id, outs } = await of(inputs).create(inputs);
        return { id, outputs: answered(outs as Properties, inputs) };
      }),
    update: ({ id = "" }, { oldOutputs, newInputs }) =>
      attempt(async () => {
        const { outs } = await of(newInputs).update(id, oldOutputs, newInputs);
        return { outputs: answered(outs as Properties, newInputs) };
      }),
    read: ({ urn, id: asked = "" }, known) =>
      attempt(async () => {
        const properties = Object.keys(known.outputs).length > 0 ? known.outputs : known.inputs;
        const { id = "", props, inputs } = await of(properties).read(asked, nameProperties(properties, urn));
        return {
          id,
          outputs: answered(props as Properties, properties),
          ...(inputs !== undefined && { inputs: answered(inputs as Properties, properties) }),
        };
      }),
    delete: ({ urn, id = "" }, { outputs }) => attempt(() => of(outputs).delete(id, nameProperties(outputs, urn))),
  };
}

/** Returns a value with its keys in the order in which a message has them. */
function inOrder<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(inOrder) as Value;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, inOrder(member)]),
  ) as Value;
}

/** What an error of a provider may carry of an object that is half done. */
interface PartialError extends Error {
  id?: string;
  properties?: Properties;
  reasons?: string[];
}

async function attempt<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { id, properties: outputs = {}, reasons = [], message } = error as PartialError;
    if (id) throw ProviderError.ofPartial({ id, outputs, reasons }, error);
    throw new ProviderError(message, "unknown", { cause: error });
  }
}
