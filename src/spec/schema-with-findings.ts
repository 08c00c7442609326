import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Node } from "yaml";
import type { SchemaNode } from "./schema/editor-schema.ts";
import type { Path, SpecProblem } from "./problem/problem.ts";

/**
 * Returns a schema for a spec that also refuses the values with which `check` found what no schema can state, as they are now: another value is right
 * until the schema is made anew. `text` is the spec's own file.
 */
export function schemaWithFindings(schema: object, text: string, problems: readonly SpecProblem[]): object {
  const errors = problems.filter(({ severity }) => severity === "error");
  const written = writtenIn(text);
  const refused: Refused = {};
  for (const { line, column, code, message, fix = "" } of errors) {
    const found = written.get(`${line}:${column}`);
    if (found === undefined) continue;
    const { path, valueNow } = found;
    const value = valueNow();
    if (!isBeyondSchema(code, path, value)) continue;
    // An object with a member `then` is one that `await` would call.
    const here = placeIn(refused, path);
    here.allOf = [
      ...(here.allOf ?? []),
      { if: { not: { const: value } }, else: { type: ["null"], errorMessage: `${message} ${fix} ${origin}` } },
    ];
  }
  if (Object.keys(refused).length === 0) return schema;
  return { ...schema, allOf: [...((schema as SchemaNode).allOf ?? []), refused] };
}

const origin = "(`sluice check`, when this schema was made; --watch makes it anew.)";

interface Written {
  path: Path;
  valueNow(): unknown;
}

const always = () => true;

/** What `check` tells and a schema does not, for each code where that is so whatever the value. */
const beyondSchema: Record<string, (path: Path, value: unknown) => boolean> = {
  "bad-bucket-name": (path) => path.at(-1) === "backup",
  "curly-quotes": always,
  "duplicate-export": always,
  "duplicate-organization-share": always,
  "duplicate-sync": always,
  "hidden-character": always,
  "include-clash": always,
  "include-cycle": always,
  "include-missing": always,
  "key-region": (path) => path[0] === "defaults" || path.includes("encryption") || path.at(-1) !== "kmsKey",
  "matches-nothing": always,
  "missing-key": (path) => ["accountFilter", "keep"].includes(String(path.at(-1))),
  "nameless-account": always,
  "no-backup": always,
  "no-value": always,
  "other-partition": always,
  "regions-unknown": always,
  "role-account": always,
  "sync-quota": always,
  "unknown-account": (_path, value) => typeof value === "string" && /[*?]/.test(value),
  // Made of itself.
  "unknown-variable": (path) => path.at(-2) === "vars",
  // Waves that are named twice.
  "wrong-value": (path) => path.includes("order"),
};

/** Variables are filled in before a value is judged; what is wrong with the variables themselves a schema tells. */
const isBeyondSchema = (code: string, path: Path, value: unknown): boolean =>
  beyondSchema[code]?.(path, value) === true || (!code.includes("variable") && isFilledIn(value));

const isFilledIn = (value: unknown): boolean => typeof value === "string" && value.includes("${");

/** A schema that refuses some values and what has them within it. */
interface Refused {
  allOf?: object[];
  properties?: Record<string, Refused>;
  items?: Refused[];
}

/** Returns the schema of the value at a path, which it makes within that of the whole. */
function placeIn(whole: Refused, path: Path): Refused {
  let here = whole;
  for (const step of path) {
    if (typeof step === "number") {
      const items = (here.items ??= []);
      while (items.length <= step) items.push({});
      here = items[step]!;
    } else {
      const properties = (here.properties ??= Object.create(null) as Record<string, Refused>);
      here = properties[step] ??= {};
    }
  }
  return here;
}

/** An alias may stand for nothing, or for more than can be written down. */
function hasAlias(node: Node): boolean {
  let found = false;
  visit(node, { Alias: () => ((found = true), visit.BREAK) });
  return found;
}

/** What is written in a text, by the line and column where it, or its key, begins; where several do, the innermost. */
function writtenIn(text: string): ReadonlyMap<string, Written> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", uniqueKeys: false });
  const written = new Map<string, Written>();
  const note = (place: unknown, path: Path, node: unknown) => {
    if (!isNode(place) || !isNode(node) || !place.range || hasAlias(node)) return;
    const { line, col } = lines.linePos(place.range[0]);
    written.set(`${line}:${col}`, { path, valueNow: () => node.toJS(document) as unknown });
  };
  const walk = (node: unknown, path: Path): void => {
    note(node, path, node);
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (!isScalar(key) || key.value === "<<") continue;
      const at = [...path, String(key.value)];
      walk(value, at);
      note(key, at, value);
    }
  };
  if (document.errors.length === 0) walk(document.contents, []);
  return written;
}
