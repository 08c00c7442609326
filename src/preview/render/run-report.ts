import type { RunReport } from "../change/run-report.ts";
import { groupDiagnostics } from "./diagnostic-groups.ts";
import { clip, codeSpan, escapeMarkdown, proseMarkdown } from "./escape.ts";
import { fitSections } from "./fit-sections.ts";
import { messageItem } from "./message-item.ts";
import { commentLimit, sourceLinker } from "./markdown.ts";
import type { MarkdownOptions } from "./markdown.ts";
import { foldedSection, openSection } from "./sections.ts";
import { sizeText } from "./quantities.ts";
import { kindName } from "./words.ts";

/** Returns as Markdown what a run has done, what has failed and why, where the copies are and what still exports. */
export function renderRunReport(
  run: RunReport,
  stack: string,
  { lineUrl, limit = commentLimit }: Pick<MarkdownOptions, "limit" | "lineUrl"> = {},
): string {
  const link = sourceLinker(lineUrl);
  const errors = run.diagnostics.filter(({ severity }) => severity === "error");
  const quiet = run.diagnostics.filter(({ severity }) => severity !== "error");
  const { failed = [], skipped = [] } = Object.groupBy(run.places, ({ result }) => result);
  const silent = run.exporting.filter(({ domain, unverified }) => domain === null && !unverified);
  return fitSections(
    [
      {
        weight: 0,
        head: `### Sluice ${codeSpan(clip(stack, 200))}: ${stateOf(run)}\n\n${done(run)}\n\n`,
        items: [],
        tail: "",
      },
      openSection(1, "> [!CAUTION]\n", warnings(run, failed, silent), (more) => `> and ${more} more.\n`),
      openSection(
        2,
        "**What failed**\n\n",
        groupDiagnostics(errors).map((group) => messageItem(group, link)),
        (more) => `- and ${more} more causes\n`,
      ),
      openSection(
        3,
        "**Backups**, each verified\n\n| Table of | Holds | Lies in |\n|---|---|---|\n",
        run.receipts.map(receiptRow),
        (more) => `| and ${more} more | | |\n`,
      ),
      openSection(
        3,
        "**What was changed behind the stack's back**\n\n| | What | Where |\n|---|---|---|\n",
        run.drift.map(driftRow),
        (more) => `| and ${more} more | | |\n`,
      ),
      foldedSection(
        5,
        `Failed and left out: ${placesText(failed.length + skipped.length)}`,
        [...failed, ...skipped].map(placeLine),
        "accounts and Regions",
      ),
      foldedSection(6, "What exports now", run.exporting.map(exportLine), "accounts and Regions"),
      foldedSection(
        7,
        "Warnings and messages",
        groupDiagnostics(quiet).map((group) => messageItem({ lead: `${group.severity}: `, ...group }, link)),
        "messages",
      ),
      { weight: 0, head: footer(run), items: [], tail: "" },
    ],
    limit,
  );
}

/** Says that a run has left no word: nothing is known but that it was to be. */
export function renderUnknownEnd(stack: string): string {
  const head = `### Sluice ${codeSpan(clip(stack, 200))}: ended without a result`;
  return `${head}\n\n> [!CAUTION]\n> **It is not known whether it began.** It was refused, failed before it could plan, or was cut off on its way: its log says which. What was done stays done; running it again does the rest.\n`;
}

function footer({ digest, approved }: RunReport): string {
  if (digest === undefined) return "";
  const shortDigest = codeSpan(clip(digest, 100));
  return approved ? `The rest, ${shortDigest}, of plan ${codeSpan(clip(approved, 100))}.\n` : `Plan ${shortDigest}.\n`;
}

const ended = { up: "applied", destroy: "destroyed", refresh: "refreshed" };

function stateOf({ verb, result, plan }: RunReport): string {
  if (result === "succeeded") return ended[verb];
  if (result === "partial") return `partly ${ended[verb]}`;
  return plan === undefined ? `failed while it was ${ended[verb]}` : `not ${ended[verb]}`;
}

