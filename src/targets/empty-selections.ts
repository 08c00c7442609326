import { nameOf } from "../spec/index.ts";
import type { ExportEntry, Path, Spec, SpecFinding, SyncEntry } from "../spec/index.ts";

/** Returns that the selection of an entry matches nothing, or each of several: where it is written, or at its list that is empty. */
export function emptySelectionFindings(entry: SyncEntry | ExportEntry, spec: Spec): SpecFinding[] {
  const { selection } = entry;
  return (selection?.union ?? [selection]).map((one) => emptySelectionFinding({ ...entry, selection: one }, spec));
}

function emptySelectionFinding({ key, selection, path }: SyncEntry | ExportEntry, { sourceMap }: Spec): SpecFinding {
  const why = selection?.regions.length === 0 ? "it has no Regions" : "no account is left in any Region";
  const code = "matches-nothing";
  const empty = (["regions", "accounts"] as const).find((list) => selection?.[list]?.length === 0);
  const inList = (at: Path): Pick<SpecFinding, "path" | "atKey"> =>
    empty !== undefined && sourceMap.has([...at, empty]) ? { path: [...at, empty] } : { path: at, atKey: true };
  if (selection?.name !== undefined) {
    const message = `The selection ${selection.name}, which ${key} uses, matches nothing: ${why}.`;
    return { code, message, ...inList(selection.path), fix: "Correct the selection, or remove the entry." };
  }
  const message = `The targets of ${key} match nothing: ${why}.`;
  const { path: at } = inList(selection?.path.at(-1) === "targets" ? selection.path : [...path, "targets"]);
  return { code, message, path: at, fix: "Correct the selection, or remove the entry." };
}

/** Returns what tells that an exclusion or an override is without effect only since its selection matches nothing, which is told itself. */
export function isOfEmptySelection(findings: readonly SpecFinding[], spec: Spec): (finding: SpecFinding) => boolean {
  const empty = findings.flatMap(({ code, path }) => (code === "matches-nothing" ? [path] : []));
  const selections = empty
    .filter((path) => ["regions", "accounts"].includes(String(path.at(-1))))
    .map((path) => `${nameOf(path.slice(0, -1)).slice(0, -1)},`);
  const names = new Set(empty.map(([section, name]) => (section === "targets" ? name : undefined)));
  const overrides = [...spec.syncs, ...spec.exports].flatMap(({ varied }) => varied?.overrides ?? []);
  const moot = new Set(
    overrides.flatMap(({ selection, path }) =>
      selection?.name !== undefined && names.has(selection.name) ? [nameOf(path)] : [],
    ),
  );
  return ({ code, path }) =>
    code === "no-effect" &&
    (moot.has(nameOf(path)) ||
      (path.includes("exclude") && selections.some((selection) => nameOf(path).startsWith(selection))));
}
