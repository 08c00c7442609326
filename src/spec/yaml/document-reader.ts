import { isAlias, isCollection, isMap, isScalar, isSeq } from "yaml";
import type { Alias, Document, Node, Scalar, YAMLMap } from "yaml";
import { SourceMap } from "./source-map.ts";
import type { NodePlace, Span } from "./source-map.ts";
import type { Path, SpecProblem } from "../problem/problem.ts";
import { hasMaskedVariables, unmaskVariables } from "./variable-mask.ts";
import { hasForeignTag, isMerge, isSetAside, pairsOf, spanOf, unreadKey } from "./document-node.ts";
import type { NodePair } from "./document-node.ts";
import { isPrintable } from "../problem/visible.ts";

/** Aliases may stand for this many values in all; a few nested ones could otherwise stand for billions. */
const mostAliasedValues = 10_000;

/** One walk over a document: gives its data, and notes places and problems as it goes. */
export class DocumentReader {
  readonly #document: Document;
  readonly #sourceMap: SourceMap;
  readonly #problems: SpecProblem[];
  readonly #open = new Set<Node>();
  /** Aliases that are being read, one within the other, and the values that all have added. */
  #aliases = 0;
  #aliased = 0;
  /** Whether a key or a text has more than what shows on one line of ASCII. */
  hasOthers = false;
  /** The places whose values could not be read; of a `<<`, that of the key. */
  readonly broken: Path[] = [];
  /** How many brackets and braces are open around what is read. */
  #flows = 0;
  /** The lines that are not YAML. */
  readonly #faultLines: ReadonlySet<number>;

  constructor(
    document: Document,
    sourceMap: SourceMap,
    problems: SpecProblem[],
    faultLines: ReadonlySet<number> = new Set(),
  ) {
    this.#faultLines = faultLines;
    this.#document = document;
    this.#sourceMap = sourceMap;
    this.#problems = problems;
  }

  /** Returns the data of a node, and notes in `place` where it is written. */
  value(node: Node | null, path: Path, place: NodePlace, key?: Span): unknown {
    place.value = spanOf(node);
    if (key !== undefined) place.key = key;
    if (isSetAside(node)) {
      // What is behind it on its line may be another key of the mapping.
      this.broken.push(path, [...path.slice(0, -1), unreadKey]);
      return undefined;
    }
    if (this.#faultLines.size > 0 && this.#isBesideFault(node, key)) this.broken.push(path);
    if (isMap(node) && this.#endsAtFault(node)) this.broken.push([...path, unreadKey]);
    // As most are.
    if (isScalar(node) && node.tag === undefined && this.#aliases === 0) return this.#scalar(node, path);
    const target = isAlias(node) ? this.#anchored(node) : node;
    if (target === undefined) this.broken.push(path);
    if (target === null || target === undefined) return target;
    return this.#within(target, isAlias(node), () => {
      const tag = this.#refusesTag(target) ? this.#sourceMap.tagBefore(spanOf(target)) : undefined;
      if (tag) place.value = tag;
      if (isMap(target)) return this.#map(target, path, place, tag);
      if (isSeq(target))
        return target.items.map((item, index) =>
          this.value(item as Node | null, [...path, index], SourceMap.below(place, index)),
        );
      return this.#scalar(target as Scalar, path);
    });
  }

  /** What stands on the line before or behind one that is not YAML may be a part of what is broken there. */
  #isBesideFault(node: Node | null, key: Span | undefined): boolean {
    if (node !== null && !isScalar(node) && !(isCollection(node) && node.flow)) return false;
    const { line, endLine } = this.#sourceMap.rangeOf(node === null && key ? key : spanOf(node));
    return this.#faultLines.has(line - 1) || this.#faultLines.has(endLine + 1);
  }

  #endsAtFault = (node: Node): boolean =>
    this.#faultLines.size > 0 && this.#faultLines.has(this.#sourceMap.rangeOf(spanOf(node)).endLine + 1);

