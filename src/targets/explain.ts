import type { Path, Source, Spec } from "../spec/index.ts";
import { rememberAnswers } from "./lookups.ts";
import type { Lookups } from "./lookups.ts";
import { isUnresolved } from "./selection-resolver.ts";
import { resolveSelections, targetsOf } from "./selection.ts";
import type { Candidate, ResolvedSelection } from "./candidate.ts";

/** What one entry does about a target. */
export interface TargetVerdict {
  /** `syncs.inventory`. */
  entry: string;
  source: Source;
  /** `unknown` when something could not be looked up. */
  verdict: "in" | "out" | "unknown";
  reasons: Reason[];
}

/** Why something is in or out, with the place in the spec that decides, if there is one. */
export interface Reason {
  message: string;
  file?: string;
  line?: number;
}

/** What the spec does about a target, entry by entry. */
export interface Explanation {
  account: string;
  /** `undefined` when only an account was asked about. */
  region?: string;
  entries: TargetVerdict[];
}

/**
 * Explains why a target, `account` or `account/region`, is in or out of each entry. The account is an id, or a name from the spec or from
 * AWS Organizations.
 * @returns `undefined` when the account is none of these
 */
export async function explainTarget(
  spec: Spec,
  target: string,
  lookups: Lookups = {},
): Promise<Explanation | undefined> {
  const [reference = "", region] = target.split("/");
  const asked = rememberAnswers(lookups);
  const selections = await Promise.all(
    (["syncs", "exports"] as const).flatMap((section) =>
      spec[section].map(async ({ key, path, selection, source }) => {
        const selected = await resolveSelections(selection, path, spec, asked);
        return { entry: `${section}.${key}`, source, selected };
      }),
    ),
  );
  const candidates = selections.flatMap(({ selected }) => selected.flatMap(({ accounts }) => accounts));
  const named = [...spec.accounts, ...candidates].find(({ name }) => name === reference);
  const account = named?.id ?? reference;
  if (!/^\d{12}$/.test(account)) return undefined;
  const entries = selections.map(({ entry, source, selected }) => ({
    entry,
    source,
    ...verdictOnAll(selected, account, region, spec),
  }));
  return { account, region, entries };
}

/** Why an entry has the targets that it has. */
export interface EntryExplanation {
  /** `syncs.inventory`. */
  entry: string;
  source: Source;
  /** How many accounts and Regions it stands for. */
  targets: number;
  /** Each account and Region that is named, with the lines that put it in or out. */
  parts: { what: string; name?: string; verdict: "in" | "out"; reasons: Reason[] }[];
  /** What could not be looked up. */
  unknown: Reason[];
}

/**
 * Returns why an entry has its targets.
 * @param name `syncs.inventory`, or the key alone
 * @returns `undefined` when no entry has the name
 */
export async function explainEntry(
  spec: Spec,
  name: string,
  lookups: Lookups = {},
): Promise<EntryExplanation | undefined> {
  const entries = (["syncs", "exports"] as const).flatMap((section) =>
    spec[section].map((entry) => ({ entry, id: `${section}.${entry.key}` })),
  );
  const found = entries.find(({ id, entry }) => id === name || entry.key === name);
  if (found === undefined) return undefined;
  const { selection, path, source } = found.entry;
  const selected = await resolveSelections(selection, path, spec, rememberAnswers(lookups));
  const part = (kind: string, { id, name, because, excludedBy }: Candidate) => {
    const isIn = excludedBy.length === 0;
    const paths = isIn ? because : excludedBy;
    const reasons = paths.map((path) => ({
      message: `${isIn ? "selected" : "excluded"} by ${path.join(".")}`,
      ...placeOf(path, spec),
    }));
    return { what: `${kind} ${id}`, name, verdict: isIn ? ("in" as const) : ("out" as const), reasons };
  };
  return {
    entry: found.id,
    source,
    targets: targetsOf(selected).length,
    parts: selected.flatMap(({ accounts, regions }) => [
      ...accounts.map((account) => part("account", account)),
      ...regions.map((region) => part("Region", region)),
    ]),
    unknown: selected.flatMap(({ findings }) =>
      findings.filter(isUnresolved).map(({ message, path }) => ({ message, ...placeOf(path, spec) })),
    ),
  };
}

