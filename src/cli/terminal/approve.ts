import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** How often an answer that is neither is asked for again. */
const mostAttempts = 3;

/**
 * Asks whether to go on: y and yes do, n, no and nothing at all do not, and anything else is asked again.
 * @throws {CommandError} when the answer is no, or nobody can be asked
 */
export async function approve(cure: string, io: Io): Promise<void> {
  if (!io.interactive) throw new CommandError(Exit.wrong, `Nobody can be asked here. ${cure}`);
  for (let asked = 0; asked < mostAttempts; asked++) {
    const answer = (await io.ask("Do this? [y/N] ")).trim().toLowerCase();
    if (answer === "y" || answer === "yes") return;
    if (["", "n", "no"].includes(answer)) break;
    io.err.line(`"${answer}" is no answer; write yes or no.`);
  }
  throw new CommandError(Exit.cancelled, "Not approved; nothing was changed.");
}
