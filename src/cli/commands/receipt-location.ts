import type { Receipt } from "../../backup/index.ts";
import { CommandError, Exit } from "../exit.ts";

/**
 * Returns the folder in which a receipt that was read from `uri` lies.
 * @throws where that is not the folder that it speaks of, unless its backup was moved
 */
export function actualLocation({ destination: { location } }: Receipt, uri: string, isRelocated = false): string {
  const found = uri.replace(/\/receipt\.json$/, "").replace(/\/+$/, "");
  if (found === location || isRelocated) return found;
  throw new CommandError(
    Exit.wrong,
    `The receipt in ${found} speaks of a backup in ${location}. If the backup was moved or replicated, add --relocated.`,
  );
}
