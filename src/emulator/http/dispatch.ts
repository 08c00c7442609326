import { randomUUID } from "node:crypto";
import type { Call } from "../control/calls.ts";
import { jsonAnswer } from "../control/control.ts";
import type { FaultRule } from "../control/fault-rules.ts";
import type { Faults } from "../control/faults.ts";
import type { Identity } from "./identity.ts";
import { breaksConnection, faultOf, faultyAnswer, faultyInput, faultyOutput } from "../control/injection.ts";
import type { BrokenAnswer } from "../control/injection.ts";
import { statusOf } from "../protocol/errors.ts";
import type { ProtocolName, ServiceModel } from "../protocol/model.ts";
import { protocolOf } from "../protocol/index.ts";
import type { Answer, IncomingCall } from "../protocol/protocol.ts";
import { resolveBucketAddress } from "./s3-addressing.ts";
import { ServiceError } from "../world/handler.ts";
import type { Context } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { isServiceName, loadService, serviceNames } from "../services/index.ts";
import type { Service } from "../services/index.ts";
import { checkPermission } from "../services/permissions.ts";
import { checkRequestRate } from "../control/throttling.ts";

/** One call on its way to its answer. */
export interface ReceivedCall {
  call: IncomingCall;
  identity: Identity;
  /** The call's line in the log, filled in as it is understood. */
  entry: Call;
  world: World;
  faults: Faults;
}

type RoutedCall = ReceivedCall & { service: Service };

/** Answers one AWS call, or says how its answer breaks. Whatever goes wrong is answered as the service's protocol does. */
export async function dispatch(arrival: ReceivedCall): Promise<Answer | BrokenAnswer> {
  const { entry, identity } = arrival;
  if (!isServiceName(identity.service)) return unknownService(arrival);
  const routed = { ...arrival, service: await loadService(identity.service) };
  const requestId = randomUUID();
  const answer = await answerTo(routed, requestId).catch((error: unknown) => errorAnswer(routed, error, requestId));
  if (!("broken" in answer)) entry.status = answer.status;
  const header = identity.service === "s3" ? "x-amz-request-id" : "x-amzn-requestid";
  return { ...answer, headers: { [header]: requestId, ...answer.headers } };
}

async function answerTo(routed: RoutedCall, requestId: string): Promise<Answer | BrokenAnswer> {
  const { entry, identity, world, faults } = routed;
  const { call, model, bucket } = resolveBucketAddress(routed.service.model, routed.call);
  if (!identity.signed) throw unsigned(identity.service);
  const protocol = protocolOf(model.protocol);
  const route = await protocol.identify(model, call);
  const { operation } = route;
  entry.operation = operation.name;
  if (isDisabled(world, identity)) throw unrecognized(model.protocol, identity);
  const fault = faults.next(entry);
  if (fault?.when === "before" && breaksConnection(fault)) return { status: 200, headers: {}, broken: fault.error };
  if (fault?.when === "before") throwFault(routed, fault);
  checkRequestRate(world, entry);

  const decoded = await protocol.decode(model, route, call);
  if (bucket !== undefined) decoded["Bucket"] = bucket;
  const invalid = protocol.invalid(model, operation, decoded);
  if (invalid) throw invalid;
  const handler = routed.service.handlers.get(operation.name);
  if (handler === undefined) throw notImplemented(model, operation.name);
  const context: Context = {
    service: model.service,
    operation: operation.name,
    account: identity.account,
    region: identity.region,
    principal: identity.principal,
    requestId,
    world,
    request: call.request,
    response: { headers: {} },
  };
  checkPermission(context, decoded);
  const output = (await handler(faultyInput(fault, decoded, context), context)) ?? {};
  if (fault?.when === "after") throwFault(routed, fault);
  const answer = protocol.encode(
    model,
    operation,
    faultyOutput(fault, output as Record<string, unknown>, world),
    context,
  );
  return fault ? faultyAnswer(fault, answer) : answer;
}

/** A fault whose error is a code or a status is that error; the others change what passes by. */
function throwFault({ service, entry }: RoutedCall, fault: FaultRule): void {
  const error = faultOf(service.model, fault);
  if (error === undefined) return;
  entry.error = fault.error;
  throw error;
}

function errorAnswer({ service, entry, world }: RoutedCall, thrown: unknown, requestId: string): Answer {
  // A mistake of the emulator itself is a 500 and is told, so that nobody takes it for AWS's behaviour.
  if (!(thrown instanceof ServiceError)) console.error(`[emulator] ${entry.service} ${entry.operation}:`, thrown);
  const error =
    thrown instanceof ServiceError ? thrown : new ServiceError("InternalFailure", String(thrown), { status: 500 });
  entry.error = error.code;
  const { code, message, members } = error;
  const status = statusOf(service.model, error, world);
  const protocol = protocolOf(service.model.protocol);
  const answer = protocol.encodeError(service.model, { code, message, members, status, requestId });
  return { ...answer, headers: { ...answer.headers, ...error.headers } };
}

function unsigned(service: string): ServiceError {
  if (service === "s3") return new ServiceError("AccessDenied", "Access Denied");
  const code =
    service === "sts" || service === "iam" ? "MissingAuthenticationToken" : "MissingAuthenticationTokenException";
  return new ServiceError(code, "Missing Authentication Token");
}

function isDisabled(world: World, { account, region }: Identity): boolean {
  return world.seed.accounts[account]?.disabledRegions.includes(region) ?? false;
}

/** An account's keys are unknown in a Region that it has not enabled. */
function unrecognized(protocol: ProtocolName, { temporary }: Identity): ServiceError {
  if (protocol === "restXml" && temporary) {
    return new ServiceError("InvalidToken", "The provided token is malformed or otherwise invalid.");
  }
  if (protocol === "restXml") {
    return new ServiceError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  }
  const code = protocol === "awsQuery" ? "InvalidClientTokenId" : "UnrecognizedClientException";
  return new ServiceError(code, "The security token included in the request is invalid.");
}

function notImplemented({ protocol, service }: ServiceModel, operation: string): ServiceError {
  return new ServiceError(unknownOperationCode[protocol], `The emulator does not implement ${service} ${operation}.`);
}

const unknownOperationCode: Record<ProtocolName, string> = {
  awsJson1_1: "UnknownOperationException",
  restJson1: "UnknownOperationException",
  restXml: "MethodNotAllowed",
  awsQuery: "InvalidAction",
};

function unknownService({ identity, entry }: ReceivedCall): Answer {
  const message = `The emulator has no service "${identity.service}". It has: ${serviceNames().join(", ")}.`;
  Object.assign(entry, { status: 400, error: "UnknownOperationException" });
  return jsonAnswer(400, { __type: "UnknownOperationException", message });
}
