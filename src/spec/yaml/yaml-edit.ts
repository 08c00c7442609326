import { Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { tightLists } from "./formatted-yaml.ts";
import type { Path } from "../problem/problem.ts";

/**
 * Returns a YAML text in which the value at a path is another one, or is there no longer (`undefined`); nothing else in the text is
 * touched, neither comments nor layout. `undefined` where that is not possible: the text is no YAML, or the place is an alias or has an anchor.
 */
export function withValue(text: string, path: Path, value: unknown): string | undefined {
  const contents = contentsOf(text);
  if (contents === undefined) return undefined;
  let node: unknown = contents;
  for (const [depth, key] of path.entries()) {
    if (isSeq(node)) node = node.items[Number(key)];
    else if (isMap(node)) {
      const pair = pairOf(node, key);
      if (pair === undefined) {
        if (value === undefined) return text;
        const nested = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
        return withPair(text, node, String(key), nested);
      }
      if (depth === path.length - 1 && value === undefined) return withoutPair(text, node, pair);
      node = pair.value;
    } else return undefined;
  }
  return replaced(text, node, value);
}

/** Returns a YAML text with one more item in the list at a path, which is made where there is none; `undefined` as of {@link withValue}. */
export function withItem(text: string, path: Path, item: unknown): string | undefined {
  const contents = contentsOf(text);
  let node: unknown = contents;
  for (const key of path) {
    if (isMap(node)) node = pairOf(node, key)?.value;
    else if (isSeq(node)) node = node.items[Number(key)];
    else return contents === undefined || isAlias(node) ? undefined : withValue(text, path, [item]);
  }
  if (node === undefined) return withValue(text, path, [item]);
  if (!isSeq(node) || node.anchor !== undefined) return undefined;
  if (node.flow) return withMember(text, node, flowText(item, isJson(text, node)));
  const last = node.items.at(-1);
  const indent = last === undefined ? undefined : dashIndent(text, startOf(last));
  if (indent === undefined) return undefined;
  const lines = blockLines(item).map((line, index) => `${indent}${index === 0 ? "- " : "  "}${line}`);
  return withLines(text, endOf(text, last), lines);
}

function contentsOf(text: string): ParsedNode | null | undefined {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  return document.errors.length > 0 ? undefined : document.contents;
}

const pairOf = (map: YAMLMap, key: Path[number]): Pair | undefined =>
  map.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));

function withPair(text: string, map: YAMLMap, key: string, value: unknown): string | undefined {
  if (map.flow) {
    const json = isJson(text, map);
    const name = json ? JSON.stringify(key) : scalarText(key, "PLAIN");
    return withMember(text, map, `${name}: ${flowText(value, json)}`);
  }
  const [first] = map.items;
  const last = map.items.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const start = startOf(first);
  const indent = " ".repeat(start - lineStart(text, start));
  return withLines(
    text,
    endOf(text, last),
    blockLines({ [key]: value }).map((line) => `${indent}${line}`),
  );
}

/** One more member of `{ … }` or `[…]`, on a line of its own where the last one is. */
function withMember(text: string, collection: YAMLMap | YAMLSeq, member: string): string {
  const close = collection.range![1] - 1;
  const last = collection.items.at(-1);
  if (last === undefined) {
    const padded = isMap(collection) ? ` ${member} ` : member;
    return `${text.slice(0, collection.range![0] + 1)}${padded}${text.slice(close)}`;
  }
  const start = startOf(last);
  const end = endOf(text, last);
  const before = text.slice(lineStart(text, start), start);
  const between =
    /^\s+$/.test(before) && collection.range![0] < lineStart(text, start) ? `${eolOf(text)}${before}` : " ";
  const comma = /^\s*,/.exec(text.slice(end, close))?.[0].length;
  const at = end + (comma ?? 0);
  return `${text.slice(0, at)}${comma === undefined ? "," : ""}${between}${member}${text.slice(at)}`;
}

function withoutPair(text: string, map: YAMLMap, pair: Pair): string | undefined {
  const [start, end] = [startOf(pair), endOf(text, pair)];
  const index = map.items.indexOf(pair);
  if (map.items.length === 1) return undefined;
  if (map.flow) {
    const next = map.items[index + 1];
    return next === undefined
      ? `${text.slice(0, endOf(text, map.items[index - 1]))}${text.slice(end)}`
      : `${text.slice(0, start)}${text.slice(startOf(next))}`;
  }
  const from = lineStart(text, start);
  if (text.slice(from, start).trim() !== "") return undefined;
  return `${text.slice(0, from)}${text.slice(nextLine(text, end))}`;
}

