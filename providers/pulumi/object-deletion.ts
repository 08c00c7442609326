import type { Connection } from "../../src/aws/index.ts";
import type { Identities } from "./identities.ts";
import type { Lifecycle, Work } from "../lifecycle/lifecycle.ts";
import { recreatedText, takingOver, wasRecreated } from "../lifecycle/recreated.ts";

/**
 * Returns whether deleting a recorded resource deletes its object in AWS. It does not where another resource, or the same one under another
 * name, has the object now, nor where the object there is not the one that was recorded: somebody has made a new one since.
 * @throws when another resource is declared to have the object, and is not there yet
 */
export async function deletesObject<Settings extends Connection, State extends Settings>(
  lifecycle: Lifecycle<Settings, State>,
  recorded: State & { createdAt?: string },
  urn: string | undefined,
  identities: Identities,
  work: Work,
): Promise<boolean> {
  const { createdAt } = recorded;
  const { resource, account, region } = lifecycle.subjectOf(recorded);
  const what = `${resource} in ${account}/${region}`;
  const keeper = identities.keeperOf(lifecycle.idOf(recorded), { urn, createdAt });
  if (keeper && !keeper.hasObject) {
    throw new Error(
      `${what} was not deleted, since it is declared as ${keeper.urn} now, which could not be made of it. Mend that, and run it again.`,
    );
  }
  if (keeper) {
    work.progress.info(`${what} stays: ${keeper.urn ?? "another resource of this program"} has it now.`);
    return false;
  }
  if (createdAt === undefined || !lifecycle.createdAtOf) return true;
  const present = await lifecycle.createdAtOf(recorded, work);
  if (!wasRecreated(createdAt, present)) return true;
  work.progress.warn(
    `${what} was not deleted: the one that this stack knows was created at ${createdAt}, the one that is there at ${present}. Somebody has made it anew. ` +
      "If it is to go, delete it in AWS.",
  );
  return false;
}

/**
 * Returns what a refresh or an update records of a found object beside what was recorded. One that somebody has made anew is shown as it is and
 * stays somebody else's: the time at which the recorded one was created is kept, by which a delete knows that it is another. So nobody's object is
 * taken over by looking at it, or by changing a setting, unless somebody asks for that.
 */
export function stateBeside<State extends object>(
  recorded: object,
  found: State,
  resource: string,
  { progress }: Work,
  { isAskedFor }: { isAskedFor: boolean },
): State {
  const [before, now] = [recorded, found].map((state) => (state as { createdAt?: string }).createdAt);
  if (!wasRecreated(before, now)) return found;
  if (isAskedFor) {
    progress.warn(
      `${resource} was made anew at ${now} by somebody else, and was taken over as asked: the one that this stack knew was created at ${before}.`,
    );
    return found;
  }
  progress.warn(`${recreatedText(resource, before, now)} This stack will not delete it. ${takingOver}`);
  return { ...found, createdAt: before };
}
