import { ServiceError } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import type { ServiceModel } from "./model.ts";

/**
 * Errors that every service can give without declaring them
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and its likes), and S3's own,
 * which its model mostly leaves out (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
const commonStatus: Record<string, number> = {
  AccessDenied: 403,
  AccessDeniedException: 403,
  BadRequest: 400,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  ExpiredToken: 400,
  IncompleteSignature: 403,
  InternalError: 500,
  InternalFailure: 500,
  InternalServerError: 500,
  InternalServerException: 500,
  InternalServerErrorException: 500,
  InvalidAccessKeyId: 403,
  InvalidClientTokenId: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  MissingAuthenticationToken: 403,
  MissingAuthenticationTokenException: 403,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotFound: 404,
  NotModified: 304,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeout: 408,
  ServiceUnavailable: 503,
  SlowDown: 503,
  TooManyRequestsException: 429,
  UnknownOperationException: 400,
  UnrecognizedClientException: 403,
};

/** Returns the HTTP status with which a service answers an error. */
export function statusOf(model: ServiceModel, error: ServiceError, world: World): number {
  if (error.status !== undefined) return error.status;
  const shape = model.errors.get(error.code);
  if (shape?.status !== undefined) return shape.status;
  if (shape && !shape.client) return 500;
  if (shape?.queryStatus !== undefined && declaresStatus(model, world)) return shape.queryStatus;
  if (model.protocol === "awsJson1_1" && (shape || frontEnd.test(error.code))) return 400;
  return commonStatus[error.code] ?? 400;
}

/** Errors of the JSON protocol's front end, which have no shape. */
const frontEnd = /^(AccessDenied|UnrecognizedClient)/;

/** Returns the service's own error for a status, as an injected fault gives it: `500` is InternalServerError to SSM. */
export function errorOfStatus(model: ServiceModel, status: number): ServiceError {
  const declared = [...model.errors.values()].find((error) => (error.status ?? (error.client ? 400 : 500)) === status);
  const fallback = status === 503 && model.service === "s3" ? "SlowDown" : fallbacks[status];
  const code = status === 500 || status === 429 ? (declared?.name ?? fallback) : (fallback ?? declared?.name);
  return new ServiceError(code ?? "InternalFailure", `The service answered with status ${status}.`, { status });
}

const fallbacks: Record<number, string> = {
  429: "ThrottlingException",
  500: "InternalFailure",
  503: "ServiceUnavailable",
};

function declaresStatus(model: ServiceModel, world: World): boolean {
  if (model.service === "ssm") return world.quirk("ssm-error-status") === "declared";
  return model.protocol === "awsQuery";
}
