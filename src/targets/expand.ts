import type { ExportEntry, Path, SpecFinding, Spec, SpecProblem, SyncEntry } from "../spec/index.ts";
import {
  accountNamePaths,
  exportLimits,
  isEcho,
  interpolateAll,
  nameOf,
  locateFinding,
  roleFindings,
  sortProblems,
  syncLimits,
} from "../spec/index.ts";
import { exportConflicts, syncConflicts } from "./conflicts.ts";
import type { ResolvedSelection } from "./candidate.ts";
import type { TargetEntry } from "./conflicts.ts";
import { connection, exportDeclarations, syncDeclaration } from "./declare.ts";
import type { Declaration } from "./declare.ts";
import { emptySelectionFindings, isOfEmptySelection } from "./empty-selections.ts";
import { rememberAnswers } from "./lookups.ts";
import type { CallerLookup, Lookups, OrganizationLookup } from "./lookups.ts";
import type { Target } from "./target.ts";
import { targetName, variablesOf } from "./target.ts";
import { entryPartitions, rolePartition, strayFinding, strayTargets } from "./partition-findings.ts";
import { isUnresolved } from "./selection-resolver.ts";
import { targetsOf, resolveSelections } from "./selection.ts";
import { valuesWithoutEffect, entryForTarget } from "./entry-for-target.ts";
import { wavesOf } from "./waves.ts";
import type { Wave } from "./waves.ts";

/** What a spec comes to. */
export interface Expansion {
  /** One for each account × Region × entry, sorted by name, then type. */
  declarations: Declaration[];
  problems: SpecProblem[];
  /** What is deployed before what; none where the spec has no order. */
  waves: Wave[];
  /** What the spec or the organization calls the accounts that resources are in, by their ids. */
  names: Record<string, string>;
}

/**
 * Returns every resource that a spec stands for. Without `organization` nothing is known of units, without `caller` nothing of entries
 * for the caller's own account: a warning says so and they are left out.
 */
export async function expand(spec: Spec, organization?: OrganizationLookup, caller?: CallerLookup): Promise<Expansion> {
  const findings: SpecFinding[] = [];
  const lookups = rememberAnswers({ organization, caller });
  const syncs = await entriesInTargets(spec.syncs, spec, lookups, findings);
  const exports = await entriesInTargets(spec.exports, spec, lookups, findings);
  findings.push(...syncs.flatMap(({ entry }) => syncLimits(entry).map((finding) => locateFinding(finding, entry))));
  findings.push(
    ...exports.flatMap(({ entry, target }) =>
      exportLimits(entry, target.region).map((finding) => locateFinding(finding, entry)),
    ),
  );
  findings.push(...syncConflicts(syncs), ...exportConflicts(exports), ...domainFindings(exports));
  const all = [...syncs, ...exports];
  const stray = new Set(strayTargets(all));
  const placed = all.filter((one) => !stray.has(one));
  findings.push(...placed.flatMap(({ target }) => roleIn(target, spec)));
  findings.push(...placed.flatMap(entryPartitions), ...[...stray].map(strayFinding));
  findings.push(...(await unusedFindings(spec)));
  const { waves, findings: ofWaves } = await wavesOf(spec, lookups);
  findings.push(...ofWaves);
  const declarations = [
    ...syncs.map(({ entry, target }) => syncDeclaration(entry, target, spec)),
    ...exports.flatMap(({ entry, target }) => exportDeclarations(entry, target, spec)),
  ];
  return { declarations: sorted(declarations), problems: problemsOf(findings, spec), waves, names: namesIn(all) };
}

const namesIn = (entries: readonly TargetEntry<SyncEntry | ExportEntry>[]): Record<string, string> =>
  Object.fromEntries(
    entries.flatMap(({ target: { account, accountName } }) =>
      accountName === undefined ? [] : [[account, accountName]],
    ),
  );

/** Returns the entries in each of their targets, with variables filled in; what is wrong with them is added to `findings`. */
export async function entriesInTargets<Entry extends SyncEntry | ExportEntry>(
  entries: Entry[],
  spec: Spec,
  lookups: Lookups,
  findings: SpecFinding[],
): Promise<TargetEntry<Entry>[]> {
  const all: TargetEntry<Entry>[] = [];
  for (const entry of entries) {
    const selected = await resolveSelections(entry.selection, entry.path, spec, lookups);
    const targets = targetsOf(selected);
    findings.push(...selected.flatMap((part) => part.findings));
    if (targets.length === 0 && selected.every(isWholeAndKnown)) findings.push(...emptySelectionFindings(entry, spec));
    const entryFindings: SpecFinding[] = [];
    const entryIn = await entryForTarget(entry, targets, spec, lookups, entryFindings);
    if (selected.every(({ open }) => open.size === 0)) findings.push(...valuesWithoutEffect(entry, targets));
    for (const target of isOff(entry) ? [] : targets) {
      const here = entryIn(target);
      const filled = { ...here, ...interpolateAll(settingsOf(here), variablesOf(target)) };
      if (target.accountName === undefined)
        findings.push(
          ...accountNamePaths(here).map((path) => locateFinding(namelessAccount(entry, target, path), here)),
        );
      all.push({ entry: filled, target });
    }
    findings.push(...entryFindings.map((finding) => locateFinding(finding, entry)));
  }
  return all;
}

/** Whether a selection that matches nothing has no other reason than what it says. */
const isWholeAndKnown = ({ open, findings }: ResolvedSelection): boolean =>
  open.size === 0 && !findings.some(({ code }) => code === "regions-unknown");

