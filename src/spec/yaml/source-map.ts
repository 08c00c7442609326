import { LineCounter } from "yaml";
import type { SpecFinding, Path, Range, SpecProblem } from "../problem/problem.ts";

/** Offsets of a part of a text: from, and one past its last character. */
export type Span = readonly [number, number];

/** Where a value and its key are written, and what is below; nothing of a value that is not. */
export interface NodePlace {
  value?: Span;
  key?: Span;
  below?: Map<string | number, NodePlace>;
}

/** Where each key and value of a document is written. */
export class SourceMap {
  readonly file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #shiftOf: (line: number) => number;
  /** Where the whole document is written. */
  readonly root: NodePlace = {};
  /** What other files bring, by section and name. */
  readonly #adopted = new Map<string, SourceMap>();

  /** `shiftOf` tells by how much the text of a line is further to the right than in the file. */
  constructor(text: string, file: string, shiftOf: (line: number) => number = () => 0) {
    this.file = file;
    this.#text = text;
    this.#shiftOf = shiftOf;
    this.#lines.addNewLine(0);
    for (const { index } of text.matchAll(/\n/g)) this.#lines.addNewLine(index + 1);
  }

  /** Where a key of a mapping, or an item of a list, will be written down. */
  static below(place: NodePlace, part: string | number): NodePlace {
    place.below ??= new Map();
    let next = place.below.get(part);
    if (next === undefined) place.below.set(part, (next = {}));
    return next;
  }

  /** Takes what is at a path, and below, from another file. */
  adopt(path: Path, other: SourceMap): void {
    this.#adopted.set(nameOf(path), other);
  }

  /** The file and line of the key at a path. */
  placeOf(path: Path): { file: string; line: number } {
    const other = this.#mapOf(path);
    if (other) return other.placeOf(path);
    // Where an entry ends is looked up for problems alone.
    const { key } = this.#at(path) ?? {};
    return { file: this.file, line: key ? this.#lines.linePos(key[0]).line : this.range(path, true).line };
  }

  has(path: Path): boolean {
    const other = this.#mapOf(path);
    if (other) return other.has(path);
    return this.#at(path)?.value !== undefined;
  }

  /** The place of a value or, where nothing is written at that path, of the key of what should hold it. */
  range(path: Path, atKey = false): Range {
    const other = this.#mapOf(path);
    if (other) return other.range(path, atKey);
    const { key, value } = this.#at(path) ?? {};
    const written = value !== undefined && value[1] > value[0] ? value : undefined;
    const span = atKey ? (key ?? written) : (written ?? key);
    if (span !== undefined) return this.rangeOf(span);
    // An item of which nothing is written is where its dash is.
    if (value !== undefined && typeof path.at(-1) === "number" && value[0] > 0) {
      const dash = this.#text.lastIndexOf("-", value[0]);
      return this.rangeOf(dash < 0 ? value : [dash, dash + 1]);
    }
    return path.length > 0 ? this.range(path.slice(0, -1), true) : this.rangeOf([0, 0]);
  }

  rangeOf([from, to]: Span): Range {
    const start = this.#position(this.#inside(from));
    const end = this.#position(this.#withoutSpace(from, this.#inside(to)));
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }

  problem({ code, severity = "error", message, path, atKey, fix }: SpecFinding): SpecProblem {
    const { file } = this.#mapOf(path) ?? this;
    return { code, severity, message, file, ...this.range(path, atKey), ...(fix && { fix }) };
  }

  problemAt(span: Span, code: string, message: string, fix?: string): SpecProblem {
    return { code, severity: "error", message, file: this.file, ...this.rangeOf(span), ...(fix && { fix }) };
  }

  /** The first line of what is written at a path. */
  textAt(path: Path): string {
    const other = this.#mapOf(path);
    if (other) return other.textAt(path);
    const [from, to] = this.#at(path)?.value ?? [0, 0];
    return this.#text.slice(from, to).split("\n", 1)[0]!.trim();
  }

  /** Whether a text of several lines has one that begins with a dash. */
  continuesWithDash([from, to]: Span): boolean {
    return /\n\s*- /.test(this.#text.slice(from, to));
  }

  /** The tag in front of a value. */
  tagBefore(value: Span): Span {
    const tag = /(![^\s,[\]{}]*)\s*(?:&\S+\s+)?$/.exec(this.#text.slice(Math.max(0, value[0] - 300), value[0]));
    if (tag === null) return value;
    const start = value[0] - tag[0].length;
    return [start, start + tag[1]!.length];
  }

  #at(path: Path): NodePlace | undefined {
    let place: NodePlace | undefined = this.root;
    for (const part of path) place = place?.below?.get(part);
    return place;
  }

  #mapOf(path: Path): SourceMap | undefined {
    return this.#adopted.size === 0 ? undefined : this.#adopted.get(nameOf(path.slice(0, 2)));
  }

  #position(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: Math.max(1, col - this.#shiftOf(line)) };
  }

  #inside(offset: number): number {
    return Math.min(Math.max(offset, 0), this.#text.length);
  }

  /** A block collection's span runs on to the next key; its text ends before. */
  #withoutSpace(from: number, to: number): number {
    return Math.max(Math.min(from, to), from + this.#text.slice(from, to).trimEnd().length);
  }
}

/** Returns a path as one text, by which maps find it. */
export const nameOf = (path: Path): string => JSON.stringify(path);
