import { access } from "node:fs/promises";

/**
 * Makes sure that the run still has its lock on the stack's state, if it has told where that is. Whoever breaks a lock believes that its run is over,
 * and may have begun another one; a backup takes hours, and what comes after it takes a table away.
 * @param path of the lock's file
 * @throws when it is gone: nothing must be changed in AWS then
 */
export async function assertLockHeld(path: string | undefined): Promise<void> {
  if (!path) return;
  try {
    await access(path);
  } catch (error) {
    // What cannot be looked at is not known to be gone.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    throw new Error(
      `The lock of this run on the state is gone (${path}): somebody has removed it, and another run may be under way. So this one changes nothing more. ` +
        "Wait until the other one has ended, then run it again.",
      { cause: error },
    );
  }
}
