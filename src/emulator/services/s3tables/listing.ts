import { ServiceError } from "../../world/handler.ts";
import { pageOf } from "../../world/pages.ts";

const largestPage = 1000;

/** Returns one page of a listing in the order of names, of the names that begin with the prefix. */
export function listingPage<T>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
  query: { prefix?: string | undefined; continuationToken?: string | undefined; size: number | undefined },
): { items: T[]; continuationToken: string | undefined } {
  const { page, next } = pageOf(
    [...items].filter((item) => nameOf(item).startsWith(query.prefix ?? "")),
    { token: query.continuationToken, size: query.size ?? largestPage, key: nameOf, invalidToken },
  );
  return { items: page, continuationToken: next };
}

function invalidToken(): ServiceError {
  return new ServiceError("BadRequestException", "The continuation token is not valid.");
}
