import { textFormats } from "./schema/formats.ts";
import { regionFindings } from "./limits.ts";
import type { Path, SpecFinding } from "./problem/problem.ts";
import { isGlob, matcherOf, regionsMatching } from "./region-names.ts";
import { knownRegions } from "../partitions.ts";
import type { Selection, Spec } from "./spec.ts";
import { didYouMean, suggest } from "./problem/suggest.ts";

/** Returns what is wrong with a selection, as far as that is known without AWS Organizations. */
export function selectionFindings(selection: Selection, spec: Spec): SpecFinding[] {
  const { accounts, organizationalUnits, regions, exclude, path } = selection;
  const reference = (list: string[], ...at: string[]) =>
    list.flatMap((account, index) => accountFindings(account, [...path, ...at, index], spec));
  const missed = Array.isArray(accounts) ? reference(accounts, "accounts") : [];
  // Where nothing else selects accounts, what matches none is why there are no targets.
  const isNothing = missed.length > 0 && missed.length === accounts?.length && !organizationalUnits;
  return [
    ...(isNothing ? missed.map((finding) => ({ ...finding, severity: "error" as const })) : missed),
    // Accounts below a unit may be left out by the names that they have in AWS Organizations.
    ...(organizationalUnits ? [] : reference(exclude.accounts, "exclude", "accounts")),
    ...(Array.isArray(accounts) ? twice(accounts, [...path, "accounts"], (name) => idOf(name, spec)) : []),
    ...twice(regions, [...path, "regions"]),
    ...twice(organizationalUnits ?? [], [...path, "organizationalUnits"]),
    ...twice(exclude.accounts, [...path, "exclude", "accounts"], (name) => idOf(name, spec)),
    ...twice(exclude.organizationalUnits, [...path, "exclude", "organizationalUnits"]),
    ...twice(exclude.regions, [...path, "exclude", "regions"]),
    ...twice(exclude.targets, [...path, "exclude", "targets"]),
    ...tagFindings(selection, spec),
    ...filterFindings(selection),
    ...regionListFindings(regions, [...path, "regions"], spec),
    ...regionListFindings(exclude.regions, [...path, "exclude", "regions"], spec),
    ...exclude.targets.flatMap((target, index) =>
      accountFindings(target.split("/")[0]!, [...path, "exclude", "targets", index], spec),
    ),
  ];
}

const globCure = "Correct it, or name the Regions: globs such as eu-* stand for those that this version knows.";

/** Returns the Regions, groups and globs of a list that stand for nothing, or for a Region that is not known. */
export function regionListFindings(list: readonly string[], path: Path, spec: Spec): SpecFinding[] {
  return list.flatMap((name, index) => (name === "" ? [] : regionReferenceFindings(name, [...path, index], spec)));
}

function regionReferenceFindings(name: string, path: Path, { regionGroups }: Spec): SpecFinding[] {
  if (Object.hasOwn(regionGroups, name) || name.includes("${")) return [];
  if (textFormats.region.pattern.test(name)) return regionFindings(name, path);
  if (isGlob(name)) {
    if (regionsMatching(name, regionGroups).length > 0) return [];
    return [{ code: "matches-nothing", message: `No known Region matches "${name}".`, path, fix: globCure }];
  }
  const groups = Object.keys(regionGroups);
  const what = groups.length > 0 ? "an AWS Region, nor a group of them" : "an AWS Region";
  if (/^(all|all-enabled|any)$/i.test(name)) {
    const fix = 'Write `regions: all-enabled`, without brackets, or "*" in them for every Region that is known.';
    return [{ code: "bad-region", message: `"${name}" is not ${what}.`, path, fix }];
  }
  const meant = suggest(name, [...groups, ...knownRegions]);
  const fix =
    meant === undefined
      ? "Regions look like us-east-1; groups of them are named under `regions`."
      : `Did you mean "${meant}"?`;
  return [{ code: "bad-region", message: `"${name}" is not ${what}.`, path, fix, definition: ["regions", name] }];
}

const addTag = "Add it to the `tags:` of the accounts that are meant.";

