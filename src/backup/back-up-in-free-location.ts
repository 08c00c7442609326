import { backUp } from "./backup.ts";
import type { BackupRequest } from "./backup.ts";
import type { SkippedLocation } from "./model/skipped-location.ts";
import { copyFileNames, copyLocation } from "./model/location.ts";
import { LocationUnusable } from "./store/location-unusable.ts";
import type { Receipt } from "./model/receipt.ts";
import { metadataLocationIn } from "./copy/table-copy.ts";

/** Places of one version's copies. */
const most = 20;

/** A backup that skips the places that it cannot use. */
export interface FreeLocationRequest extends Omit<BackupRequest, "place"> {
  onSkippedLocation: (left: SkippedLocation) => void;
}

/**
 * Backs a table up as `backUp` does. Where what lies in the copy's place is no copy of this version, as one that was damaged since, it stays
 * as it is, and the copy is made in the next place beside it: nobody has to clear anything away, and nothing is deleted.
 * @throws as `backUp` does, for what cannot be read too: nothing is known of it then
 */
export async function backUpInFreeLocation({ onSkippedLocation, ...request }: FreeLocationRequest): Promise<Receipt> {
  const { destination, source, history } = request;
  const at = (place: number) => copyLocation(destination, source, history, place);
  for (let place = 1; ; place++) {
    const there = await stateOf(at(place), request);
    // A copy that nobody but this program worked on and that is not whole would not be whole in a third place either.
    const isAway = there === "published" || (there === "begun" && place === 1);
    try {
      return await backUp({ ...request, place });
    } catch (error) {
      if (!(error instanceof LocationUnusable) || !isAway || place === most) throw error;
      onSkippedLocation({ location: at(place), reason: error.reason, next: at(place + 1) });
    }
  }
}

async function stateOf(
  location: string,
  { source, write }: Pick<BackupRequest, "source" | "write">,
): Promise<"empty" | "begun" | "published"> {
  const last = [`${location}/${copyFileNames.receipt}`];
  if (source.metadataLocation !== undefined) last.push(metadataLocationIn(location, source.metadataLocation));
  let state: "empty" | "begun" = "empty";
  for await (const { uri } of write.list(`${location}/`)) {
    if (last.includes(uri)) return "published";
    state = "begun";
  }
  return state;
}
