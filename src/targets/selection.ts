import type { SpecFinding, Path, Selection, Spec } from "../spec/index.ts";
import type { Candidate, ResolvedSelection } from "./candidate.ts";
import type { Lookups } from "./lookups.ts";
import { SelectionResolver } from "./selection-resolver.ts";
import type { Target } from "./target.ts";
import { targetName } from "./target.ts";

/** Returns the targets of what an entry selects: accounts × Regions without what is excluded, each once. */
export function targetsOf(parts: readonly ResolvedSelection[]): Target[] {
  const targets = new Map<string, Target>();
  for (const selected of parts) {
    const isIn = ({ excludedBy }: Candidate) => excludedBy.length === 0;
    const regions = selected.regions.filter(isIn);
    const leftOut = new Set(selected.leftOut.map(targetName));
    for (const { id, named, name, isCaller } of selected.accounts.filter(isIn)) {
      const enabled = selected.regionsOf.get(id)?.regions;
      for (const { id: region } of regions) {
        const target = { account: id, region, named, accountName: name, isCaller };
        const key = targetName(target);
        if ((enabled?.has(region) ?? true) && !leftOut.has(key) && !targets.has(key)) targets.set(key, target);
      }
    }
  }
  return [...targets.values()];
}

/** Resolves what an entry selects, each named selection for itself; without one the caller's own account in the environment's Region. */
export async function resolveSelections(
  selection: Selection | undefined,
  entryPath: Path,
  spec: Spec,
  lookups: Lookups,
): Promise<ResolvedSelection[]> {
  if (selection?.union) {
    return Promise.all(selection.union.map((one) => resolveSelection(one, spec, lookups)));
  }
  if (selection !== undefined) return [await resolveSelection(selection, spec, lookups)];
  const selected = new SelectionResolver(spec, lookups);
  selected.findings.push(implicitSelf(entryPath, "`targets`"));
  await selected.addCaller(entryPath);
  await selected.addEnvironmentRegion(entryPath);
  return [selected];
}

async function resolveSelection(selection: Selection, spec: Spec, lookups: Lookups): Promise<ResolvedSelection> {
  const { exclude, path } = selection;
  const selected = new SelectionResolver(spec, lookups);
  await addAccounts(selected, selection, spec);
  if (selection.allEnabled) selected.addEnabledRegions([...path, "regions"]);
  selection.regions.forEach((region, index) => selected.addRegion(region, [...path, "regions", index]));
  exclude.accounts.forEach((account, index) =>
    selected.excludeAccount(account, [...path, "exclude", "accounts", index]),
  );
  for (const [index, unit] of exclude.organizationalUnits.entries()) {
    await selected.excludeUnit(unit, [...path, "exclude", "organizationalUnits", index]);
  }
  exclude.regions.forEach((region, index) => selected.excludeRegion(region, [...path, "exclude", "regions", index]));
  exclude.targets.forEach((target, index) => selected.excludeTarget(target, [...path, "exclude", "targets", index]));
  return selected;
}

async function addAccounts(selected: SelectionResolver, selection: Selection, spec: Spec): Promise<void> {
  const { accounts, self, organizationalUnits, nested, tags, accountFilter, path } = selection;
  const onlyTags = tags && accounts === undefined && organizationalUnits === undefined && !self;
  if (accounts === "all" || onlyTags) {
    for (const { name } of spec.accounts) selected.addAccount(name, [...path, onlyTags ? "tags" : "accounts"]);
  } else {
    accounts?.forEach((name, index) => selected.addAccount(name, [...path, "accounts", index]));
  }
  if (self) await selected.addCaller([...path, "accounts"]);
  const listed = new Set(selected.accounts.map(({ id }) => id));
  const inUnits = new Set<string>();
  for (const [index, unit] of (organizationalUnits ?? []).entries()) {
    const before = new Map(selected.accounts.map(({ id, because }) => [id, because.length]));
    await selected.addUnit(unit, nested, [...path, "organizationalUnits", index]);
    for (const { id, because } of selected.accounts) if (because.length > (before.get(id) ?? 0)) inUnits.add(id);
  }
  if (accountFilter !== "UNION") {
    const isWanted = accountFilter === "INTERSECTION" ? listed : { has: (id: string) => !listed.has(id) };
    selected.keepOnly(({ id }) => inUnits.has(id) && isWanted.has(id), [...path, "accountFilter"]);
  }
  if (tags) selected.keepOnly(({ named }) => hasTags(named?.tags ?? {}, tags), [...path, "tags"]);
  if (
    accounts === undefined &&
    organizationalUnits === undefined &&
    !self &&
    !tags &&
    selection.name !== "" &&
    !selection.narrows
  ) {
    selected.findings.push(implicitSelf(path, "`accounts`"));
    await selected.addCaller(path);
  }
}

const hasTags = (tags: Readonly<Record<string, string>>, wanted: Record<string, string[]>): boolean =>
  Object.entries(wanted).every(([key, values]) => Object.hasOwn(tags, key) && values.includes(tags[key]!));

function implicitSelf(path: Path, missing: string): SpecFinding {
  const message = `Without ${missing} this is for whoever runs it: the caller's own account.`;
  const fix = "Write `accounts: self` if that is meant, or name the accounts.";
  return { code: "implicit-self", severity: "warning", message, path, atKey: true, fix };
}