const words: Record<string, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten, not deleted",
  skip: "left out",
  same: "unchanged",
};

function done({ verb, counts, places, plan, drift }: RunReport): string {
  if (verb === "refresh") {
    return drift.length > 0
      ? `${drift.length} of the stack's resources differ from what was recorded; nothing in AWS was changed.`
      : "Everything in AWS is as it was recorded.";
  }
  if (plan !== undefined) return "Nothing was begun.";
  const parts = Object.entries(words).flatMap(([operation, word]) => {
    const count = counts[operation] ?? 0;
    return count > 0 ? `${count} ${word}` : [];
  });
  const well = places.filter(({ result }) => result === "succeeded").length;
  const where = places.length > 0 ? ` ${well} of ${placesText(places.length)} ended well.` : "";
  const summary = parts.join(", ") || "nothing was done";
  return `${summary[0]!.toUpperCase()}${summary.slice(1)}.${where}`;
}

function warnings(
  { result, plan, verb }: RunReport,
  failed: RunReport["places"],
  silent: RunReport["exporting"],
): string[] {
  if (result === "succeeded") return [];
  // Where nothing exports, days are lost that nothing fills in: that comes before what merely failed.
  const stopped = failed.filter((place) =>
    silent.some((one) => one.account === place.account && one.region === place.region),
  );
  const again =
    verb === "refresh" || plan !== undefined ? "" : " What was done stays done; running it again does the rest.";
  return [
    ...stopped
      .slice(0, 5)
      .map(
        (place) => `> **Nothing exports in ${placeOf(place)}.** ${proseMarkdown(clip(place.message ?? "", 1200))}\n>\n`,
      ),
    ...(stopped.length > 5 ? [`> And in ${stopped.length - 5} more accounts and Regions, below.\n>\n`] : []),
    ...(failed.length > 0 ? [`> **${placesText(failed.length)} failed.**${again}\n`] : []),
    ...(failed.length === 0 && plan === undefined ? [`> **It did not come to its end.**${again}\n`] : []),
  ];
}

function receiptRow({ source, rows, files, bytes, destination }: RunReport["receipts"][number]): string {
  const holds = `${rows === undefined ? "rows not counted" : `${rows.toLocaleString("en")} rows`}, ${files.toLocaleString("en")} files, ${sizeText(bytes)}`;
  return `| ${source ? placeOf(source) : ""} | ${holds} | ${codeSpan(clip(destination.location, 600))} |\n`;
}

function driftRow({ operation, type, name, properties }: RunReport["drift"][number]): string {
  const what = operation === "delete" ? "is gone" : `differs in ${properties.map(({ path }) => path).join(", ")}`;
  return `| ${codeSpan(operation === "delete" ? "-" : "~")} | ${escapeMarkdown(`${kindName(clip(type, 100))} ${clip(what, 600)}`)} | ${codeSpan(clip(name, 200))} |\n`;
}

function placeLine(place: RunReport["places"][number]): string {
  return `- ${place.result}: ${placeOf(place)} ${proseMarkdown(clip(place.message ?? "", 1200))}\n`;
}

function exportLine({ domain, since, unverified, ...place }: RunReport["exporting"][number]): string {
  const when = since === undefined ? "" : ` since ${since.slice(0, 16).replace("T", " ")} UTC`;
  const what = domain === null ? `nothing${escapeMarkdown(when)}` : codeSpan(clip(domain, 100));
  return `- ${placeOf(place)}: ${what}${unverified ? ", as far as the state knows: AWS did not answer" : ""}\n`;
}

const placesText = (count: number): string => `${count} ${count === 1 ? "account and Region" : "accounts and Regions"}`;

const placeOf = ({ account, region }: { account: string; region: string }): string =>
  codeSpan(clip(`${account}/${region}`, 100));
