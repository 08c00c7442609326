import { createRequire } from "node:module";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { vi } from "vitest";
import type { ProviderCalls, ProviderError } from "../../src/engine/index.ts";
import { loadSdk } from "../../src/engine/processes/protos.ts";
import { createdUrns, HostError } from "./provider-host.ts";
import type { HostCalls, ProviderHost } from "./provider-host.ts";
import type { ProviderProperties } from "./provider-properties.ts";
import { quiet, root } from "./sluice.ts";

const require = createRequire(import.meta.url);
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

/**
 * Starts a host against an emulator as a run of the command has it, in its own process: what the host before declared and
 * saw is forgotten, as it is from run to run. One at a time, since they read the environment of the process; and of one emulator, whose
 * clients the process keeps.
 */
export async function startHostInProcess(
  endpoint: string,
  account: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<ProviderHost> {
  const ambient = {
    ...quiet,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: "us-east-1",
    ...environment,
  };
  for (const [name, value] of Object.entries(ambient)) vi.stubEnv(name, value);
  const { startLifecycleHost } = await import("../../src/cli/engines/in-process/lifecycle-host.ts");
  const log: ProviderHost["log"] = [];
  const engine = {
    log({ request }: { request: LogRequest }, answer: (error: null, empty: unknown) => void) {
      const { message, urn, ephemeral } = request.toObject();
      log.push({ message, urn, ephemeral });
      answer(null, new Empty());
    },
  } as unknown as UntypedServiceImplementation;
  const ending = new AbortController();
  const host = startLifecycleHost({ sdk: loadSdk(root), engine, environment: ambient, signal: ending.signal });
  if (!("calls" in host)) throw new Error("It runs elsewhere.");
  return { ...hostCallsOf(host.calls), log, printed: () => "", peakMegabytes: () => 0, close: () => host.close() };
}

/** Asks as an engine does, with copies of its own of all that it sends and gets. */
function hostCallsOf(calls: ProviderCalls): Omit<HostCalls, "close"> {
  const failed = (error: ProviderError) => {
    throw new HostError(error.message, error.partial?.id, error.partial?.outputs as ProviderProperties);
  };
  const sent = <Value>(value: Value): Value => structuredClone(value);
  const about = (id: string, urn = createdUrns.get(id) ?? "") => ({ urn, type: "", id });
  const change = (olds: ProviderProperties, news: ProviderProperties) => {
    return { oldInputs: {}, oldOutputs: sent(olds), newInputs: sent(news), ignoreChanges: [] };
  };
  return {
    async check(news, olds = {}) {
      const { inputs, failures } = await calls.check(about(""), sent(olds), sent(news)).catch(failed);
      return { inputs: sent(inputs) as ProviderProperties, failures: [...failures] };
    },
    async diff(id, olds, news) {
      const { changed, replaces, deleteBeforeReplace, detailed } = await calls
        .diff(about(id), change(olds, news))
        .catch(failed);
      const paths = Object.entries(detailed ?? {}).map(([path, { diffKind }]): [string, string] => [
        path,
        diffKind.toUpperCase().replace("-", "_"),
      ]);
      return { changes: changed === true, replaces, deleteFirst: deleteBeforeReplace, paths };
    },
    async create(inputs) {
      const note = (id = "") => createdUrns.set(id, String(inputs["__urn"] ?? ""));
      const made = await calls.create(about(""), sent(inputs)).catch((error: ProviderError) => {
        note(error.partial?.id);
        return failed(error);
      });
      note(made.id);
      return { id: made.id, outputs: sent(made.outputs) as ProviderProperties };
    },
    async read(id, outputs) {
      const found = await calls.read(about(id), { inputs: {}, outputs: sent(outputs) }).catch(failed);
      if (found.id === "") return undefined;
      return sent({ inputs: found.inputs, outputs: found.outputs }) as Awaited<ReturnType<HostCalls["read"]>>;
    },
    async update(id, olds, news) {
      const { outputs } = await calls.update(about(id), change(olds, news)).catch(failed);
      return sent(outputs) as ProviderProperties;
    },
    async delete(id, outputs, urn) {
      await calls.delete(about(id, urn), { inputs: {}, outputs: sent(outputs) }).catch(failed);
    },
  };
}

interface LogRequest {
  toObject(): ProviderHost["log"][number];
}
