import type { ExportEntry, Selection, Spec, SpecFinding, SyncEntry } from "../spec/index.ts";
import { exportOf, keysWithoutTarget, withOverride, valuesForTarget, suggest, syncOf } from "../spec/index.ts";
import type { Lookups } from "./lookups.ts";
import { resolveSelections, targetsOf } from "./selection.ts";
import type { Target } from "./target.ts";
import { targetName } from "./target.ts";

/**
 * Returns what makes of an entry what it is in a target, overrides and mappings by account or Region applied. What it finds wrong is added
 * to `findings`, that of the overrides at once.
 */
export async function entryForTarget<Entry extends SyncEntry | ExportEntry>(
  entry: Entry,
  targets: readonly Target[],
  spec: Spec,
  lookups: Lookups,
  findings: SpecFinding[],
): Promise<(target: Target) => Entry> {
  const { varied } = entry;
  if (varied === undefined) return () => entry;
  const overrides: { isFor: (target: Target) => boolean; override: (typeof varied.overrides)[number] }[] = [];
  for (const override of varied.overrides) {
    const { isFor, isOpen } = await targetMatcher(override.selection, spec, lookups, findings);
    overrides.push({ isFor, override });
    if (isOpen || targets.length === 0 || targets.some(isFor)) continue;
    const message = `The override has no effect: ${entry.key} has none of its targets.`;
    findings.push({
      code: "no-effect",
      severity: "warning",
      message,
      path: override.path,
      fix: "Correct its targets, or remove it.",
    });
  }
  return (target) => {
    const { account, accountName, region } = target;
    let document = varied as Parameters<typeof valuesForTarget>[0];
    for (const { isFor, override } of overrides) if (isFor(target)) document = withOverride(document, override);
    const { missing, ...chosen } = valuesForTarget(document, { account, accountName, region });
    for (const at of missing) {
      const message = `${[...entry.path, ...at].join(".")} has no value for ${targetName(target)}.`;
      const keys = Object.keys(at.reduce((value, step) => value[step] as typeof document.document, document.document));
      const near = keys.find((key) => suggest(key, [region, accountName ?? account, account, "default"]));
      const fix = near
        ? `Correct ${near}, or add ${region} or default.`
        : `Add ${account}, ${region} or default to it.`;
      findings.push({ code: "no-value", message, path: [...entry.path, ...at], fix });
    }
    const { key, path, source, selection } = entry;
    const written = { key, path, source, selection, origins: chosen.origins };
    const build: (document: object, entry: typeof written) => SyncEntry | ExportEntry =
      "domain" in entry ? exportOf : syncOf;
    return build(chosen.document, written) as Entry;
  };
}

/** Finds the values for accounts and Regions that an entry has none of: a name that is mistyped, or left over. */
export function valuesWithoutEffect(
  { varied, path }: SyncEntry | ExportEntry,
  targets: readonly Target[],
): SpecFinding[] {
  if (varied === undefined || targets.length === 0) return [];
  return keysWithoutTarget(varied, targets).map((at) => ({
    code: "no-effect",
    severity: "warning",
    message: `The value for ${at.at(-1)} has no effect: the entry has no such account or Region.`,
    path: [...path, ...at],
    atKey: true,
    fix: correction(String(at.at(-1)), targets),
  }));
}

function correction(key: string, targets: readonly Target[]): string {
  const named = targets.flatMap(({ account, accountName, region }) => [accountName ?? account, region]);
  const near = suggest(key, new Set(named));
  return near ? `Did you mean "${near}"?` : "Correct it, or remove it.";
}

/** What tells whether a target is one of a selection's; of one that only narrows, what it does not say is any. */
async function targetMatcher(selection: Selection | undefined, spec: Spec, lookups: Lookups, findings: SpecFinding[]) {
  if (selection === undefined) return { isFor: () => true, isOpen: false };
  const [selected] = await resolveSelections(selection, selection.path, spec, lookups);
  const { accounts, regions, open } = selected!;
  findings.push(...selected!.findings);
  if (selection.name !== undefined) {
    const names = new Set(targetsOf([selected!]).map(targetName));
    return { isFor: (target: Target) => names.has(targetName(target)), isOpen: open.size > 0 };
  }
  const { self, tags, organizationalUnits } = selection;
  const namesAccounts =
    selection.accounts !== undefined || self || tags !== undefined || organizationalUnits !== undefined;
  const ids = new Set(accounts.filter(({ excludedBy }) => excludedBy.length === 0).map(({ id }) => id));
  const inRegions = new Set(regions.map(({ id }) => id));
  const isFor = ({ account, region }: Target) =>
    (!namesAccounts || ids.has(account)) &&
    ((selection.regions.length === 0 && !selection.allEnabled) || inRegions.has(region));
  return { isFor, isOpen: open.size > 0 };
}
