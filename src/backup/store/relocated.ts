import type { ObjectStore } from "./object-store.ts";

/**
 * Returns a store in which a copy that was moved or replicated lies where its own paths say: what is asked for below `from` is read below
 * `to`. Nothing is written through it.
 */
export function relocated(store: ObjectStore, from: string, to: string): ObjectStore {
  const at = (uri: string) => (uri.startsWith(`${from}/`) ? `${to}${uri.slice(from.length)}` : uri);
  const back = (uri: string) => (uri.startsWith(`${to}/`) ? `${from}${uri.slice(to.length)}` : uri);
  const refuse = (uri: string) =>
    Promise.reject(new Error(`${uri} is read from where it was moved to, and never written.`));
  return {
    head: (uri) => store.head(at(uri)),
    get: (uri, range, etag) => store.get(at(uri), range, etag),
    getWithEtag: (uri) => store.getWithEtag(at(uri)),
    async *list(uri) {
      for await (const object of store.list(at(uri))) yield { ...object, uri: back(object.uri) };
    },
    put: refuse,
    upload: refuse,
  };
}