  /** Reads a node with its descendants; what aliases add is counted. */
  #within(node: Node, aliased: boolean, read: () => unknown): unknown {
    if ((aliased || this.#aliases > 0) && ++this.#aliased > mostAliasedValues) return this.#tooMuch(node);
    if (aliased) this.#aliases++;
    this.#open.add(node);
    const flow = isCollection(node) && node.flow === true;
    if (flow) this.#flows++;
    const data = read();
    if (flow) this.#flows--;
    this.#open.delete(node);
    if (aliased) this.#aliases--;
    return data;
  }

  /** What a refused tag, such as that of a set, has no values for is shown at the tag. */
  #map(map: YAMLMap, path: Path, place: NodePlace, tag?: Span): Record<string, unknown> {
    // An object without a prototype would be a slow one; nothing looks for a key that it has not of its own.
    const data: Record<string, unknown> = {};
    const merges: NodePair[] = [];
    for (const pair of pairsOf(map)) {
      if (isMerge(pair)) {
        merges.push(pair);
        continue;
      }
      if (isSetAside(pair.key)) {
        // Like a mapping that is merged into this one and cannot be read, it may have been any key.
        this.broken.push([...path, "<<"]);
        continue;
      }
      const span = spanOf(pair.key);
      const key = this.#key(pair.key);
      if (key === undefined) {
        this.broken.push(path);
        const isDouble = isMap(pair.key) && pair.key.flow === true && map.flow === true;
        const fix = isDouble
          ? "YAML reads double braces as mappings; write ${…} for a variable, in quotes."
          : "Write a name in front of the colon, in quotes where it begins with a special character.";
        this.#report(span, "yaml-key", "A key is a plain word here, not a list, a mapping or an alias.", fix);
      } else if (key === "__proto__") {
        this.#report(span, "unknown-key", "Nothing can be called __proto__.", "Choose another name.");
      } else if (Object.hasOwn(data, key)) {
        const { line } = this.#sourceMap.rangeOf(SourceMap.below(place, key).key ?? span);
        this.#report(span, "duplicate-key", `"${key}" is written twice; line ${line} has it too.`, "Keep one of them.");
      } else {
        const here = SourceMap.below(place, key);
        data[key] = this.value(pair.value, [...path, key], here, span);
        if (tag && pair.value === null) [here.value, here.key] = [tag, tag];
      }
    }
    for (const { key, value } of merges) this.#merge(value, { path, place }, data, spanOf(key));
    return data;
  }

