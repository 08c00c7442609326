import type { Path, Selection, Spec } from "../spec/index.ts";
import type { Candidate, Selected } from "./candidate.ts";
import type { Looks } from "./look.ts";
import type { Target } from "./target.ts";
import { Selecting } from "./selecting.ts";

/** The targets of a selection: accounts × Regions without what is excluded. */
export function targetsOf({ accounts, regions }: Selected): Target[] {
  const isIn = ({ excludedBy }: Candidate) => excludedBy.length === 0;
  return accounts
    .filter(isIn)
    .flatMap(({ id, named, name, own }) =>
      regions.filter(isIn).map((region) => ({ account: id, region: region.id, named, accountName: name, own })),
    );
}

/** Resolves what an entry selects; without a selection the caller's own account in the environment's Region. */
export async function select(
  selection: Selection | undefined,
  entryPath: Path,
  spec: Spec,
  looks: Looks,
): Promise<Selected> {
  const selected = new Selecting(spec, looks);
  if (selection === undefined) {
    await selected.addCaller(entryPath);
    await selected.addEnvironmentRegion(entryPath);
    return selected;
  }
  const { accounts, organizationalUnits, regions, exclude, path } = selection;
  const names = accounts === "all" ? spec.accounts.map(({ name }) => name) : (accounts ?? []);
  names.forEach((name, index) =>
    selected.addAccount(name, accounts === "all" ? [...path, "accounts"] : [...path, "accounts", index]),
  );
  for (const [index, unit] of (organizationalUnits ?? []).entries()) {
    await selected.addUnit(unit, [...path, "organizationalUnits", index]);
  }
  if (accounts === undefined && organizationalUnits === undefined) await selected.addCaller(path);
  regions.forEach((region, index) => selected.addRegion(region, [...path, "regions", index]));
  exclude.accounts.forEach((account, index) =>
    selected.excludeAccount(account, [...path, "exclude", "accounts", index]),
  );
  for (const [index, unit] of exclude.organizationalUnits.entries()) {
    await selected.excludeUnit(unit, [...path, "exclude", "organizationalUnits", index]);
  }
  exclude.regions.forEach((region, index) => selected.excludeRegion(region, [...path, "exclude", "regions", index]));
  return selected;
}
