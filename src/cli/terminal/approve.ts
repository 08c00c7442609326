import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/**
 * Asks whether to go on.
 * @throws {CommandError} when the answer is no, or nobody can be asked
 */
export async function approve(cure: string, io: Io): Promise<void> {
  if (!io.interactive) throw new CommandError(Exit.wrong, `Nobody can be asked here. ${cure}`);
  const answer = await io.ask("Do this? Only `yes` does it: ");
  if (answer.trim().toLowerCase() !== "yes")
    throw new CommandError(Exit.cancelled, "Not approved; nothing was changed.");
}
