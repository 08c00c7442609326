import { escapeHtml } from "../preview/render/escape.ts";
import { htmlPage } from "../preview/render/page.ts";
import { dayWords, glueWords } from "./discovery-text.ts";
import type { Discovery, FoundTarget } from "./discovery.ts";

/** Returns what was found as one page of HTML with a search over its rows; it needs nothing else. */
export function discoveryPage({ at, places, buckets, findings }: Discovery): string {
  const owners = new Map(buckets.map(({ bucket, owner }) => [bucket, owner ?? "unknown owner"]));
  const syncs = places.flatMap((target) =>
    target.syncs.map(({ name, origin, destination, status, lastSuccess, message }) => [
      where(target),
      name,
      origin,
      destination ? `s3://${destination.bucket}${destination.prefix ? `/${destination.prefix}` : ""}` : "from sources",
      destination ? (owners.get(destination.bucket) ?? "") : "",
      destination?.kmsKey ?? "",
      status ?? "",
      minute(lastSuccess),
      message ?? "",
    ]),
  );
  const exported = places.flatMap((target) =>
    target.domains.map(({ id, name, status, version, sharedFrom, export: held }) => [
      where(target),
      id,
      name ?? "",
      [version, status].filter(Boolean).join(" "),
      sharedFrom ?? "",
      held ? `${held.enabled ? "enabled" : "disabled"} ${held.status ?? ""}` : "none",
      held?.encryption ?? "",
      held && target.table?.rows !== undefined ? String(target.table.rows) : "",
      held && target.table?.days ? dayWords(target.table.days) : "",
      held ? minute(target.table?.lastExport ?? target.table?.modifiedAt) : "",
    ]),
  );
  const glue = places.flatMap((target) => {
    const { glueExport } = target;
    if (glueExport === undefined) return [];
    return [[where(target), glueWords(glueExport), glueExport?.tableBucket ?? "", minute(glueExport?.updatedAt)]];
  });
  const backups = places.flatMap((target) =>
    (target.backups?.found ?? []).map(({ location, state, tableArn, rows, bytes, verifiedAt }) => [
      where(target),
      location,
      state,
      tableArn === undefined ? "" : tableArn === target.table?.arn ? "the one that is there" : "an earlier one",
      minute(verifiedAt),
      rows === undefined ? "" : String(rows),
      String(bytes),
    ]),
  );
  const free = places.map((target) => [
    where(target),
    target.free === undefined ? "not known" : String(target.free.SyncToDestination),
    target.free === undefined ? "not known" : String(target.free.SyncFromSource),
  ]);
  const refused = places.flatMap((target) => target.refused.map(({ what, message }) => [where(target), what, message]));
  const body = [
    `<h1>What is there <small>${escapeHtml(minute(at))}</small></h1>`,
    "<!-- search -->",
    table(
      "To look at",
      ["code", "what", "what to do", "where"],
      findings.map(({ code, message, cure, places: named }) => [code, message, cure, named.join(" ")]),
    ),
    table(
      "Syncs",
      ["where", "name", "origin", "destination", "owner", "key", "status", "last success", "message"],
      syncs,
    ),
    table(
      "Domains and exports",
      ["where", "domain", "name", "state", "shared from", "export", "encryption", "rows", "days", "last export"],
      exported,
    ),
    table("Glue's export of the Data Catalog", ["where", "export", "table bucket", "changed"], glue),
    table("Backups", ["where", "lies at", "state", "of which table", "verified", "rows", "bytes"], backups),
    table("Free places for syncs", ["where", "to a destination", "from sources"], free),
    table("Not looked at", ["where", "what", "why"], refused),
  ].filter(Boolean);
  const title = `What is there: ${places.length} accounts and Regions`;
  return htmlPage({ title, searched: "account, Region, sync, bucket, domain", body: body.join("\n"), css });
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}`).join("")}`).join("\n");
  const head = heads.map((name) => `<th>${escapeHtml(name)}`).join("");
  return `<h2>${escapeHtml(title)} <small>${rows.length}</small></h2>
<table><thead><tr>${head}<tbody>
${body}
</table>`;
}

const minute = (time: string | undefined): string =>
  time === undefined ? "" : `${time.slice(0, 16).replace("T", " ")} UTC`;

const where = ({ account, region, name }: FoundTarget): string =>
  `${account}/${region}${name === undefined ? "" : ` ${name}`}`;

const css = `
body { max-width: none } table { width: 100%; font-size: .9rem }
`;
