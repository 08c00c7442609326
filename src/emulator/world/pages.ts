import type { ServiceError } from "./handler.ts";

/** Which page of a listing is asked for. */
export interface PageRequest<T> {
  /** The token of the page before, undefined for the first page. */
  token: string | undefined;
  size: number;
  /** What orders the items and names each of them. */
  key: (item: T) => string;
  /** The service's error for a token that it did not give out. */
  invalidToken: () => ServiceError;
}

/** Returns one page in the order of keys. The token names the last item, so a change between two pages loses nothing. */
export function pageOf<T>(
  items: T[],
  { token, size, key, invalidToken }: PageRequest<T>,
): { page: T[]; next?: string } {
  const after = token === undefined ? undefined : decode(token);
  if (after === undefined && token !== undefined) throw invalidToken();
  const rest = items
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .filter((item) => after === undefined || key(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return rest.length > page.length && last !== undefined ? { page, next: encode(key(last)) } : { page };
}

const tokenMark = "after:";

function encode(key: string): string {
  return Buffer.from(tokenMark + key).toString("base64url");
}

function decode(token: string): string | undefined {
  const text = Buffer.from(token, "base64url").toString("utf8");
  return text.startsWith(tokenMark) && encode(text.slice(tokenMark.length)) === token
    ? text.slice(tokenMark.length)
    : undefined;
}
