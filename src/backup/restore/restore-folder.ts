import type { ObjectStore } from "../store/object-store.ts";

/** How many objects are named that are in the way. */
const mostNamed = 5;

/**
 * Makes sure that a folder holds nothing but what a restore writes there itself: an earlier run of the same restore may have left that. Tables that
 * share a folder would share files, and who cleans one up removes the other's.
 * @param writtenUris the URIs of all that it writes
 * @throws an error that names what else is there
 */
export async function expectUnsharedFolder(
  location: string,
  writtenUris: Iterable<string>,
  store: ObjectStore,
): Promise<void> {
  let written: Set<string> | undefined;
  const others: string[] = [];
  for await (const { uri, size } of store.list(`${location}/`)) {
    // The consoles of S3 make an empty object for a folder.
    if (size === 0 && uri.endsWith("/")) continue;
    // Most folders are empty, and a table may have millions of files.
    written ??= new Set(writtenUris);
    if (!written.has(uri)) others.push(uri);
    if (others.length > mostNamed) break;
  }
  if (others.length === 0) return;
  const named = others.slice(0, mostNamed).join(", ");
  throw new Error(
    `The folder ${location} holds what is not of this restore: ${named}${others.length > mostNamed ? " and more" : ""}. ` +
      "Two tables would share it. Nothing was written: restore into an empty folder.",
  );
}
