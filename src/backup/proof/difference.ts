import { ExactNumber } from "./exact-json.ts";

/** How many differences of one file are told. */
const mostListed = 5;

/** Says where two values differ, as `path: expected …, found …`; bytes, exact numbers, lists, maps and plain values are compared. */
export function differencesOf(wanted: unknown, found: unknown, path = ""): string[] {
  // Nearly always nothing differs, and no path need be put into words.
  if (isEqual(wanted, found)) return [];
  const all: string[] = [];
  collect(wanted, found, path, all);
  return all;
}

/** Tells whether two such values are equal. */
export function isEqual(wanted: unknown, found: unknown): boolean {
  if (wanted === found) return true;
  if (Array.isArray(wanted) && Array.isArray(found)) {
    return wanted.length === found.length && wanted.every((item, index) => isEqual(item, found[index]));
  }
  if (!(wanted instanceof Map && found instanceof Map)) return isSame(wanted, found);
  if (wanted.size !== found.size) return false;
  for (const [key, value] of wanted) if (!isEqual(value, found.get(key)) || !found.has(key)) return false;
  return true;
}

function collect(wanted: unknown, found: unknown, path: string, all: string[]): void {
  if (all.length >= mostListed) return;
  if (wanted instanceof Map && found instanceof Map) {
    for (const key of new Set([...wanted.keys(), ...found.keys()])) {
      collect(wanted.get(key), found.get(key), path === "" ? String(key) : `${path}.${String(key)}`, all);
    }
    return;
  }
  if (Array.isArray(wanted) && Array.isArray(found)) {
    if (wanted.length !== found.length) all.push(`${path} has ${found.length} items instead of ${wanted.length}`);
    else wanted.forEach((item, index) => collect(item, found[index], `${path}[${index}]`, all));
    return;
  }
  if (!isSame(wanted, found)) all.push(`${path} is ${shown(found)} instead of ${shown(wanted)}`);
}

function isSame(wanted: unknown, found: unknown): boolean {
  if (wanted instanceof ExactNumber && found instanceof ExactNumber) return wanted.text === found.text;
  if (wanted instanceof Uint8Array && found instanceof Uint8Array) return Buffer.compare(wanted, found) === 0;
  return Object.is(wanted, found);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof ExactNumber) return value.text;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex").slice(0, 80)}`;
  if (value instanceof Map) return `an object of ${value.size} members`;
  if (Array.isArray(value)) return `a list of ${value.length} items`;
  return typeof value === "string" ? JSON.stringify(value.slice(0, 200)) : String(value);
}
