import type { ExportEntry, Spec, SyncEntry } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Change } from "../change/change.ts";
import type { PlanDiagnostic } from "../change/diagnostics.ts";
import type { Guard } from "../plan/guard.ts";

interface Selectors {
  changes: readonly Change[];
  declarations: readonly Declaration[];
  spec?: Pick<Spec, "syncs" | "exports">;
}

/**
 * Holds back an entry that stands for nothing while what it stood for is deleted: that is what a failed look-up or a renamed
 * organizational unit looks like. Who means it removes the entry.
 */
export function selectorGuard(input: Selectors): Guard {
  const emptied = emptiedIn(input);
  if (emptied.length === 0) return { name: "empty-selector", status: "pass", message: "No selection went empty." };
  const cure = "Look at its accounts, Regions and organizational units; if all of it is to go, remove the entry.";
  return {
    name: "empty-selector",
    status: "blocked",
    message: `A selection went empty: ${emptied.join(", ")}. ${cure}`,
  };
}

/** Tells of selections that shrink, and of entries that are gone from the spec while what they stood for is deleted. */
export function selectorNotes(input: Selectors): PlanDiagnostic[] {
  return [...shrunkIn(input), ...vanishedIn(input)];
}

const entriesIn = (spec: Selectors["spec"]): (SyncEntry | ExportEntry)[] => [
  // What is switched off is meant to go.
  ...(spec?.syncs ?? []).filter(({ enabled }) => enabled !== false),
  ...(spec?.exports ?? []),
];

function emptiedIn({ changes, declarations, spec }: Selectors): string[] {
  const alive = new Set(declarations.map(({ source }) => lineOf(source)));
  return entriesIn(spec).flatMap((entry) => {
    const lost = alive.has(lineOf(entry.source)) ? [] : deletedTargetsOf(entry, changes);
    return lost.length > 0 ? `${entryWithSource(entry)} lost all of its ${lost.length}` : [];
  });
}

/** `inventory had 12 accounts, now 1.` */
function shrunkIn({ changes, declarations, spec }: Selectors): PlanDiagnostic[] {
  return entriesIn(spec).flatMap((entry) => {
    const left = declarations.filter(
      ({ source, type }) => lineOf(source) === lineOf(entry.source) && type !== "AssetTable",
    );
    const lost = deletedTargetsOf(entry, changes);
    if (left.length === 0 || lost.length === 0) return [];
    const [had, now] = [accountsOf([...left, ...lost]), accountsOf(left)];
    const counts =
      had > now ? [counted(had, "account"), now] : [counted(left.length + lost.length, "target"), left.length];
    return {
      severity: "warning" as const,
      message: `${selectorOf(entry)} had ${counts[0]}, now ${counts[1]}.`,
      source: entry.source,
    };
  });
}

/** `inventory`, or `ou-ab12-cdefgh34 (inventory)` where accounts come and go by themselves. */
function selectorOf({ key, selection }: SyncEntry | ExportEntry): string {
  const units = [selection ?? [], selection?.union ?? []]
    .flat()
    .flatMap(({ organizationalUnits = [] }) => organizationalUnits);
  return units.length > 0 ? `${units.join(", ")} (${key})` : key;
}

/** What is deleted of entries that are no longer in the spec. */
function vanishedIn({ changes, spec }: Selectors): PlanDiagnostic[] {
  if (!spec) return [];
  const gone = changes.filter(
    (change) =>
      change.operation === "delete" &&
      change.type !== "AssetTable" &&
      !entriesIn(spec).some((entry) => isMadeBy(entry, change)),
  );
  const groups = Map.groupBy(gone, ({ type, name, properties }) =>
    type === "ResourceDataSync"
      ? `the sync ${name.split("/").slice(2).join("/")}`
      : `the export of ${String(properties.find(({ path }) => path === "domain")?.before)}`,
  );
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, members]) => ({
      severity: "warning" as const,
      message: `No entry declares ${what} any more; it stood for ${counted(accountsOf(members), "account")} in ${counted(members.length, "target")}.${renamed(members, changes, spec)}`,
    }));
}

/** What to do where another sync is created with the same settings in each of the targets: that is what a renamed key looks like. */
function renamed(gone: readonly Change[], changes: readonly Change[], spec: NonNullable<Selectors["spec"]>): string {
  const [first] = gone as [Change, ...Change[]];
  if (first.type !== "ResourceDataSync") return "";
  const entry = spec.syncs.find(({ name }) =>
    gone.every((old) => {
      const there = `${old.account}/${old.region}/${name}`;
      const made = changes.find((change) => change.operation === "create" && change.name === there);
      return made !== undefined && settingsOf(made, "after") === settingsOf(old, "before");
    }),
  );
  if (entry === undefined) return "";
  const name = first.name.split("/").slice(2).join("/");
  return ` ${entry.key} (line ${entry.source.line}) is the same under another name: write \`name: ${name}\` in it to keep what is there.`;
}

/** Everything about a sync but what it is called. */
const settingsOf = ({ properties }: Change, side: "before" | "after"): string =>
  JSON.stringify(
    properties.filter(({ path }) => path !== "syncName" && path !== "arn").map((one) => [one.path, one[side]]),
  );

const deletedTargetsOf = (entry: SyncEntry | ExportEntry, changes: readonly Change[]): Change[] =>
  changes.filter((change) => leaving.has(change.operation) && change.type !== "AssetTable" && isMadeBy(entry, change));

/** A selection that went empty by mistake is one, whatever AWS keeps. */
const leaving: ReadonlySet<string> = new Set(["delete", "forget"]);

const isMadeBy = (entry: SyncEntry | ExportEntry, { type, name, properties }: Change): boolean =>
  "domain" in entry
    ? type !== "ResourceDataSync" && properties.some(({ path, before }) => path === "domain" && before === entry.domain)
    : type === "ResourceDataSync" && name.endsWith(`/${entry.name}`);

const lineOf = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;

const accountsOf = (targets: readonly { account?: string }[]): number =>
  new Set(targets.map(({ account }) => account)).size;

const entryWithSource = ({ key, source }: SyncEntry | ExportEntry): string => `${key} (${source.file}:${source.line})`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
