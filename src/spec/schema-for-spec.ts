import { variableDefinitions, visit } from "./schema/editor-schema.ts";
import type { SchemaNode } from "./schema/editor-schema.ts";
import { stackVariable } from "./schema/format-schemas.ts";
import { regionPattern } from "../partitions.ts";
import { restOfTargets } from "./spec.ts";
import type { Spec } from "./spec.ts";

/**
 * Returns the schema for one spec as it stands: its own names of accounts, selections, groups and stacks are offered, and others are
 * refused as `check` refuses them.
 */
export function schemaFor(schema: object, spec: Spec): object {
  const adapted = structuredClone(schema) as SchemaNode;
  const accounts = spec.accounts.flatMap(({ name, id }) => [name, id]);
  const names = anyOf(spec.accounts.map(({ name }) => name));
  const groups = Object.keys(spec.regionGroups);
  const selections = spec.selections.map(({ name }) => name!);
  const account: Names = {
    offered: accounts,
    pattern: `^(?:${names}|\\d{12}|[^/]*[*?][^/]*)$`,
    unknown: "No account has this name under `accounts`.",
  };
  // Accounts below a unit are left out by the names that they have in AWS Organizations.
  const inline = [...spec.syncs, ...spec.exports].flatMap(({ selection }) => selection ?? []);
  const below = [...spec.selections, ...inline].flatMap(({ organizationalUnits, exclude }) =>
    organizationalUnits ? exclude.accounts : [],
  );
  const leftOut = { ...account, pattern: `${account.pattern}|^(?:${anyOf(below)})$` };
  const region: Names = {
    offered: groups,
    pattern: `^(?:${anyOf(groups)}|[^/]*[*?][^/]*)$|${regionPattern.source}`,
    unknown: "This is neither a Region, such as us-east-1, nor a group of them under `regions`.",
  };
  const member: Names = { ...region, offered: [], pattern: `^[^/]*[*?][^/]*$|${regionPattern.source}` };
  const selection: Names = {
    offered: selections,
    pattern: `^(?:${anyOf(selections)})$`,
    unknown: "No selection has this name under `targets`.",
  };
  const wave = {
    ...selection,
    offered: [...selections, restOfTargets],
    pattern: `^(?:${anyOf([...selections, restOfTargets])})$`,
  };
  const target: Names = {
    offered: [],
    pattern: `^(?:${names}|\\d{12})/`,
    unknown: account.unknown,
  };
  visit(adapted, (node) => {
    const { properties = {} } = node;
    for (const list of itemsOf(properties["accounts"]))
      restrict(list, "organizationalUnits" in properties && !("accountFilter" in properties) ? leftOut : account);
    for (const list of itemsOf(properties["regions"]).filter(mayBeGlob)) restrict(list, region);
    for (const name of [...textsOf(properties["targets"]), ...itemsOf(properties["targets"])])
      restrict(name, name.pattern?.includes("\\/") ? target : selection);
    if (properties["order"]?.items) restrict(properties["order"].items, wave);
  });
  for (const name of groupsOf(adapted)) restrict(name, member);
  refuseSecondNames(adapted, spec);
  requireSettings(adapted, spec);
  adapted.definitions = variableDefinitions(spec.variables);
  return adapted;
}

/** Which names there are. */
interface Names {
  offered: readonly string[];
  pattern: string;
  /** What is said of another. */
  unknown: string;
}

function restrict(node: SchemaNode, { offered, pattern, unknown }: Names): void {
  node.examples = [...offered, ...(node.examples ?? [])];
  node.pattern = `(?=(?:${node.pattern}))(?:${pattern}|${stackVariable})`;
  node.patternErrorMessage = `${unknown} ${renewal}`;
}

/** An editor has the schema as it was made. */
const renewal =
  "If it is new there, make this schema anew: `sluice schema --for … --to …`, with --watch at every change.";

/** An account has one name: another one that the spec has for it may stay if its id is another. */
function refuseSecondNames({ properties = {} }: SchemaNode, { accounts }: Spec): void {
  const section = properties["accounts"];
  if (!section?.additionalProperties) return;
  const first = new Map<string, string>();
  for (const { name, id } of accounts) {
    const other = first.get(id);
    if (id === "" || other === undefined) {
      first.set(id, name);
      continue;
    }
    const another = {
      pattern: `^(?!${id}$)`,
      patternErrorMessage: `The account ${id} has the name ${other} already; keep one of them. ${renewal}`,
    };
    section.properties ??= {};
    section.properties[name] = {
      ...section.additionalProperties,
      allOf: [{ ...another, properties: { id: another } }],
    };
  }
}

/** Has what an entry needs written in it, unless the defaults have it. */
function requireSettings({ properties = {} }: SchemaNode, { defaults }: Spec): void {
  const sync = properties["syncs"]?.additionalProperties || {};
  const entry = properties["exports"]?.additionalProperties || {};
  const given = defaults.syncs as Record<string, object> | undefined;
  if (!given?.["destination"] && !given?.["source"])
    sync.anyOf = [{ required: ["destination"] }, { required: ["source"] }];
  needs(sync.properties?.["destination"], ["bucket", "region"], given?.["destination"]);
  needs(sync.properties?.["source"], ["regions"], given?.["source"]);
  needs(entry, ["domain"], defaults.exports);
}

function needs(node: SchemaNode | undefined, keys: readonly string[], given: object = {}): void {
  const required = keys.filter((key) => !Object.hasOwn(given, key));
  if (node && required.length > 0) node.required = required;
}

const groupsOf = ({ properties = {} }: SchemaNode): SchemaNode[] => {
  const group = properties["regions"]?.additionalProperties;
  return group ? itemsOf(group) : [];
};

const mayBeGlob = ({ pattern }: SchemaNode): boolean => pattern?.includes("*?") === true;

const textsOf = (node: SchemaNode | undefined): SchemaNode[] =>
  alternatives(node).filter(({ type, pattern }) => pattern !== undefined && [type].flat().includes("string"));

const itemsOf = (node: SchemaNode | undefined): SchemaNode[] =>
  alternatives(node).flatMap(({ items }) => (items ? [items] : []));

const alternatives = (node: SchemaNode | undefined): SchemaNode[] =>
  node === undefined ? [] : [node, ...(node.anyOf ?? []).flatMap(alternatives)];

const anyOf = (names: readonly string[]): string =>
  names.length === 0 ? "(?!)" : names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
