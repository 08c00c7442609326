import { createHash } from "node:crypto";
import { NameIndex } from "./name-index.ts";
import type { TableVersion } from "../model/location.ts";

/** The file in a copy's folder that says what the copy holds. */
export const receiptName = "receipt.json";
/** The file in a copy's folder that names every object with its size and checksum. */
export const inventoryName = "objects.jsonl";
/** The file in a copy's folder that is the source's metadata as it was. */
export const evidenceName = "evidence/source-metadata.json";

/** Returns where the copy of a version must lie below `destination`: in its first place, or in a further one beside it. */
export function expectedLocation(
  destination: string,
  version: TableVersion,
  history: "all" | "current",
  place = 1,
): string {
  const { account, region, tableArn, versionToken } = version;
  const tableId = tableArn.slice(tableArn.lastIndexOf("/") + 1);
  const isPlain = /^[\w.-]{1,128}$/.test(versionToken) && !/(-current|-again-\d+)$/.test(versionToken);
  const token = isPlain ? versionToken : digest(versionToken).slice(0, 32);
  const whole = history === "current" ? `${token}-current` : token;
  const folder = place === 1 ? whole : `${whole}-again-${place}`;
  return [normalAddress(destination), account, region, tableId, folder].join("/");
}

/** Tells whether a URI names an object in a folder. */
export function isInside(folder: string, uri: string): boolean {
  return uri.startsWith(`${folder}/`) && uri.length > folder.length + 1;
}

/**
 * Returns the one spelling of an address: Hadoop's `s3a` and `s3n`, in any letters, name the same object, and a folder may end with slashes.
 */
export function normalAddress(uri: string): string {
  const [, rest] = /^s3[an]?:\/\/(.+)$/is.exec(uri) ?? [];
  if (rest === undefined) throw new Error(`"${uri}" is no S3 address`);
  return `s3://${rest}`.replace(/\/+$/, "");
}

/** Where the objects of a table must lie in what is held against it. */
export interface Places {
  of(uri: string): string;
}

/** Of a copy that is held against itself. */
export const samePlaces: Places = { of: (uri) => uri };

/**
 * Where each object of a table must lie in its copy: below the table's own location at the same path, anything else in a folder named after
 * the hash of its own. Two objects that would lie at one place are an error.
 */
export class MovedPaths implements Places {
  readonly #from: string;
  readonly #to: string;
  /** Of what lay elsewhere: only those can meet. */
  readonly #places = new NameIndex();
  readonly #origins = new NameIndex();

  constructor(from: string, to: string) {
    this.#from = normalAddress(from);
    this.#to = to;
  }

  of(uri: string): string {
    const origin = normalAddress(uri);
    if (origin === this.#from) return this.#to;
    const below = origin.startsWith(`${this.#from}/`) ? origin.slice(this.#from.length + 1) : undefined;
    const isOurs = below === receiptName || below === inventoryName || /^(external|evidence)\//.test(below ?? "");
    if (below !== undefined && !isOurs) return `${this.#to}/${below}`;
    const name = origin.slice(origin.lastIndexOf("/") + 1);
    const folder = origin.slice(0, origin.length - name.length);
    const moved = `${this.#to}/external/${digest(folder).slice(0, 16)}/${name}`;
    this.#places.numberOf(moved);
    this.#origins.numberOf(origin);
    if (this.#places.size !== this.#origins.size)
      throw new Error(`${origin} and another file would both lie at ${moved}`);
    return moved;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
