import type { Path, SpecFinding, SpecProblem } from "./problem/problem.ts";
import type { ExportEntry, Spec, SyncEntry } from "./spec.ts";
import { isProse, variablesIn } from "./schema/variables.ts";
import { locateFinding } from "./varied.ts";
import { nameOf } from "./yaml/source-map.ts";

/** Returns the settings by which the new name of an account would change what is in AWS: nothing is wrong, and a rename is no rename. */
export function nameNotes(spec: Spec): SpecProblem[] {
  const ofAccounts = [spec, ...spec.accounts].flatMap(({ role, externalId, ...at }) =>
    namedIn({ role, externalId }, "path" in at ? at.path : []).map((path) =>
      path.at(-1) === "role"
        ? note(path, "is another role that is assumed in it", "the role")
        : note(path, "is another external id with its role", "the external id"),
    ),
  );
  const ofEntries = [...spec.syncs, ...spec.exports].flatMap((entry) =>
    accountNamePaths(entry).map((path) =>
      locateFinding(note(path, consequence(entry, path), `its ${settingOf(path)}`), entry),
    ),
  );
  // What several entries have by default is told of the first.
  const once = new Map([...ofAccounts, ...ofEntries].toReversed().map((finding) => [nameOf(finding.path), finding]));
  return [...once.values()].map((finding) => spec.sourceMap.problem(finding));
}

function note(path: Path, effect: string, where: string): SpecFinding {
  const message = `Another name of an account ${effect}, since \${account.name} is in ${where}.`;
  return {
    code: "name-in-setting",
    severity: "warning",
    message,
    path,
    fix: "Use ${account.id}, which never changes.",
  };
}

function consequence({ key, ...entry }: SyncEntry | ExportEntry, path: Path): string {
  if (!("domain" in entry)) return `replaces its sync ${key}`;
  return path.includes("table")
    ? `has the backups of its export ${key} made elsewhere, and those before are not found`
    : `replaces its export ${key} and the table`;
}

/** The setting whose value, for all targets or for some, is at a path. */
const settingOf = (path: Path): string => String(path.findLast((step) => settings.has(String(step))) ?? path.at(-1));

const settings = new Set([
  "name",
  "bucket",
  "region",
  "prefix",
  "kmsKey",
  "domain",
  "backup",
  "backupOwner",
  "backupKey",
]);

/** The settings of an entry that are texts, with those of some of its targets. */
function documentOf(entry: SyncEntry | ExportEntry): object {
  if (entry.varied) return entry.varied.document;
  return "domain" in entry
    ? { domain: entry.domain, encryption: { kmsKey: entry.kmsKey }, table: entry.table }
    : { name: entry.name, destination: entry.destination };
}

/** Returns where an entry, as it is in all its targets or in one, has the name of an account in a text. */
export const accountNamePaths = (entry: SyncEntry | ExportEntry): Path[] => namedIn(documentOf(entry), entry.path);

/** The paths of the texts that have the name of an account in them. */
function namedIn(value: unknown, path: Path): Path[] {
  if (typeof value === "string") return !isProse(path) && variablesIn(value).includes("account.name") ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    namedIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
