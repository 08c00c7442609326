import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Launcher } from "../../../engine/index.ts";
import type { Host } from "../../../../providers/pulumi/host.ts";
import { unary } from "./unary.ts";

type Sdk = Parameters<Launcher["startHost"]>[0];

/** Returns what reports progress to an engine in this process, on the row of the resource that has a URN. */
export function engineProgress(sdk: Sdk, engine: UntypedServiceImplementation): Host["progressOf"] {
  const { LogRequest, LogSeverity } = sdk.engine;
  return (urn, label) => {
    const prefix = urn === undefined ? `${label}: ` : "";
    const log = (severity: number, text: string, ephemeral = false) => {
      const request = new LogRequest().setMessage(prefix + text).setUrn(urn ?? "");
      void unary(engine, "log", request.setSeverity(severity as never).setEphemeral(ephemeral));
    };
    let last = "";
    return {
      status(text) {
        if (text === last) return;
        last = text;
        log(LogSeverity.INFO, text, true);
      },
      info: (text) => log(LogSeverity.INFO, text),
      warn: (text) => log(LogSeverity.WARNING, text),
    };
  };
}
