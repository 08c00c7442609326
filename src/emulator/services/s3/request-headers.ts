import type { IncomingMessage } from "node:http";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";

/** Headers of S3's that would change nothing here. */
const unsupported = /^x-amz-(checksum-xxhash|website-redirect-location)/;

/** Refuses what S3 refuses by a header alone, whatever the operation: nothing is accepted that would not be kept. */
export function checkHeaders({ headers }: IncomingMessage): void {
  for (const name of Object.keys(headers)) {
    if (name.includes("server-side-encryption-customer-")) {
      throw invalidRequest(
        "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.",
      );
    }
    if (unsupported.test(name)) throw invalidRequest(`The emulator does not keep what ${name} says.`);
  }
  if (headers["x-amz-write-offset-bytes"] !== undefined) {
    throw invalidRequest("Only directory buckets take data at an offset.");
  }
  const hash = headers["x-amz-content-sha256"];
  if (hash === undefined || /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+|[0-9a-f]{64})$/.test(String(hash))) return;
  throw new ServiceError(
    "InvalidArgument",
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
    { members: { ArgumentName: "x-amz-content-sha256", ArgumentValue: hash } },
  );
}

/** Returns whom the request takes for the bucket's owner; a copy says it of its source apart. */
export function expectedOwner({ operation, request }: Context, asked: string): string | undefined {
  const header = asked === operation ? "x-amz-expected-bucket-owner" : "x-amz-source-expected-bucket-owner";
  const stated = [request.headers[header]].flat()[0];
  if (stated === undefined || /^\d{12}$/.test(stated)) return stated;
  throw new ServiceError(
    "InvalidBucketOwnerAWSAccountID",
    "The value of the expected bucket owner parameter must be an AWS account ID.",
  );
}

/**
 * Refuses a query parameter that asks for a header's value which no header can hold. A header of an answer holds ISO 8859-1 and nothing else;
 * a query parameter can hold anything.
 */
export function checkHeaderValue(parameter: string, value: string | undefined): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  if (value === undefined || /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return;
  throw new ServiceError("InvalidArgument", "Header value cannot be represented using ISO-8859-1.", {
    members: { ArgumentName: parameter, ArgumentValue: value },
  });
}

function invalidRequest(message: string): ServiceError {
  return new ServiceError("InvalidRequest", message);
}
