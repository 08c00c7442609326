import { ObjectAbsent, ObjectChanged, ObjectExists } from "./object-store.ts";
import type { ObjectStore } from "./object-store.ts";

/** How often others may be faster. */
const attempts = 20;

/**
 * Changes an object that others may be changing too: writes what `change` makes of its bytes, unless somebody has written since they were
 * read; then it is read again. `undefined` stands for no object, and as a result for nothing to write.
 */
export async function updateObject(
  store: Pick<ObjectStore, "getWithEtag" | "put">,
  uri: string,
  change: (body: Uint8Array | undefined) => Uint8Array | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const found = await store.getWithEtag(uri).catch((error: unknown) => {
      if (error instanceof ObjectAbsent) return undefined;
      throw error;
    });
    const body = change(found?.body);
    if (body === undefined) return;
    try {
      return await store.put(uri, body, found ? { ifMatch: found.etag } : { ifNoneMatch: true });
    } catch (error) {
      const isOvertaken = error instanceof ObjectChanged || error instanceof ObjectExists;
      if (!isOvertaken || attempt === attempts) throw error;
    }
  }
}
