import { createHash } from "node:crypto";
import type { History } from "../iceberg/metadata.ts";
import { baseName, normalS3Uri } from "../store/s3-uri.ts";

/** Exactly one state of one table. */
export interface TableVersion {
  account: string;
  region: string;
  tableArn: string;
  /** The table's metadata file; absent for a table that has never held data. */
  metadataLocation?: string;
  /** S3 Tables' token of this state; a commit changes it. */
  versionToken: string;
}

/**
 * Returns where the copy of a version lies: `<destination>/<account>/<region>/<table id>/<version token>`, with `-current`
 * appended when only the current snapshot is kept, so that the smaller copy never stands for the whole one, and `-again-2` when what lies
 * in the first place is left there as it is.
 */
export function copyLocation(destination: string, version: TableVersion, history: History, place = 1): string {
  const { account, region, tableArn, versionToken } = version;
  const tableId = baseName(tableArn);
  const isName = /^[\w.-]{1,128}$/.test(versionToken) && !/-current$|-again-\d+$/.test(versionToken);
  const token = isName ? versionToken : hash(versionToken, 32);
  const folder = `${token}${history === "current" ? "-current" : ""}${place > 1 ? `-again-${place}` : ""}`;
  return `${normalS3Uri(destination)}/${account}/${region}/${tableId}/${folder}`;
}

/** Returns which of its version's places a copy lies in, by the name of its folder. */
export function placeNumberOf(location: string): number {
  return Number(/-again-(\d+)$/.exec(location)?.[1] ?? 1);
}

/** Where a copy was put: below which destination, with which snapshots, in which of its version's places. */
export interface CopyLayout {
  destination: string;
  history: History;
  place: number;
}

/** Returns how the folder of a version's copy is laid out; `undefined` for one that is in no place of that version, as a copy that was moved. */
export function layoutOf(version: TableVersion, location: string): CopyLayout | undefined {
  const place = placeNumberOf(location);
  for (const history of ["current", "all"] as const) {
    const below = copyLocation("s3://x", version, history, place).slice("s3://x".length);
    if (location.endsWith(below)) return { destination: location.slice(0, -below.length), history, place };
  }
  return undefined;
}

/** The files beside the table in a copy's folder. */
export const copyFileNames = {
  receipt: "receipt.json",
  objects: "objects.jsonl",
  evidence: "evidence/source-metadata.json",
};

/**
 * Returns what tells for each file of a table where it goes in a copy: files under the table's location keep their place;
 * others, which Iceberg allows, go to `external/<hash of the folder>/<name>`.
 */
export function pathMapper(from: string, to: string): (uri: string) => string {
  const inside = `${normalS3Uri(from)}/`;
  return (uri) => {
    const normal = normalS3Uri(uri);
    if (`${normal}/` === inside) return to;
    const path = normal.startsWith(inside) ? normal.slice(inside.length) : undefined;
    if (path !== undefined && !isReserved(path)) return `${to}/${path}`;
    const name = baseName(normal);
    return `${to}/external/${hash(normal.slice(0, -name.length), 16)}/${name}`;
  };
}

/** Returns the path of an object in a copy's folder; `undefined` when it lies elsewhere. */
export function pathInside(root: string, uri: string): string | undefined {
  return uri.startsWith(`${root}/`) ? uri.slice(root.length + 1) : undefined;
}

function isReserved(path: string): boolean {
  return /^(external|evidence)\//.test(path) || path === copyFileNames.receipt || path === copyFileNames.objects;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
