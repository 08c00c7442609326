import type { SourceMap } from "./yaml/source-map.ts";
import { nameOf } from "./yaml/source-map.ts";
import type { Path, ShapeFinding } from "./problem/problem.ts";
import type { SpecDocument } from "./schema/schema.ts";
import type { Account, Allowance, Override, Selection, Spec } from "./spec.ts";
import { exportOf, syncOf } from "./entries.ts";
import { withoutTargetValues, hasMaps, withDefaults } from "./varied.ts";

type SelectorDocument = NonNullable<SpecDocument["targets"]>[string];
type AccountDocument = NonNullable<SpecDocument["accounts"]>[string];
type Targets = NonNullable<SpecDocument["syncs"]>[string]["targets"];
type At = Pick<Selection, "path" | "source">;

/**
 * Returns the spec that a document stands for. What is unusable in it is left out and what is missing is empty, so that all
 * the rest can be checked in the same run.
 */
export function buildSpec(data: unknown, findings: readonly ShapeFinding[], sourceMap: SourceMap, stack: string): Spec {
  const unusable = new Set(findings.filter((finding) => finding.unusable).map(({ path }) => nameOf(path)));
  const document = ((unusable.size === 0 ? data : usable(data, [], unusable)) ?? {}) as Partial<SpecDocument>;
  const at = (...path: string[]): At => ({
    path,
    source: sourceMap.placeOf(path),
  });
  const selections = entriesOf(document.targets).map(([name, selector]) =>
    selectionOf(selector, at("targets", name), name),
  );
  const selectionNamed = (name: string, path: Path, here: At): Selection =>
    selections.find((selection) => selection.name === name) ?? selectionOf({}, { ...here, path }, name);
  const selectionFor = (targets: Targets, path: Path): Selection | undefined => {
    const here = at(...(path as string[]));
    if (Array.isArray(targets)) {
      const union = targets.map((name, index) => selectionNamed(name, [...path, index], here));
      return { ...selectionOf({}, here), union };
    }
    if (typeof targets === "object") return selectionOf(targets, here);
    if (targets === undefined) return sourceMap.has(path) ? selectionOf({}, here, "") : undefined;
    return selectionNamed(targets, path, here);
  };
  const overrideOf = (override: unknown, path: Path): Override[] => {
    if (typeof override !== "object" || override === null) return [];
    const { targets, ...document } = override as { targets?: Targets };
    const selection = selectionFor(targets, [...path, "targets"]);
    return [{ selection: selection && { ...selection, narrows: true }, document, path }];
  };
  /** An entry with its defaults, and what differs from target to target. */
  const entryOf = (section: "syncs" | "exports", key: string, written: object) => {
    const here = at(section, key);
    const entry = withDefaults(written, document.defaults?.[section], ["defaults", section]);
    const { document: whole, origins } = entry;
    const selection = selectionFor(
      whole["targets"] as Targets,
      origins.get(nameOf(["targets"])) ?? [...here.path, "targets"],
    );
    const listed = Array.isArray(whole["overrides"]) ? whole["overrides"] : [];
    const overridesAt = origins.get(nameOf(["overrides"])) ?? [...here.path, "overrides"];
    const overrides = listed.flatMap((override, index) => overrideOf(override, [...overridesAt, index]));
    const isVaried = overrides.length > 0 || hasMaps(whole);
    return {
      document: withoutTargetValues(whole),
      entry: { ...here, key, selection, origins, varied: isVaried ? { ...entry, overrides } : undefined },
    };
  };
  return {
    file: sourceMap.file,
    stack,
    role: document.role,
    externalId: document.externalId,
    guards: document.guards ?? {},
    rollout: document.rollout ?? {},
    allow: allowancesOf(document.allow, at),
    variables: [document, ...Object.values(document.stacks ?? {})].flatMap(({ vars = {} }) => Object.keys(vars)),
    accounts: entriesOf(document.accounts).map(([name, account]) => accountOf(name, account, at("accounts", name))),
    regionGroups: document.regions ?? {},
    selections,
    defaults: document.defaults ?? {},
    syncs: entriesOf(document.syncs).map(([key, written]) => {
      const { document: sync, entry } = entryOf("syncs", key, written);
      return syncOf(sync, entry);
    }),
    exports: entriesOf(document.exports).map(([key, written]) => {
      const { document: whole, entry } = entryOf("exports", key, written);
      return exportOf(whole, entry);
    }),
    sourceMap: sourceMap,
    broken: new Set(findings.flatMap(({ path, severity }) => (severity === "warning" ? [] : [nameOf(path)]))),
  };
}

/** An allowance without a reason allows nothing. */
function allowancesOf(allow: SpecDocument["allow"], at: (...path: string[]) => At): Allowance[] {
  const list = Array.isArray(allow)
    ? allow.map((each, index) => ({ each, path: ["allow", index] }))
    : [{ each: allow, path: ["allow"] }];
  return list.flatMap(({ each, path }) =>
    typeof each === "object" && each.reason ? { ...each, ...at(...(path as string[])) } : [],
  );
}

/** The data without what is unusable. */
function usable(data: unknown, path: Path, unusable: ReadonlySet<string>): unknown {
  if (unusable.has(nameOf(path))) return undefined;
  // Every list is one of texts; an empty one keeps the others at their index.
  if (Array.isArray(data)) return data.map((item, index) => usable(item, [...path, index], unusable) ?? "");
  if (typeof data !== "object" || data === null) return data;
  const kept = Object.entries(data).map(([key, value]) => [key, usable(value, [...path, key], unusable)] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

function accountOf(name: string, account: AccountDocument, at: At): Account {
  const {
    id = "",
    role,
    externalId,
    tags = {},
    regions,
    enabled = true,
  } = typeof account === "string" ? { id: account } : (account as Exclude<AccountDocument, string>);
  return { name, id, role, externalId, tags, regions, enabled, ...at };
}

/** A selection as written, or empty where nothing usable is. */
function selectionOf(selector: Partial<SelectorDocument>, at: At, name?: string): Selection {
  const {
    accounts,
    organizationalUnits,
    nested = true,
    accountFilter = "UNION",
    regions = [],
    exclude = {},
  } = selector;
  const {
    accounts: noAccounts = [],
    organizationalUnits: noUnits = [],
    regions: noRegions = [],
    targets = [],
  } = exclude;
  const tags = selector.tags && Object.entries(selector.tags).map(([key, value]) => [key, [value].flat()] as const);
  return {
    name,
    accounts: accounts === "self" ? undefined : accounts,
    self: accounts === "self",
    organizationalUnits,
    nested,
    tags: tags && Object.fromEntries(tags),
    accountFilter,
    regions: regions === "all-enabled" ? [] : regions,
    allEnabled: regions === "all-enabled",
    exclude: { accounts: noAccounts, organizationalUnits: noUnits, regions: noRegions, targets },
    ...at,
  };
}

const entriesOf = <Value>(record: Record<string, Value> | undefined) => Object.entries(record ?? {});
