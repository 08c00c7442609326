import type { IncomingHttpHeaders } from "node:http";

/** Who signed a request, and for which service and Region. */
export interface Signature {
  accessKeyId: string;
  region: string;
  service: string;
}

/**
 * Reads the Signature Version 4 scope from the Authorization header or, for presigned requests, the query string.
 * The signature itself is not verified.
 */
export function signatureOf(headers: IncomingHttpHeaders, query: URLSearchParams): Signature | undefined {
  const header = /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1];
  const credential = header ?? query.get("X-Amz-Credential");
  // Access key ids hold no slash; the date, Region, service and terminator follow.
  const [, accessKeyId, region, service] = /^([^/]+)\/[^/]+\/([^/]+)\/([^/]+)\/[^/]+$/.exec(credential ?? "") ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
}
