import type { Connection } from "../../aws/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Exporting, HalfDone } from "./exporting.ts";

/** Milliseconds. A run that failed for want of a network is not to end later for it. */
const atMost = 15_000;
const sideBySide = 16;

/**
 * Returns what exports as AWS says, where the state says that nothing does: a call may have had an effect that no run was told of, or the state is
 * an old one. Where AWS does not tell, what the state says is returned.
 */
export async function observeExports<Told extends Exporting>(
  told: readonly Told[],
  declarations: readonly Declaration[],
  signal: AbortSignal,
): Promise<(Told | Exporting | HalfDone)[]> {
  const exports = declarations.filter(({ type }) => type === "DataExportConfiguration");
  const inDoubt = told.filter(({ domain }) => domain === null);
  if (inDoubt.length === 0 || signal.aborted) return [...told];
  const { exportingDomain } = await import("../../../providers/exporting-domain.ts");
  const until = AbortSignal.any([signal, AbortSignal.timeout(atMost)]);
  const seen = new Map<Told, string | null>();
  const queue = [...inDoubt];
  await Promise.all(
    Array.from({ length: sideBySide }, async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const { account, region } = one;
        const wanted = exports.find(({ inputs }) => inputs["account"] === account && inputs["region"] === region);
        if (!wanted) continue;
        const look = exportingDomain(wanted.inputs as unknown as Connection, String(wanted.inputs["domain"]), until);
        const domain = await look.catch(() => undefined);
        if (domain !== undefined) seen.set(one, domain);
      }
    }),
  );
  return told.map((one) => {
    const domain = seen.get(one);
    if (domain === undefined) return one;
    return domain === null ? { ...one, uncertain: false } : { ...one, domain, since: undefined };
  });
}
