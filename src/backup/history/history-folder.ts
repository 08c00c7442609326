import type { ObjectStore } from "../store/object-store.ts";

/** What histories write in their folder, whichever run it was. */
const written = /^(data|metadata)\/./;
const metadataFile = /^metadata\/[^/]+\.metadata\.json$/;

/**
 * Makes sure that a folder holds nothing but what histories have put there: beside a backup's files they would be too many, and a table of somebody
 * else's would share its files with theirs.
 * @param expectOurs fails where a metadata file is none of a history's
 * @throws an error that names what else is there
 */
export async function expectHistoryFolder(
  location: string,
  store: ObjectStore,
  expectOurs: (metadataLocation: string) => Promise<void>,
): Promise<void> {
  for await (const { uri, size } of store.list(`${location}/`)) {
    // The consoles of S3 make an empty object for a folder.
    if (size === 0 && uri.endsWith("/")) continue;
    const path = uri.slice(location.length + 1);
    if (!written.test(path)) {
      throw new Error(
        `The folder ${location} holds what is not of a history: ${uri}. Nothing was written: name an empty folder.`,
      );
    }
    if (metadataFile.test(path)) await expectOurs(uri);
  }
}
