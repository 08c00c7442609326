import { ObjectExists } from "../store/object-store.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { LocationUnusable } from "../store/location-unusable.ts";
import type { UnpublishedCopy } from "./table-copy.ts";

/** What lies at a copy's place is not what was written there. */
export class BackupDamaged extends LocationUnusable {
  override name = "BackupDamaged";
  readonly problems: string[];
  constructor(location: string, problems: string[]) {
    const shown = problems.slice(0, 5).join(" ");
    const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : "";
    super(
      `The copy at ${location} is not whole: ${shown}${more}`,
      "Move it away and run again; the table it was made of is untouched.",
    );
    this.problems = problems;
  }
}

/**
 * Writes the metadata file, if nobody has; from then on the copy can be seen. A put that succeeded although its answer was lost
 * finds its own object, which is as good.
 */
export async function publish(
  write: ObjectStore,
  { location, metadataLocation, metadata }: Omit<UnpublishedCopy, "objects">,
): Promise<void> {
  try {
    await write.put(metadataLocation, metadata, { ifNoneMatch: true });
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error;
  }
  const published = await write.get(metadataLocation);
  if (!metadata.equals(published)) throw new BackupDamaged(location, [`${metadataLocation} has other contents.`]);
}