/** One selection is enough to be in. */
function verdictOnAll(
  parts: ResolvedSelection[],
  account: string,
  region: string | undefined,
  spec: Spec,
): Pick<TargetVerdict, "verdict" | "reasons"> {
  const verdicts = parts.map((part) => verdictOn(part, account, region, spec));
  for (const wanted of ["in", "unknown"] as const) {
    const found = verdicts.filter(({ verdict }) => verdict === wanted);
    if (found.length > 0) return { verdict: wanted, reasons: found.flatMap(({ reasons }) => reasons) };
  }
  return { verdict: "out", reasons: verdicts.flatMap(({ reasons }) => reasons) };
}

function verdictOn(
  selected: ResolvedSelection,
  account: string,
  region: string | undefined,
  spec: Spec,
): Pick<TargetVerdict, "verdict" | "reasons"> {
  const { open, findings } = selected;
  const answers = [reasonsFor(`account ${account}`, account, selected.accounts, open.has("accounts"), spec)];
  if (region !== undefined) {
    answers.push(
      reasonsFor(`Region ${region}`, region, selected.regions, open.has("regions"), spec),
      ...targetVerdicts(selected, account, region, spec),
    );
  }
  if (open.has("exclusions")) answers.push({ verdict: "unknown", reasons: [] });
  const out = answers.filter(({ verdict }) => verdict === "out");
  if (out.length > 0) return { verdict: "out", reasons: out.flatMap(({ reasons }) => reasons) };
  const reasons = answers.flatMap(({ reasons }) => reasons);
  if (!answers.some(({ verdict }) => verdict === "unknown")) return { verdict: "in", reasons };
  const unanswered = findings.filter((finding) => finding.severity !== "warning" || isUnresolved(finding));
  const unknown = unanswered.map(({ message, path }) => ({ message, ...placeOf(path, spec) }));
  return { verdict: "unknown", reasons: [...reasons, ...unknown] };
}

/** What keeps an account out of one Region though both are selected. */
function targetVerdicts(
  selected: ResolvedSelection,
  account: string,
  region: string,
  spec: Spec,
): Pick<TargetVerdict, "verdict" | "reasons">[] {
  const listed = selected.regionsOf.get(account);
  const reasons = selected.leftOut
    .filter((pair) => pair.account === account && pair.region === region)
    .map(({ path }) => ({
      message: `${account}/${region} is excluded by ${path.join(".")}`,
      ...placeOf(path, spec),
    }));
  if (listed && !listed.regions.has(region)) {
    reasons.push({ message: `Region ${region} is not among ${listed.path.join(".")}`, ...placeOf(listed.path, spec) });
  }
  return reasons.length === 0 ? [] : [{ verdict: "out", reasons }];
}

/** Whether one account or Region is selected, and by what. */
function reasonsFor(
  what: string,
  id: string,
  candidates: Candidate[],
  open: boolean,
  spec: Spec,
): Pick<TargetVerdict, "verdict" | "reasons"> {
  const candidate = candidates.find((known) => known.id === id);
  if (candidate === undefined)
    return { verdict: open ? "unknown" : "out", reasons: [{ message: `nothing selects ${what}` }] };
  const reasons = (paths: Path[], verb: string) =>
    paths.map((path) => ({ message: `${what} is ${verb} by ${path.join(".")}`, ...placeOf(path, spec) }));
  if (candidate.excludedBy.length > 0) return { verdict: "out", reasons: reasons(candidate.excludedBy, "excluded") };
  return { verdict: "in", reasons: reasons(candidate.because, "selected") };
}

const placeOf = (path: Path, { sourceMap }: Spec) => ({
  file: sourceMap.placeOf(path).file,
  line: sourceMap.range(path).line,
});
