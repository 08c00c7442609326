import type { Connection } from "../../aws/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { isHalfDone } from "./exporting.ts";
import type { Exporting, HalfDone } from "./exporting.ts";

/** Milliseconds. A run that failed for want of a network is not to end later for it, and one that was told to end still less. */
const atMost = 15_000;
const atMostWhenEnding = 4_000;
const sideBySide = 16;

/**
 * Returns what exports as AWS says, after a run that failed: a call may have had an effect that no run was told of, or the state is an old one.
 * Where AWS does not tell, what the state says is returned as unverified.
 */
export async function observeExports<Told extends Exporting>(
  told: readonly Told[],
  declarations: readonly Declaration[],
  signal: AbortSignal,
): Promise<(Told | Exporting | HalfDone)[]> {
  const exports = declarations.filter(({ type }) => type === "DataExportConfiguration");
  if (told.length === 0) return [];
  const { exportingDomain } = await import("../../../providers/exporting-domain.ts");
  const until = signal.aborted
    ? AbortSignal.timeout(atMostWhenEnding)
    : AbortSignal.any([signal, AbortSignal.timeout(atMost)]);
  const wantedIn = ({ account, region }: Told) =>
    exports.find(({ inputs }) => inputs["account"] === account && inputs["region"] === region);
  const seen = new Map<Told, string | null>();
  const queue = [...told];
  await Promise.all(
    Array.from({ length: sideBySide }, async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const wanted = wantedIn(one);
        if (!wanted) continue;
        const look = exportingDomain(wanted.inputs as unknown as Connection, String(wanted.inputs["domain"]), until);
        const domain = await look.catch(() => undefined);
        if (domain !== undefined) seen.set(one, domain);
      }
    }),
  );
  return told.map((one) => {
    const domain = seen.get(one);
    if (domain === undefined) return { ...one, unverified: true, ...(isHalfDone(one) && { uncertain: true }) };
    if (domain === one.domain) return domain === null ? { ...one, uncertain: false } : one;
    if (domain !== null) return { ...one, domain, since: undefined };
    // The state still has what AWS has not: the answer to its deletion was lost.
    const inputs = wantedIn(one)?.inputs;
    if (inputs?.["enabled"] === false) return { ...one, domain };
    const since = new Date().toISOString();
    return { ...one, domain, since, deleted: String(one.domain), wanted: String(inputs?.["domain"]), uncertain: false };
  });
}
