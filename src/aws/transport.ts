import { STSClient } from "@aws-sdk/client-sts";

/**
 * What all clients share: one pool of sockets, and timeouts. A request that gets no answer is tried again, which is safe because every
 * change here is made by a token, a version or a name.
 */
export const requestHandler = new STSClient({
  region: "us-east-1",
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 15_000,
    throwOnRequestTimeout: true,
    socketTimeout: 30_000,
    httpsAgent: { keepAlive: true, maxSockets: 64 },
    httpAgent: { keepAlive: true, maxSockets: 64 },
  },
}).config.requestHandler;

/** An endpoint of the environment's own, an emulator's say, has no names of buckets in front of its own name. */
export const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);

/** Attempts of one call, the first included: throttling and 5xx are expected when hundreds of accounts are visited. */
export const maxAttempts = 8;

/** Whether a connection could not be made or broke; such errors carry a code of the operating system. */
export function isBroken(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^E[A-Z]+$/.test(code);
}
