/** A JSON document whose numbers are kept as they are written: no double ever holds one. Objects are maps, so any key is only a key. */
export type ExactJson = string | boolean | null | ExactNumber | ExactJson[] | ExactObject;
/** An object by its keys, in their order. */
export type ExactObject = Map<string, ExactJson>;

/** A number as it is written. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** The whole number that it is; `undefined` for any other. */
  integer(): bigint | undefined {
    return /^-?\d+$/.test(this.text) ? BigInt(this.text) : undefined;
  }
}

/** Reads a document of which nothing may be lost: a key that comes twice, and anything after the end, is an error. */
export function readExactJson(text: string): ExactJson {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** Schemas nest; nothing that Iceberg writes nests this deep. */
const deepest = 500;

// oxlint-disable-next-line no-control-regex -- JSON forbids them in strings
const text = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/;
const token = new RegExp(`[ \\t\\n\\r]*(?:([{}[\\],:])|(${text.source})|(${number.source})|(true|false|null))`, "y");

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): ExactJson {
    if (depth > deepest) throw new Error(`it nests deeper than ${deepest} levels`);
    const [, mark, string, number, word] = this.#next();
    if (string !== undefined) return JSON.parse(string) as string;
    if (number !== undefined) return new ExactNumber(number);
    if (word !== undefined) return word === "null" ? null : word === "true";
    if (mark === "[") return this.#array(depth + 1);
    if (mark === "{") return this.#object(depth + 1);
    throw this.#unexpected();
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== "") throw this.#unexpected();
  }

  #array(depth: number): ExactJson[] {
    const items: ExactJson[] = [];
    if (this.#peeks("]")) return items;
    for (;;) {
      items.push(this.value(depth));
      if (this.#separator("]")) return items;
    }
  }

  #object(depth: number): ExactObject {
    const members: ExactObject = new Map();
    if (this.#peeks("}")) return members;
    for (;;) {
      const [, , string] = this.#next();
      if (string === undefined || this.#next()[1] !== ":") throw this.#unexpected();
      const key = JSON.parse(string) as string;
      if (members.has(key)) throw new Error(`it has the key ${string} twice`);
      members.set(key, this.value(depth));
      if (this.#separator("}")) return members;
    }
  }

  /** Whether the list ends here; it goes on after a comma. */
  #separator(end: string): boolean {
    const mark = this.#next()[1];
    if (mark !== end && mark !== ",") throw this.#unexpected();
    return mark === end;
  }

  #peeks(mark: string): boolean {
    const before = this.#at;
    if (this.#next()[1] === mark) return true;
    this.#at = before;
    return false;
  }

  #next(): RegExpExecArray {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (!found) throw this.#unexpected();
    this.#at = token.lastIndex;
    return found;
  }

  #unexpected(): Error {
    return new Error(`it is no JSON at character ${this.#at}`);
  }
}
