import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type { Sdk } from "../processes/protos.ts";
import type { DiagnosticSeverity } from "./events.ts";
import type { Reporter } from "./reporter.ts";

/** Each method by its name: the generated type takes any name, and misses none. */
type Service = { [Method in keyof IEngineServer as string extends Method ? never : Method]: IEngineServer[Method] };

/** In the order of the protocol's numbers. */
const severities: readonly DiagnosticSeverity[] = ["debug", "info", "warning", "error"];

/** Returns the service that programs and provider hosts log to. */
export function engineService(sdk: Sdk, reporter: Reporter): UntypedServiceImplementation {
  let root = "";
  const service: Service = {
    log: unary((request) => {
      log(reporter, request);
      return new sdk.empty.Empty();
    }),
    setRootResource: unary((request) => {
      root = request.getUrn();
      return new sdk.engine.SetRootResourceResponse();
    }),
    getRootResource: unary(() => new sdk.engine.GetRootResourceResponse().setUrn(root)),
    startDebugging: unary(() => new sdk.empty.Empty()),
    requirePulumiVersion: unary(() => new sdk.engine.RequirePulumiVersionResponse()),
  };
  return service;
}

function log(reporter: Reporter, request: LogRequest): void {
  const severity = severities[request.getSeverity()] ?? "info";
  // The SDK describes each of its own calls at this level.
  if (severity === "debug") return;
  const about = { urn: request.getUrn(), ephemeral: request.getEphemeral() };
  reporter.diagnose(severity, request.getMessage(), about);
}

function unary<Request, Response>(handle: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) =>
    answer(null, handle(call.request));
}
