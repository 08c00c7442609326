import { createRequire } from "node:module";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { vi } from "vitest";
import type { ProviderError } from "../../src/engine/index.ts";
import { loadSdk } from "../../src/engine/processes/protos.ts";
import { HostError, hostCallsBy } from "./provider-host.ts";
import type { ProviderHost } from "./provider-host.ts";
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
  const calls = hostCallsBy(
    (method, request) =>
      host
        .call((client, answer) => (client as unknown as Record<string, Function>)[method]!(request, answer))
        .catch((error: ProviderError) => {
          throw new HostError(error.message, error.partial?.id, error.partial?.outputs as ProviderProperties);
        }) as never,
  );
  return { ...calls, log, printed: () => "", peakMegabytes: () => 0, close: () => host.close() };
}

interface LogRequest {
  toObject(): ProviderHost["log"][number];
}
