import { targetName } from "../aws/index.ts";
import { wrapped } from "./wrapping.ts";
import type { Discovery, FoundBucket, FoundTarget, FoundSync, Refusal, SeenDays, SeenTable } from "./discovery.ts";
import { syncQuota } from "./discovery.ts";
import type { SeenGlueExport } from "./glue-export.ts";

/** Returns what was found as lines for a terminal: alike things of many places as one. */
export function discoveryLines(discovery: Discovery, columns: number): string[] {
  const { places, buckets, findings } = discovery;
  const refused = places.flatMap((target) => target.refused);
  const accounts = new Set(places.map(({ account }) => account)).size;
  const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const lines = [
    `${many(accounts, "account")}, ${many(places.length, "place")} (account and Region), ${many(count(places, "syncs"), "sync")}, ` +
      `${many(count(places, "holders"), "export")}`,
    ...section("Syncs", syncLines(places, buckets)),
    ...section("Free places for syncs", freeLines(places)),
    ...section("Exports and tables", exportLines(places)),
    ...section("Glue's export of the Data Catalog", glueLines(places)),
    ...section(
      "To look at",
      findings.flatMap(({ severity, code, message, cure, places: where }) => [
        `${severity} ${code}: ${message}`,
        `  in ${whereWords(where)}`,
        `  ${cure}`,
      ]),
    ),
    ...section("Not looked at", refusalLines(refused)),
  ];
  return lines.flatMap((line) => wrapped(line, columns));
}

function syncLines(places: readonly FoundTarget[], buckets: readonly FoundBucket[]): string[] {
  const all = places.flatMap((target) => target.syncs.map((sync) => ({ sync, target })));
  const alike = Map.groupBy(all, ({ sync }) =>
    JSON.stringify([sync.name, sync.type, sync.origin, sync.destination?.bucket, sync.destination?.kmsKey]),
  );
  return [...alike.values()].flatMap((members) => {
    const { sync } = members[0]!;
    const where = whereWords(members.map(({ target }) => targetName(target)));
    return [
      `${sync.name}  (${sync.origin})  ${where}`,
      `  ${targetWords(sync, buckets)}`,
      `  ${healthWords(members.map((member) => member.sync))}`,
    ];
  });
}

function targetWords({ destination, source }: FoundSync, buckets: readonly FoundBucket[]): string {
  if (destination === undefined) {
    const regions = (source?.["SourceRegions"] ?? []) as string[];
    return `collects from ${String(source?.["SourceType"] ?? "its sources")} in ${regions.join(", ")}`;
  }
  const owner = buckets.find(({ bucket }) => bucket === destination.bucket)?.owner;
  const key = destination.kmsKey === undefined ? "the bucket's own encryption" : `key ${destination.kmsKey}`;
  return `to s3://${destination.bucket} (${destination.region}), ${owner ? `owner ${owner}` : "OWNER UNKNOWN"}, ${key}`;
}

function healthWords(syncs: readonly FoundSync[]): string {
  const stateOf = ({ status, source }: FoundSync) =>
    status ?? (source?.["State"] ? `State ${source["State"]}` : undefined);
  if (syncs.every((sync) => sync.type === "SyncFromSource" && stateOf(sync) === undefined))
    return "AWS tells no status";
  const by = Map.groupBy(syncs, (sync) => stateOf(sync) ?? "no status");
  const states = [...by].map(([status, { length }]) => (syncs.length === 1 ? status : `${length} ${status}`));
  const successes = syncs.flatMap(({ lastSuccess }) => lastSuccess ?? []).toSorted();
  const oldest = successes[0];
  if (oldest === undefined) return `${states.join(", ")}, no success known`;
  return `${states.join(", ")}, ${syncs.length === 1 ? "last success" : "oldest last success"} ${minute(oldest)}`;
}

function freeLines(places: readonly FoundTarget[]): string[] {
  const linesFor = (type: FoundSync["type"], words: string) => {
    const known = places.flatMap(({ free, ...target }) =>
      free ? [{ free: free[type], name: targetName(target) }] : [],
    );
    return [...Map.groupBy(known, ({ free }) => free)]
      .toSorted(([a], [b]) => a - b)
      .map(([free, members]) => `${free} of ${syncQuota} ${words}: ${whereWords(members.map(({ name }) => name))}`);
  };
  return [...linesFor("SyncToDestination", "to a destination"), ...linesFor("SyncFromSource", "from sources")];
}