  /** `<<` adds the keys that are not there yet; of several sources the first wins. Their places are in the source. */
  #merge(node: Node | null, into: MergedInto, data: Record<string, unknown>, before: Span): void {
    const target = isAlias(node) ? this.#anchored(node) : node;
    const at = node === null ? before : spanOf(node);
    if (isSeq(target) && target.items.every((item) => isAlias(item) || isMap(item))) {
      for (const item of target.items) this.#merge(item as Node, into, data, at);
    } else if (isMap(target)) {
      this.#within(target, true, () => this.#addMissing(target, into, data));
    } else {
      this.broken.push([...into.path, "<<"]);
      if (target === undefined) return;
      const message = "`<<` takes an alias of a mapping, or a list of them.";
      const fix = "Write `<<: *name`, with &name in front of the mapping that is meant.";
      this.#report(at, "yaml-merge", message, fix);
    }
  }

  #addMissing(source: YAMLMap, into: MergedInto, data: Record<string, unknown>): void {
    for (const pair of pairsOf(source)) {
      const key = this.#key(pair.key);
      if (isMerge(pair)) this.#merge(pair.value, into, data, spanOf(pair.key));
      else if (key !== undefined && key !== "__proto__" && !Object.hasOwn(data, key))
        data[key] = this.value(pair.value, [...into.path, key], SourceMap.below(into.place, key), spanOf(pair.key));
    }
  }

  #key(node: Node | null): string | undefined {
    if (!isScalar(node) || (node.source === "" && node.type === "PLAIN")) return undefined;
    return this.#seen(unmaskVariables(node.source ?? String(node.value)));
  }

  #scalar(node: Scalar, path: Path): unknown {
    const { source, type, value } = node;
    if (typeof value === "string") return this.#text(this.#seen(unmaskVariables(value)), node, path);
    // YAML reads 012345678901 as a number and loses the zero.
    if (typeof value !== "number" || type !== "PLAIN" || source === undefined || !/^\d{12}$/.test(source)) return value;
    this.#report(
      spanOf(node),
      "unquoted-account-id",
      `The account id ${source} is not quoted: YAML reads it as a number.`,
      `Write "${source}".`,
    );
    return source;
  }

  #seen(text: string): string {
    this.hasOthers ||= !isPrintable(text);
    return text;
  }

  /** Between brackets YAML takes the braces of a variable for its own, so a text that holds one has to be quoted there. */
  #text(text: string, node: Scalar, path: Path): string {
    if (node.type === "PLAIN" && this.#flows > 0 && hasMaskedVariables(node.source ?? "")) {
      const message = `Between { } or [ ] the text ${text} is not YAML without quotes.`;
      this.#report(spanOf(node), "unquoted-variable", message, `Write "${text}".`);
      // What is filled in is judged once it stands in quotes.
      this.broken.push(path);
    }
    if (node.type === "PLAIN" && text.includes(" - ") && this.#sourceMap.continuesWithDash(spanOf(node))) {
      const message = "Not YAML as it looks: a dash that is indented deeper goes on with the text above.";
      this.#report(spanOf(node), "yaml-syntax", message, "Indent each dash of a list alike.");
    }
    return text;
  }

  #anchored(alias: Alias): Node | undefined {
    const target = alias.resolve(this.#document);
    if (target === undefined) {
      const fix = isGlob(alias.source)
        ? `Write "*${alias.source}" in quotes if that is meant: without them YAML takes * for an alias.`
        : `Write &${alias.source} in front of what is meant, above, or the name without *.`;
      this.#report(spanOf(alias), "yaml-alias", `No anchor &${alias.source} is written above.`, fix);
    } else if (this.#open.has(target)) {
      this.#report(spanOf(alias), "yaml-alias", `The alias *${alias.source} stands for something that contains it.`);
      return undefined;
    }
    return target;
  }

  /** Reports a tag that is not plain data; its value is shown there too, so that it is one problem. */
  #refusesTag(node: Node): boolean {
    if (!hasForeignTag(node)) return false;
    const tag = node.tag.replace("tag:yaml.org,2002:", "!!");
    const fix =
      isScalar(node) && node.source === ""
        ? `Write "${tag}", with the quotes, if the ! belongs to it.`
        : "Write the value itself; only variables such as ${region} are filled in.";
    const message = `The tag ${tag} is not known: a spec is plain data.`;
    this.#report(this.#sourceMap.tagBefore(spanOf(node)), "custom-tag", message, fix);
    return true;
  }

  #tooMuch(node: Node | null): undefined {
    if (this.#aliased === mostAliasedValues + 1) {
      this.#report(
        spanOf(node),
        "yaml-alias",
        `The aliases stand for more than ${mostAliasedValues} values.`,
        "Write fewer, or use `targets`.",
      );
    }
  }

  #report(span: Span, code: string, message: string, fix?: string): void {
    this.#problems.push(this.#sourceMap.problemAt(span, code, message, fix));
  }
}

/** Whether what stands behind a * is more likely the rest of a pattern than the name of an anchor. */
const isGlob = (name: string): boolean => /^[^A-Za-z_]|[*?]/.test(name);

/** The mapping that a merge adds to. */
interface MergedInto {
  path: Path;
  place: NodePlace;
}
