import type { Path, ShapeFinding } from "./problem/problem.ts";
import { keysAt } from "./schema/schema-keys.ts";
import { nameOf } from "./yaml/source-map.ts";
import type { SourceMap } from "./yaml/source-map.ts";

/** One finding, and the places whose own findings it stands for. */
interface Block {
  finding: ShapeFinding;
  covered: Path[];
}

/**
 * Returns the findings with one for each line that is indented too much or too little to stand where its name belongs, instead of those of all that
 * follows it there: a section within a section, an entry within an entry, a key of an entry beside it.
 */
export function withMisplacedAsOne(
  findings: readonly ShapeFinding[],
  data: unknown,
  sourceMap: SourceMap,
): ShapeFinding[] {
  const covered = new Set<string>();
  const isCovered = ({ path }: ShapeFinding) => path.some((_, index) => covered.has(nameOf(path.slice(0, index + 1))));
  const blocks = findings.flatMap((finding): Block[] => {
    if (finding.silent || isCovered(finding)) return [];
    const block = tooDeep(finding, data, sourceMap) ?? tooFlat(finding, data);
    block?.covered.forEach((path) => covered.add(nameOf(path)));
    return block ? [block] : [];
  });
  if (blocks.length === 0) return [...findings];
  const silent = blocks.flatMap(({ finding, covered: places }) =>
    places
      .slice(1)
      .map((path): ShapeFinding => ({ ...finding, path, meant: undefined, within: undefined, silent: true })),
  );
  return [...findings.filter((finding) => !isCovered(finding)), ...blocks.map(({ finding }) => finding), ...silent];
}

/** An empty section in a section, or an empty entry in an entry: what follows in there is its own. */
function tooDeep({ path, code }: ShapeFinding, data: unknown, sourceMap: SourceMap): Block | undefined {
  const [section, above] = path as readonly string[];
  const key = String(path.at(-1));
  const holder = mappingAt(path.slice(0, -1), data);
  if (holder === undefined || holder[key] !== null) return undefined;
  const behind = Object.keys(holder).slice(Object.keys(holder).indexOf(key) + 1);
  const isSection = path.length === 2 && keysAt([]).includes(key) && mappingAt([], data)?.[key] === undefined;
  const isEntry = path.length === 3 && code === "unknown-key" && entrySections.includes(section!);
  // A key that the entry has already is not among those behind.
  const isFollowed = isSection
    ? behind.length > 0
    : behind.length === 0
      ? sourceMap.range(path.slice(0, -1)).endLine > sourceMap.placeOf(path).line
      : behind.some((one) => keysAt(path.slice(0, 2)).includes(one));
  if ((!isSection && !isEntry) || !isFollowed) return undefined;
  const message = `\`${key}:\` is indented as a part of ${isSection ? section : above}, and so is what follows it.`;
  const fix = isSection
    ? "Remove the spaces in front of it."
    : `Indent it as \`${above}:\`, if it is an entry of ${section}.`;
  const meant = isSection ? [key] : [section!, key];
  const within = path.slice(0, -1);
  const finding = { code: "unknown-key", message, path, atKey: true, unusable: true, fix, meant, within };
  return { finding, covered: [path, ...behind.map((one) => [...path.slice(0, -1), one])] };
}

/** An entry that has the name of an entry's key, and is none: it belongs to the entry above. */
function tooFlat({ path }: ShapeFinding, data: unknown): Block | undefined {
  const [section, key] = path as readonly string[];
  if (key === undefined || !entrySections.includes(section!)) return undefined;
  if (!keysAt([section!, "any"]).includes(key)) return undefined;
  const entries = mappingAt([section!], data) ?? {};
  const before = Object.keys(entries)[Object.keys(entries).indexOf(key) - 1];
  const owner = before === undefined ? undefined : mappingAt([section!, before], data);
  if (before === undefined || owner === undefined || Object.hasOwn(owner, key)) return undefined;
  const message = `\`${key}:\` is indented as an entry of ${section}, and looks like a key of ${before}.`;
  const fix = `Indent it as the keys of \`${before}:\`.`;
  const at = [section!, key];
  // Other keys of it may stand below this one by now.
  const meant = [section!, before, "<<"];
  return {
    finding: { code: "unknown-key", message, path: at, atKey: true, unusable: true, fix, meant },
    covered: [at],
  };
}

const entrySections = ["accounts", "targets", "syncs", "exports"];

function mappingAt(path: Path, data: unknown): Record<string, unknown> | undefined {
  const value = path.reduce<unknown>(
    (above, step) =>
      typeof above === "object" && above !== null ? (above as Record<string, unknown>)[step] : undefined,
    data,
  );
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
