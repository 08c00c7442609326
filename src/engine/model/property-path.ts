/** A property within properties: names of members and indexes of elements, from the outside in. */
export type PropertyPath = readonly (string | number)[];

/** As a step of a path: every member, or every element. */
export const anyKey = "*";

/**
 * Reads a path as Pulumi writes it: `a.b`, `a[0].b`, `a["b.c"]`, and `*` or `[*]` for all at one level.
 *
 * @throws Error when it is no path, with the reason.
 */
export function parsePath(text: string): PropertyPath {
  if (text.startsWith(".")) throw fault(text, "it begins with a dot");
  if (text.endsWith(".")) throw fault(text, "it ends with a dot");
  const path: (string | number)[] = [];
  let rest = text;
  while (rest !== "") {
    const [matched, key] = step(rest, text);
    path.push(key);
    rest = rest.slice(matched.length);
    // Pulumi overlooks a dot too many, also before a bracket: old providers write such paths.
    rest = rest.replace(/^\.+/, "");
  }
  return path;
}

/** Returns the path, or `undefined` for a text that is none. */
export function pathIn(text: string): PropertyPath | undefined {
  try {
    return parsePath(text);
  } catch {
    return undefined;
  }
}

/** Returns whether the path leads to what the other one leads to, or to something around it. */
export function containsPath(path: PropertyPath, other: PropertyPath): boolean {
  return path.length <= other.length && path.every((key, index) => key === anyKey || key === other[index]);
}

/** Returns the path as text again; names that are no words are quoted. */
export function pathText(path: PropertyPath): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      if (!/^\w*$/.test(key)) return `["${key.replaceAll('"', '\\"')}"]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

function step(rest: string, text: string): [matched: string, key: string | number] {
  const [name] = /^[^.[]+/.exec(rest) ?? [];
  if (name !== undefined) return [name, name];
  const [quoted, key] = /^\["((?:\\"|\\(?!")|[^"\\])*)"\]/.exec(rest) ?? [];
  if (quoted !== undefined) return [quoted, (key ?? "").replaceAll('\\"', '"')];
  const [bracket, index = ""] = /^\[([^\]]*)\]/.exec(rest) ?? [];
  if (bracket === undefined) throw fault(text, "a bracket or a quote is not closed");
  if (index === anyKey) return [bracket, anyKey];
  if (!/^[-+]?\d+$/.test(index)) throw fault(text, `${JSON.stringify(index)} is no index`);
  return [bracket, Number(index)];
}

function fault(text: string, reason: string): Error {
  return new Error(`${JSON.stringify(text)} is not the path of a property: ${reason}`);
}