function exportLines(places: readonly FoundTarget[]): string[] {
  return places.flatMap(({ account, region, domains, table, holders, backups }) => {
    if (domains.length === 0 && table === undefined && backups === undefined) return [];
    const domainLines = domains.map((domain) => {
      const shared = domain.sharedFrom === undefined ? "" : `, shared from ${domain.sharedFrom}`;
      const exporting = domain.export;
      const state = exporting
        ? `export ${exporting.enabled ? "enabled" : "DISABLED"}${exporting.status ? `, ${exporting.status}` : ""}, ${exporting.encryption}`
        : "no export";
      return `  ${domain.id} ${domain.name ?? ""} (${[domain.version, domain.status].filter(Boolean).join(" ")}${shared}): ${state}`;
    });
    return [
      `${account}/${region}`,
      ...domainLines,
      ...(table ? [`  ${tableWords(table, holders)}`] : []),
      ...(backups ? [`  ${backupWords(backups, table)}`] : []),
    ];
  });
}

function glueLines(places: readonly FoundTarget[]): string[] {
  const known = places.flatMap(({ glueExport, ...target }) =>
    glueExport === undefined ? [] : [{ words: glueWords(glueExport), name: targetName(target) }],
  );
  return [...Map.groupBy(known, ({ words }) => words)].map(
    ([words, members]) => `${words}: ${whereWords(members.map(({ name }) => name))}`,
  );
}

/** Returns what is set and what has become of it, in one line. */
export function glueWords(seen: SeenGlueExport | null): string {
  if (seen === null) return "never configured";
  const { enabled, status, encryption } = seen;
  return [enabled ? "enabled" : "DISABLED", status, encryption].filter(Boolean).join(", ");
}

function tableWords({ rows, bytes, days, lastExport, modifiedAt }: SeenTable, holders: readonly string[]): string {
  const last = lastExport ?? modifiedAt;
  return [
    `table: ${holders.length === 0 ? "nobody exports into it" : `of ${holders.join(", ")}`}`,
    ...(rows === undefined ? [] : [`${rows} rows`, `${bytes} bytes`]),
    ...(days ? [dayWords(days)] : []),
    ...(last ? [`last export ${minute(last)}`] : []),
  ].join(", ");
}

/** Returns of which days there are rows, and how many between them have none. */
export function dayWords({ first, last, count: known, missing }: SeenDays): string {
  const gap = missing.length === 0 ? "" : `, NONE of ${missing.length} between them`;
  return `${known} ${known === 1 ? "day" : "days"} ${first}${first === last ? "" : ` … ${last}`}${gap}`;
}

function backupWords({ place, found }: NonNullable<FoundTarget["backups"]>, table: SeenTable | undefined): string {
  const finished = found.filter(({ state }) => state === "finished");
  const others = [...Map.groupBy(found, ({ state }) => state)].filter(([state]) => state !== "finished");
  const rest = others.map(([state, { length }]) => `, ${length} ${state}`).join("");
  const [newest] = finished;
  if (newest === undefined) return `backups: none at ${place}${rest}`;
  const whose = newest.tableArn === table?.arn ? "" : " of an earlier table";
  const rows = newest.rows === undefined ? "" : `, ${newest.rows} rows`;
  return `backups: ${finished.length} at ${place}, the newest${whose} verified ${minute(newest.verifiedAt!)}${rows}${rest}`;
}

function refusalLines(refused: readonly Refusal[]): string[] {
  const alike = Map.groupBy(refused, ({ what, message }) =>
    JSON.stringify([what, message.replaceAll(/\d{12}/g, "ACCOUNT").replaceAll(/[a-z]{2}-[a-z]+-\d/g, "REGION")]),
  );
  return [...alike.values()].flatMap((members) => [
    members[0]!.what === "account"
      ? accountWords([...new Set(members.map(({ account }) => account))])
      : `${whereWords(members.map(targetName))}: ${members[0]!.what}`,
    ...members[0]!.message.split("\n").map((line) => `  ${line}`),
  ]);
}

/** Each account by its number: somebody has to look into every one. */
function accountWords(accounts: readonly string[]): string {
  const shown = accounts.length > 20 ? accounts.slice(0, 19) : accounts;
  const rest = accounts.length - shown.length;
  return `${shown.length === 1 ? "account" : "accounts"} ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** The first few by name, the rest by number. */
function whereWords(names: readonly string[]): string {
  const shown = names.length > 3 ? names.slice(0, 2) : names;
  const rest = names.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more places` : "");
}

const count = (places: readonly FoundTarget[], member: "syncs" | "holders"): number =>
  places.reduce((sum, target) => sum + target[member].length, 0);

const minute = (time: string): string => time.slice(0, 16).replace("T", " ");
