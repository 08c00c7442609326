import { isScalar } from "yaml";
import type { Node, Pair, YAMLMap } from "yaml";
import { setAsideMark } from "./set-aside.ts";
import type { Span } from "./source-map.ts";

/** A key with its value, as YAML's parser has them. */
export type NodePair = Pair<Node | null, Node | null>;

/** Returns the pairs of a mapping, in the order in which they are written. */
export const pairsOf = (map: YAMLMap): NodePair[] => map.items as NodePair[];

/** Returns where a node is written, in characters from the beginning of the text. */
export const spanOf = (node: Node | null): Span => (node?.range ? [node.range[0], node.range[1]] : [0, 0]);

/** Tells whether a node stands for what is not YAML and was taken out of the text. */
export const isSetAside = (node: Node | null): boolean => isScalar(node) && node.source === setAsideMark;

/** Among the broken places, one that a mapping may have and that could not be read. */
export const unreadKey = "?";

/** Tells whether a pair merges another mapping into its own: `<<: *name`. */
export const isMerge = ({ key }: NodePair): boolean => isScalar(key) && key.source === "<<" && key.type === "PLAIN";

/** The tags of YAML's core schema: https://yaml.org/spec/1.2.2/#103-core-schema */
const plainTags = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Tells whether a node has a tag that is not one of plain data. */
export function hasForeignTag(node: Node): node is Node & { tag: string } {
  return node.tag !== undefined && node.tag !== "!" && !plainTags.has(node.tag);
}
