import type { BackupRequest } from "./backup.ts";
import type { SkippedLocation } from "./model/skipped-location.ts";
import { digestOfStored, sizesIn } from "./copy/inventory.ts";
import { copyFileNames, copyLocation, pathInside } from "./model/location.ts";
import { ObjectAbsent } from "./store/object-store.ts";
import { LocationUnusable } from "./store/location-unusable.ts";
import { readReceipt, receiptUri } from "./model/receipt.ts";
import type { Receipt } from "./model/receipt.ts";
import type { TableContents } from "./table-contents.ts";

/** Where a backup would go, as far as this can be told without reading a copy whole. */
export interface LocationForecast {
  location: string;
  /** Of the copy that lies there already, if one does; it is proven when the backup runs. */
  receipt?: Receipt;
  /** What cannot be that copy, and so would stay as it is. */
  left: SkippedLocation[];
}

/** What is known of the version that would be backed up. */
export interface LocationRequest extends Pick<BackupRequest, "source" | "destination" | "history" | "write"> {
  contents?: Pick<TableContents, "rows" | "snapshots">;
}

/** Looks at the places of a version's copies, by one listing where nothing lies, and by what a receipt there says of the copy and the table. */
export async function forecastLocation(request: LocationRequest): Promise<LocationForecast> {
  const { source, destination, history } = request;
  const at = (place: number) => copyLocation(destination, source, history, place);
  const left: SkippedLocation[] = [];
  for (let place = 1; ; place++) {
    const location = at(place);
    const listed = new Map<string, number>();
    for await (const { uri, size } of request.write.list(`${location}/`)) listed.set(uri, size);
    if (!listed.has(receiptUri(location))) return { location, left };
    const { receipt, problems } = await claimed(request, location, listed);
    if (problems.length === 0) return { location, receipt, left };
    left.push({ location, reason: problems.slice(0, 3).join(" "), next: at(place + 1) });
  }
}

/** Holds what a receipt says against the table, and against what lies in the folder. */
async function claimed(
  { source, write, contents }: LocationRequest,
  location: string,
  listed: Map<string, number>,
): Promise<{ receipt?: Receipt; problems: string[] }> {
  const receipt = await readReceipt(write, receiptUri(location)).catch((error: unknown) => {
    if (error instanceof LocationUnusable) return error.reason;
    throw error;
  });
  if (typeof receipt === "string") return { problems: [receipt] };
  const problems = (["account", "region", "tableArn", "metadataLocation", "versionToken"] as const)
    .filter((member) => receipt.source[member] !== source[member])
    .map((member) => `Its receipt is of another version: ${member} ${receipt.source[member]}, not ${source[member]}.`);
  const { location: recordedLocation, metadataLocation } = receipt.destination;
  if (recordedLocation !== location) problems.push(`Its receipt says that the copy lies in ${recordedLocation}.`);
  if ((metadataLocation === undefined) !== (source.metadataLocation === undefined)) {
    problems.push(`Its receipt says that the copy's metadata file is ${metadataLocation ?? "none"}.`);
  } else if (metadataLocation !== undefined && !listed.has(metadataLocation)) {
    problems.push(`${metadataLocation} is missing.`);
  }
  if (contents && receipt.snapshots !== contents.snapshots) {
    problems.push(`Its receipt says snapshots ${receipt.snapshots}, the table has ${contents.snapshots}.`);
  }
  if (contents && (receipt.rows ?? 0) > contents.rows) {
    problems.push(`Its receipt says rows ${receipt.rows}, the table's files hold ${contents.rows}.`);
  }
  return { receipt, problems: [...problems, ...(await inventoryProblems(write, location, receipt, listed))] };
}

async function inventoryProblems(
  write: LocationRequest["write"],
  location: string,
  { digest }: Receipt,
  listed: Map<string, number>,
): Promise<string[]> {
  const uri = `${location}/${copyFileNames.objects}`;
  const bytes = await write.get(uri).catch((error: unknown) => {
    if (error instanceof ObjectAbsent) return undefined;
    throw error;
  });
  if (bytes === undefined) return [`${uri} is missing.`];
  if (digestOfStored(bytes) !== digest) return [`${uri} is not the one that the receipt was given for.`];
  const named = sizesIn(bytes);
  if (named === undefined) return [`${uri} is no list of objects.`];
  const copyFiles: string[] = [copyFileNames.receipt, copyFileNames.objects];
  const extra = [...listed.keys()].filter((each) => {
    const path = pathInside(location, each)!;
    return !named.has(path) && !copyFiles.includes(path);
  });
  const missing = [...named].filter(([path]) => !listed.has(`${location}/${path}`));
  const resized = [...named].filter(([path, size]) => (listed.get(`${location}/${path}`) ?? size) !== size);
  return [
    ...missing.map(([path]) => `${location}/${path} is missing.`),
    ...resized.map(
      ([path, size]) => `${location}/${path} has ${listed.get(`${location}/${path}`)} bytes instead of ${size}.`,
    ),
    ...extra.map((each) => `${each} belongs to nothing in the copy.`),
  ];
}
