import type { Connection } from "../../aws/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { RecordedResource } from "../engines/engine-contract.ts";
import { pulumiTypeOf } from "../../resources/kinds.ts";
import { isHalfDone } from "./exporting.ts";
import type { Exporting, HalfDone } from "./exporting.ts";

/** Milliseconds. A run that failed for want of a network is not to end later for it, and one that was told to end still less. */
const atMostMs = 15_000;
const atMostWhenEndingMs = 4_000;
const mostAtOnce = 16;

/** Whom to ask: what the spec declares, and what the state has of what the spec no longer declares. */
export interface Askable {
  declarations: readonly Declaration[];
  recorded?: readonly RecordedResource[];
  /** The accounts and Regions where a deletion was begun in the run and did not succeed, as `account/region`, each with its time, ISO 8601. */
  unsettled?: ReadonlyMap<string, string | undefined>;
}

/**
 * Returns what exports as AWS says, after a run that failed: a call may have had an effect that no run was told of, or the state is an old one.
 * Where AWS does not tell, what the state says is returned as unverified.
 */
export async function observeExports<Known extends Exporting>(
  known: readonly Known[],
  { declarations, recorded = [], unsettled = new Map() }: Askable,
  signal: AbortSignal,
): Promise<(Known | Exporting | HalfDone)[]> {
  if (known.length === 0) return [];
  const [{ exportingDomain }, { tableLeft }] = await Promise.all([
    import("../../../providers/slot/exporting-domain.ts"),
    import("../../../providers/slot/table-left.ts"),
  ]);
  const until = signal.aborted
    ? AbortSignal.timeout(atMostWhenEndingMs)
    : AbortSignal.any([signal, AbortSignal.timeout(atMostMs)]);
  const wanted = declarations.filter(({ type }) => type === "DataExportConfiguration");
  const there = recorded.filter(({ type }) => type === pulumiTypeOf("DataExportConfiguration"));
  const at = ({ account, region }: Exporting, all: readonly { inputs?: Inputs }[]) =>
    all.find(({ inputs }) => inputs?.["account"] === account && inputs["region"] === region)?.inputs;
  const answers = new Map<Known, string | null | undefined>();
  const queue = [...known];
  await Promise.all(
    Array.from({ length: mostAtOnce }, async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const asked = at(one, wanted) ?? at(one, there);
        // What is neither declared nor recorded was deleted, and AWS has said so.
        if (!asked) continue;
        const look = exportingDomain(asked as unknown as Connection, String(asked["domain"]), until);
        answers.set(one, await look.catch(() => undefined));
      }
    }),
  );
  const after = known.map((one): Known | Exporting | HalfDone => {
    if (!answers.has(one)) return one;
    const domain = answers.get(one);
    if (domain === undefined) return { ...one, unverified: true, ...(isHalfDone(one) && { uncertain: true }) };
    if (domain === one.domain) return domain === null ? { ...one, uncertain: false } : one;
    if (domain !== null) return { ...one, domain, since: undefined };
    // The state still has what AWS has not: the answer to its deletion was lost, or somebody else has deleted it.
    const inputs = at(one, wanted);
    if (!inputs || inputs["enabled"] === false) return { ...one, domain };
    const [deleted, next] = [String(one.domain), String(inputs["domain"])];
    const place = `${one.account}/${one.region}`;
    const by = unsettled.has(place) ? { since: unsettled.get(place) } : { unrecorded: true as const };
    return { ...one, domain, ...by, deleted, wanted: next, uncertain: false };
  });
  const claims = declarations.filter(({ type }) => type === "AssetTable");
  return Promise.all(
    after.map(async (one) => {
      const claim = at(one, claims);
      if (!claim || !isHalfDone(one) || one.domain !== null || one.unverified || one.backup !== undefined) return one;
      const left = await tableLeft(claim, until).catch(() => undefined);
      return left ? { ...one, left } : one;
    }),
  );
}

type Inputs = Record<string, unknown>;
