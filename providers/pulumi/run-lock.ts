import { access } from "node:fs/promises";

/** A look at a lock's file, and the one that begins when it has ended. */
interface Looks {
  running: Promise<void>;
  next?: Promise<void>;
}

const looks = new Map<string, Looks>();

/**
 * Makes sure that the run still has its lock on the stack's state, if it has told where that is. Whoever breaks a lock believes that its run is over,
 * and may have begun another one; a backup takes hours, and what comes after it takes a table away. Changes that begin side by side share one look,
 * which begins after each of them has asked.
 * @param path of the lock's file
 * @throws when it is gone: nothing must be changed in AWS then
 */
export async function assertLockHeld(path: string | undefined): Promise<void> {
  if (!path) return;
  const { running, next } = looks.get(path) ?? { running: Promise.resolve() };
  await (next ?? lookAfter(running, path));
}

function lookAfter(running: Promise<void>, path: string): Promise<void> {
  const next = running
    .catch(() => undefined)
    .then(() => {
      looks.set(path, { running: next });
      return look(path);
    });
  looks.set(path, { running, next });
  return next;
}

async function look(path: string): Promise<void> {
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
