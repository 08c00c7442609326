import type { ServiceError } from "@grpc/grpc-js";
import type { Properties } from "../model/values.ts";
import type { Sdk } from "./protos.ts";

/**
 * What a failed call says about the object: `clean` (nothing else is known), `partial` (it exists, half done), or
 * `unknown` (anything may have happened).
 */
export type FailureStatus = "clean" | "partial" | "unknown";

/** What exists although a call failed. */
export interface PartialObject {
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons: readonly string[];
}

/** gRPC codes that a provider's own code answers with, so that the engine cannot tell what happened. */
const grpcCodesOfUnknownOutcome: readonly number[] = [2, 13, 15];
const grpcUnavailable = 14;

/** The code by which a provider says that an answer was lost, so that not even it knows what was done. */
const grpcDataLoss = 15;

/** Says that a call to a provider failed, and what that means for the object. */
export class ProviderError extends Error {
  readonly status: FailureStatus;
  /** What exists although the call failed. */
  readonly partial?: PartialObject;
  /** Whether the provider says that it does not know what was done. */
  readonly isUnanswered: boolean;

  constructor(message: string, status: FailureStatus, options?: { cause?: unknown; partial?: PartialObject }) {
    super(message, { cause: options?.cause });
    this.status = status;
    this.partial = options?.partial;
    this.isUnanswered = (options?.cause as { code?: unknown } | undefined)?.code === grpcDataLoss;
  }

  /** Returns the error of an object that exists, half done. */
  static ofPartial(partial: PartialObject, cause: unknown): ProviderError {
    const reasons = partial.reasons.map((reason) => `\t* ${reason}`).join("\n");
    const count = `${partial.reasons.length} error${partial.reasons.length === 1 ? "" : "s"} occurred:`;
    return new ProviderError(`${count}\n${reasons}\n`, "partial", { cause, partial });
  }

  /** Returns what a failed gRPC call says. */
  static from(sdk: Sdk, cause: ServiceError): ProviderError {
    const partial = partialFailure(sdk, cause);
    if (partial) return ProviderError.ofPartial(partial, cause);
    if (cause.code === grpcUnavailable) {
      // The first line is Pulumi's own text: scripts look for it.
      const message = `error reading from server: EOF\nThe process for dynamic resources ended during the call (${cause.details}).`;
      return new ProviderError(message, "clean", { cause });
    }
    const message = cause.details || cause.message;
    return new ProviderError(message, grpcCodesOfUnknownOutcome.includes(cause.code) ? "unknown" : "clean", {
      cause,
    });
  }
}

function partialFailure(sdk: Sdk, error: ServiceError): PartialObject | undefined {
  const [details] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(details instanceof Uint8Array)) return undefined;
  for (const detail of sdk.status.Status.deserializeBinary(details).getDetailsList()) {
    if (detail.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") continue;
    const failed = sdk.provider.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    return {
      id: failed.getId(),
      outputs: (failed.getProperties()?.toJavaScript() ?? {}) as Properties,
      reasons: failed.getReasonsList(),
    };
  }
  return undefined;
}
