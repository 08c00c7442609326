import { Transform } from "node:stream";
import type { Readable } from "node:stream";
import type { FaultRule } from "./fault-rules.ts";
import { errorOfStatus } from "../protocol/errors.ts";
import type { ServiceModel } from "../protocol/model.ts";
import type { Answer } from "../protocol/protocol.ts";
import { ServiceError } from "../world/handler.ts";
import type { Context } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { isAwsChunked } from "../protocol/aws-chunked.ts";

/** An answer whose connection breaks: closed, silent, or after half of the body. */
export interface BrokenAnswer extends Answer {
  broken: string;
}

const connectionFaults = new Set(["reset", "stall", "truncate"]);
const dataFaults = new Set(["wrong-checksum", "stale-version-token"]);

/** Returns whether a fault breaks the connection instead of being answered. */
export function breaksConnection(fault: FaultRule): boolean {
  return connectionFaults.has(fault.error);
}

/** Returns the error that a fault stands for, unless it is one that breaks the connection or changes the data. */
export function faultOf(model: ServiceModel, fault: FaultRule): ServiceError | undefined {
  if (connectionFaults.has(fault.error) || dataFaults.has(fault.error)) return undefined;
  if (/^[45]\d\d$/.test(fault.error)) return errorOfStatus(model, Number(fault.error));
  return new ServiceError(
    fault.error,
    faultMessages[fault.error] ?? `The emulator was told to answer with ${fault.error}.`,
  );
}

/** Returns the input as a fault `before` the effect leaves it. */
export function faultyInput(
  fault: FaultRule | undefined,
  input: Record<string, unknown>,
  { world, request }: Context,
): never {
  if (fault?.when !== "before") return input as never;
  if (fault.error === "stale-version-token" && input["versionToken"] !== undefined) {
    return { ...input, versionToken: world.ids.text(20) } as never;
  }
  if (fault.error === "wrong-checksum" && input["Body"] !== undefined) {
    return {
      ...input,
      Body: (input["Body"] as Readable).pipe(isAwsChunked(request) ? flipFirstByte("\r\n") : flipFirstByte()),
    } as never;
  }
  return input as never;
}

/** Returns the output as a fault `after` the effect leaves it. */
export function faultyOutput(
  fault: FaultRule | undefined,
  output: Record<string, unknown>,
  world: World,
): Record<string, unknown> {
  if (fault?.when === "after" && fault.error === "stale-version-token" && output["versionToken"] !== undefined) {
    return { ...output, versionToken: world.ids.text(20) };
  }
  return output;
}

/** Returns the answer as a fault `after` the effect sends it: its headers, the checksum among them, are those of the true body. */
export function faultyAnswer(fault: FaultRule, answer: Answer): Answer | BrokenAnswer {
  if (fault.when !== "after") return answer;
  if (breaksConnection(fault)) return { ...answer, broken: fault.error };
  if (fault.error !== "wrong-checksum" || answer.body === undefined) return answer;
  if (typeof answer.body === "string" || answer.body instanceof Uint8Array) {
    const bytes = Buffer.from(answer.body as string);
    if (bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(0) ^ 0xff, 0);
    return { ...answer, body: bytes };
  }
  return { ...answer, body: answer.body.pipe(flipFirstByte()) };
}

/** Changes one byte of what passes: the first, or the first behind `mark`, where the framing before it is to stay whole. */
function flipFirstByte(mark = ""): Transform {
  let before: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (before === undefined) return done(null, chunk);
      const bytes = Buffer.concat([before, chunk]);
      const at = bytes.indexOf(mark) + mark.length;
      if (at < mark.length || at >= bytes.length) {
        before = bytes;
        return done();
      }
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
      before = undefined;
      done(null, bytes);
    },
    flush(done) {
      done(null, before);
    },
  });
}

const faultMessages: Record<string, string> = {
  ThrottlingException: "Rate exceeded",
  Throttling: "Rate exceeded",
  TooManyRequestsException: "Rate exceeded",
  SlowDown: "Please reduce your request rate.",
  ServiceUnavailable: "Service is unable to handle request.",
  ExpiredTokenException: "The security token included in the request is expired",
  ExpiredToken: "The provided token has expired.",
  AccessDeniedException: "User is not authorized to perform this action.",
  AccessDenied: "Access Denied",
};