/** A sync that is switched off stands for nothing; an export has a switch in AWS. */
const isOff = (entry: SyncEntry | ExportEntry): boolean => !("domain" in entry) && !entry.enabled;

/** What of an entry may hold variables. */
function settingsOf(entry: SyncEntry | ExportEntry): object {
  return "domain" in entry
    ? { domain: entry.domain, kmsKey: entry.kmsKey, table: entry.table }
    : { name: entry.name, destination: entry.destination };
}

/** What is wrong with the selections that no entry uses yet, as far as nothing has to be asked for them: they may be for the next one. */
async function unusedFindings(spec: Spec): Promise<SpecFinding[]> {
  const entries = [...spec.syncs, ...spec.exports];
  const selections = entries.flatMap(({ selection, varied }) => [
    selection,
    ...(selection?.union ?? []),
    ...(varied?.overrides ?? []).map((override) => override.selection),
  ]);
  const used = new Set([...selections.map((selection) => selection?.name), ...(spec.rollout.order ?? [])]);
  const unused = spec.selections.filter(({ name }) => !used.has(name));
  const findings = unused.map(async (selection): Promise<SpecFinding[]> => {
    const [selected] = (await resolveSelections(selection, selection.path, spec, {})) as [ResolvedSelection];
    const known = selected.findings.filter((finding) => !isUnresolved(finding));
    if (targetsOf([selected]).length > 0 || !isWholeAndKnown(selected)) return known;
    const message = `The selection ${selection.name} matches nothing, and nothing uses it.`;
    const { path } = selection;
    const severity = "warning";
    return [...known, { code: "matches-nothing", severity, message, path, atKey: true, fix: "Correct or remove it." }];
  });
  return (await Promise.all(findings)).flat();
}

function namelessAccount({ key }: SyncEntry | ExportEntry, { account }: Target, path: Path): SpecFinding {
  const message = `${key} uses \${account.name}, but the account ${account} has no name.`;
  return { code: "nameless-account", message, path, fix: `Name it: add it under \`accounts\`.` };
}

/** A domain lives in one Region. */
function domainFindings(exports: TargetEntry<ExportEntry>[]): SpecFinding[] {
  return [...Map.groupBy(exports, ({ entry }) => entry.domain).values()].flatMap((same) => {
    const other = same.find(({ target }) => target.region !== same[0]!.target.region);
    if (other === undefined || other.entry.domain === "") return [];
    const targets = `${targetName(same[0]!.target)} and ${targetName(other.target)}`;
    const message = `The domain ${other.entry.domain} is exported in ${targets}, but a domain lives in one Region.`;
    const fix = "Leave the other Regions out of its targets, or give each the domain that lives there.";
    const path = [...other.entry.path, "domain"];
    return [{ code: "domain-region", severity: "warning" as const, message, path, fix }];
  });
}

function roleIn(target: Target, spec: Spec): SpecFinding[] {
  const { role } = connection(target, spec);
  const path = target.named?.role === undefined ? ["role"] : [...target.named.path, "role"];
  if (role === undefined) return [];
  const wrong = roleFindings(role, target.account, path);
  return wrong.length > 0 ? wrong : rolePartition(role, { target }, path);
}

/** One problem for each kind and place in the file; what the spec's own check has said is not said again. */
function problemsOf(findings: SpecFinding[], spec: Spec): SpecProblem[] {
  const once = new Map<string, SpecFinding>();
  const isMoot = isOfEmptySelection(findings, spec);
  for (const finding of findings) {
    if (isMoot(finding)) continue;
    const path = nameOf(finding.path);
    const key = `${finding.code} ${path}`;
    if (!once.has(key) && !isBroken(finding, spec)) once.set(key, finding);
  }
  return sortProblems([...once.values()].map((finding) => spec.sourceMap.problem(finding)));
}

/** A selection with a broken part is not to blame for what it comes to. */
function isBroken(finding: SpecFinding, spec: Spec): boolean {
  const { code, path } = finding;
  // What is left out of a selection is judged by all of it.
  const whole = code === "nameless-account" ? path.slice(0, 2) : path;
  const prefix = nameOf(whole.includes("exclude") ? whole.slice(0, whole.indexOf("exclude")) : whole).slice(0, -1);
  return (
    isEcho(finding, spec.broken) ||
    (["implicit-self", "needs-caller"].includes(code) &&
      ["targets", "accounts", "organizationalUnits", "tags", "regions", "<<"].some((key) =>
        spec.broken.has(nameOf([...path, key])),
      )) ||
    (code === "key-region" && spec.broken.has(nameOf([...path.slice(0, path.indexOf("kmsKey")), "region"]))) ||
    (code === "other-partition" && [...spec.broken].some((place) => place.startsWith('["targets"'))) ||
    (["matches-nothing", "no-value", "no-effect", "nameless-account"].includes(code) &&
      [...spec.broken].some(
        (place) =>
          (code === "no-effect" && place.startsWith('["targets"')) ||
          place.startsWith('["regions"') ||
          place.startsWith('["accounts"') ||
          place.startsWith(prefix),
      ))
  );
}

function sorted(declarations: Declaration[]): Declaration[] {
  const unique = new Map(
    declarations.toReversed().map((declaration) => [`${declaration.name}\n${declaration.type}`, declaration]),
  );
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, declaration]) => declaration);
}
