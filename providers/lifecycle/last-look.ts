import { pollUntilFound } from "./waiting.ts";
import type { Work } from "./lifecycle.ts";

/** Seconds for which work that was told to end still looks at what it has sent; it has three to end in. */
const lastSeconds = 2;

/**
 * Looks for what a call has made of which no answer came; once, or, where the work was told to end, for two seconds more, since AWS may be at it:
 * what a run leaves behind without a record of it is nobody's for the next one. A look that fails has found nothing.
 */
export async function lastLook<Found>(
  work: Work,
  look: (work: Work) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  try {
    if (!work.signal.aborted || !work.connectFor) return await look(work);
    const signal = AbortSignal.timeout(lastSeconds * 1000);
    const last = { ...work, clients: await work.connectFor(signal), signal };
    return await pollUntilFound(() => look(last), { atMostSeconds: lastSeconds, signal });
  } catch {
    return undefined;
  }
}