/** Tags are those that the spec has, so that one which no account has is a typo. */
function tagFindings({ tags, path }: Selection, { accounts, broken }: Spec): SpecFinding[] {
  if (tags === undefined || [...broken].some((place) => place.startsWith('["accounts"'))) return [];
  return Object.entries(tags).flatMap(([key, values]): SpecFinding[] => {
    const at = [...path, "tags", key];
    const keys = [...new Set(accounts.flatMap((account) => Object.keys(account.tags)))];
    const definition = ["accounts"];
    if (!keys.includes(key)) {
      const message = `No account in \`accounts\` has the tag ${key}.`;
      return [
        { code: "matches-nothing", message, path: at, atKey: true, fix: didYouMean(key, keys) ?? addTag, definition },
      ];
    }
    const known = [...new Set(accounts.flatMap((account) => account.tags[key] ?? []))];
    const missed = values.filter((value) => !known.includes(value) && value !== "");
    return missed.map((value) => {
      const message = `No account in \`accounts\` has the tag ${key} with the value ${value}.`;
      const severity = missed.length < values.length ? "warning" : "error";
      const fix = didYouMean(value, known.filter(Boolean)) ?? addTag;
      return { code: "matches-nothing", severity, message, path: at, fix, definition };
    });
  });
}

function filterFindings({ accountFilter, organizationalUnits, path }: Selection): SpecFinding[] {
  if (accountFilter === "UNION" || organizationalUnits !== undefined) return [];
  const message = `accountFilter: ${accountFilter} is between accounts and organizationalUnits, and no units are named.`;
  const fix = "Add `organizationalUnits:`, or remove accountFilter.";
  return [{ code: "missing-key", message, path: [...path, "accountFilter"], fix }];
}

function accountFindings(account: string, path: Path, spec: Spec): SpecFinding[] {
  const names = namesIn(spec);
  if (account === "" || /^\d+$/.test(account) || names.set.has(account) || account.includes("${")) return [];
  // Among the accounts of units a glob may still find something.
  if (isGlob(account)) {
    if (names.list.some(matcherOf(account))) return [];
    return [
      {
        code: "unknown-account",
        severity: "warning",
        message: `No account in \`accounts\` matches "${account}".`,
        path,
        fix: "Correct it, or name the accounts that are meant under `accounts`.",
        definition: ["accounts"],
      },
    ];
  }
  const [, id] = /^arn:[^:]*:iam::(\d{12}):/.exec(account) ?? [];
  const fix =
    account === "self" || account === "all"
      ? `Write \`accounts: ${account}\`, without brackets.`
      : id
        ? `Write "${id}".`
        : (didYouMean(account, names.list) ?? "Add it under `accounts`, or write its id in quotes.");
  const definition = ["accounts", account];
  return [{ code: "unknown-account", message: `No account is named "${account}".`, path, fix, definition }];
}

/** Returns what a list has twice, under whatever name. */
export function twice(
  list: readonly string[],
  path: Path,
  identity: (name: string) => string = (name) => name,
): SpecFinding[] {
  if (list.length < 2) return [];
  const first = new Map<string, string>();
  return list.flatMap((name, index): SpecFinding[] => {
    const id = identity(name);
    const earlier = first.get(id);
    if (name === "" || earlier === undefined) {
      first.set(id, name);
      return [];
    }
    const message =
      earlier === name ? `"${name}" is listed twice.` : `"${name}" is ${earlier}, which is listed already.`;
    return [{ code: "listed-twice", severity: "warning", message, path: [...path, index], fix: "Remove it." }];
  });
}

const idOf = (name: string, spec: Spec) => namesIn(spec).ids.get(name) ?? name;

/** The names of a spec's accounts, listed once for all who look one up. */
function namesIn(spec: Spec): { list: string[]; set: ReadonlySet<string>; ids: ReadonlyMap<string, string> } {
  const known = namesOf.get(spec);
  if (known !== undefined) return known;
  const list = spec.accounts.map(({ name }) => name);
  const names = { list, set: new Set(list), ids: new Map(spec.accounts.map(({ name, id }) => [name, id])) };
  namesOf.set(spec, names);
  return names;
}

const namesOf = new WeakMap<Spec, ReturnType<typeof namesIn>>();
