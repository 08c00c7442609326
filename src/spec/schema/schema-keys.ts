import type { Path } from "../problem/problem.ts";
import { specJsonSchema } from "./schema.ts";

interface JsonSchemaNode {
  properties?: Record<string, JsonSchemaNode>;
  additionalProperties?: JsonSchemaNode | false;
  items?: JsonSchemaNode;
  anyOf?: JsonSchemaNode[];
  required?: string[];
  pattern?: string;
  patternErrorMessage?: string;
}

/** Returns the keys that may be written in the mapping at a path; none where names are free. */
export const keysAt = (path: Path): string[] => keysOf(nodesAt(path));

/** Returns whether the mapping that holds what is at a path cannot do without it. */
export const isRequired = (path: Path): boolean =>
  nodesAt(path.slice(0, -1)).some(({ required = [] }) => required.includes(String(path.at(-1))));

/** Returns what texts at a path look like, where this one does not. */
export function exampleUnless(text: string, path: Path): string | undefined {
  const texts = nodesAt(path).filter(({ pattern }) => pattern !== undefined);
  const fits = texts.some(({ pattern }) => new RegExp(pattern!, "u").test(text));
  return fits ? undefined : texts[0]?.patternErrorMessage;
}

/** Returns those keys of the mapping at a path below which a key may be written. */
export function keysHolding(key: string, path: Path): string[] {
  const nodes = nodesAt(path);
  const [first] = nodes;
  if (first === undefined) return [];
  const known = holders.get(first) ?? holdersIn(nodes);
  holders.set(first, known);
  return known.get(key) ?? [];
}

/** By the schema of the mapping, as many mappings of a spec have one. */
const holders = new WeakMap<JsonSchemaNode, ReadonlyMap<string, string[]>>();

function holdersIn(nodes: readonly JsonSchemaNode[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const holder of keysOf(nodes))
    for (const key of keysOf(below(nodes, holder))) found.set(key, [...(found.get(key) ?? []), holder]);
  return found;
}

const nodesAt = (path: Path): JsonSchemaNode[] =>
  path.reduce<JsonSchemaNode[]>((nodes, step) => below(nodes, step), alternatives(specJsonSchema()));

const below = (nodes: readonly JsonSchemaNode[], step: string | number): JsonSchemaNode[] =>
  nodes.flatMap(({ items, properties, additionalProperties }) => {
    const next = typeof step === "number" ? items : (propertyNamed(properties, step) ?? additionalProperties);
    return next ? alternatives(next) : [];
  });

const propertyNamed = (properties: Record<string, JsonSchemaNode> = {}, name: string) =>
  Object.hasOwn(properties, name) ? properties[name] : undefined;

const keysOf = (nodes: readonly JsonSchemaNode[]): string[] =>
  nodes.flatMap(({ properties = {} }) => Object.keys(properties));

const alternatives = (node: JsonSchemaNode): JsonSchemaNode[] => node.anyOf ?? [node];
