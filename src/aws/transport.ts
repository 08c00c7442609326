import { STSClient } from "@aws-sdk/client-sts";
import { agentsOf } from "../network.ts";

/**
 * What all clients share: one pool of sockets, and timeouts. A request that gets no answer is tried again, which is safe because every
 * change here is made by a token, a version or a name.
 */
export const requestHandler = handlerOf({ requestTimeout: 15_000, throwOnRequestTimeout: true, socketTimeout: 30_000 });

/** How long nothing may move while a body is sent. What the system has buffered goes out unseen, over a slow line for a minute or more. */
const idleUploadMs = 120_000;
const uploads = handlerOf({ socketTimeout: idleUploadMs });

/** Bodies of more bytes take as long as the line needs: only that nothing moves ends them. */
const quickBodyBytes = 64 * 1024;

/** The shared transport of clients that send and fetch data: a limit on the time of a whole request would be one on the size of its body. */
export const dataHandler = {
  metadata: requestHandler.metadata,
  handle: (...[request, options]: Parameters<typeof requestHandler.handle>) =>
    (bytesOf(request.body) > quickBodyBytes ? uploads : requestHandler).handle(request, options),
};

function handlerOf(timeouts: { requestTimeout?: number; throwOnRequestTimeout?: boolean; socketTimeout: number }) {
  const pool = { keepAlive: true, maxSockets: 64 };
  const settings = { connectionTimeout: 5_000, ...agentsOf(pool), ...timeouts };
  return new STSClient({ region: "us-east-1", requestHandler: settings }).config.requestHandler;
}

function bytesOf(body: unknown): number {
  if (body instanceof Uint8Array) return body.byteLength;
  return typeof body === "string" ? Buffer.byteLength(body) : 0;
}

/** Attempts of one call, the first included: throttling and 5xx are expected when hundreds of accounts are visited. */
export const maxAttempts = 8;