function replaced(text: string, node: unknown, value: unknown): string | undefined {
  if (!isNode(node) || isAlias(node) || node.tag?.startsWith("!") || hasAnchor(node)) return undefined;
  const [start, end] = node.range!;
  const splice = (written: string) => `${text.slice(0, start)}${written}${text.slice(end)}`;
  if (isScalar(node)) {
    if (end === start || typeof value === "object" || isBlockScalar(node)) return undefined;
    return splice(scalarText(value, node.type));
  }
  if (!isSeq(node) || !Array.isArray(value)) return undefined;
  if (node.flow) return splice(flowText(value, isJson(text, node)));
  return withMembers(text, node, value);
}

/** A block list in which members of a set come and go: what stays is not touched. */
function withMembers(text: string, list: YAMLSeq, members: readonly unknown[]): string | undefined {
  const items = list.items.filter(isScalar);
  if (items.length !== list.items.length) return undefined;
  const known = new Set(items.map(({ value }) => value));
  const [first] = items;
  const indent = first === undefined ? undefined : dashIndent(text, startOf(first));
  if (indent === undefined) return undefined;
  const added = members
    .filter((member) => !known.has(member))
    .map((member) => `${indent}- ${scalarText(member, "PLAIN")}`);
  let result = withLines(text, endOf(text, items.at(-1)), added);
  for (const item of items.filter(({ value }) => !members.includes(value)).toReversed()) {
    result = `${result.slice(0, lineStart(text, startOf(item)))}${result.slice(nextLine(text, endOf(text, item)))}`;
  }
  return result;
}

/** Lines after the one that ends at or after an offset. */
function withLines(text: string, offset: number, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  const eol = eolOf(text);
  const found = text.indexOf("\n", offset);
  const at = found < 0 ? text.length : text[found - 1] === "\r" ? found - 1 : found;
  return `${text.slice(0, at)}${lines.map((line) => `${eol}${line}`).join("")}${text.slice(at)}`;
}

/** A value as lines of block YAML: lists of texts and selections on one line each. */
function blockLines(value: unknown): string[] {
  const document = new Document(value);
  visit(document, {
    Seq: (_key, list) => {
      if (list.items.every((item) => isScalar(item))) list.flow = true;
    },
    Pair: (_key, { key, value: inner }) => {
      if (isScalar(key) && (key.value === "targets" || key.value === "exclude") && isCollection(inner))
        inner.flow = true;
    },
  });
  return tight(document).split("\n");
}

function flowText(value: unknown, json: boolean): string {
  if (json) return JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
  const document = new Document(value);
  visit(document, { Collection: (_key, collection) => void (collection.flow = true) });
  return tight(document);
}

const tight = (document: Document): string => tightLists(document.toString(oneLine)).trimEnd();

/** No text is broken into several lines. */
const oneLine = { lineWidth: 0, blockQuote: false, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER } as const;

function scalarText(value: unknown, type: Scalar["type"]): string {
  if (typeof value !== "string") return String(value);
  if (type === "QUOTE_DOUBLE") return JSON.stringify(value);
  if (type === "QUOTE_SINGLE" && !value.includes("\n")) return `'${value.replaceAll("'", "''")}'`;
  // As a member of a list, where more has to be quoted.
  return flowText([value], false).slice(1, -1);
}

/** Whether a flow collection is written as JSON is. */
function isJson(text: string, { items }: YAMLMap | YAMLSeq): boolean {
  const [first] = items;
  return first !== undefined && text[startOf(first)] === '"';
}

const isBlockScalar = ({ type }: Scalar): boolean => type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";

function hasAnchor(node: ParsedNode | unknown): boolean {
  let found = false;
  visit(node as ParsedNode, {
    Value: (_key, { anchor }) => {
      found ||= anchor !== undefined;
    },
  });
  return found;
}

const startOf = (item: unknown): number => (isPair(item) ? startOf(item.key) : (item as ParsedNode).range[0]);

function endOf(text: string, item: unknown): number {
  if (isPair(item)) return item.value === null ? endOf(text, item.key) : endOf(text, item.value);
  if (isCollection(item) && !item.flow && item.items.length > 0) return endOf(text, item.items.at(-1));
  const [, end] = (item as ParsedNode).range;
  return isScalar(item) && isBlockScalar(item) ? text.slice(0, end).trimEnd().length : end;
}

/** The white space before the dash of an item; `undefined` where something else is on its line. */
const dashIndent = (text: string, start: number): string | undefined =>
  /^([ \t]*)- +$/.exec(text.slice(lineStart(text, start), start))?.[1];

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

function nextLine(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  return found < 0 ? text.length : found + 1;
}

const eolOf = (text: string): string => (/^[^\n]*\r\n/.test(text) ? "\r\n" : "\n");
