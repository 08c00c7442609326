import { isDeepStrictEqual } from "node:util";
import { checkBackup, deleteCopy } from "../../backup/index.ts";
import type { ObjectStore } from "../../backup/index.ts";
import { forecastPruning, isLocked, pruneStore, pruneTerms, wrapped } from "../../operate/index.ts";
import type { PruneForecast, PruneSlot, SlotCopy } from "../../operate/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { accessFor } from "../aws-access.ts";
import type { AccountAccess } from "../aws-access.ts";
import { expandToRead } from "../deploy/expanded-spec.ts";
import type { SpecChoice } from "../deploy/expanded-spec.ts";
import { selectExports } from "../deploy/select-exports.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";

/** What `backup prune` is asked for. */
export interface PruneOptions extends SpecChoice {
  /** Whether it is meant: without it nothing is deleted. */
  yes?: true;
  /** The role to work in, with `${account.id}`; by default that of the spec. */
  role?: string;
  externalId?: string;
  output: "text" | "json";
}

/** What became of one backup. */
interface BackupOutcome {
  location: string;
  result: "kept" | "expired" | "deleted" | "left";
  /** What it is kept for, or why it is left. */
  reasons: string[];
  /** When its receipt was written, by the clock of the store. */
  signedAt?: string;
  bytes?: number;
}

/** What one place of the spec came to. */
interface PlaceOutcome {
  account: string;
  region: string;
  backup: string;
  /** `planned` is without `--yes`; `skipped` is under Object Lock. */
  result: "nothing" | "planned" | "pruned" | "skipped" | "failed";
  message: string;
  backups: BackupOutcome[];
}

/** A slot, and who works there. */
interface Place {
  slot: PruneSlot;
  access: AccountAccess;
  store: ObjectStore;
}

/**
 * Shows which backups the spec's retention lets go, and deletes them where that is meant, and only after every one that stays was read back whole.
 * A place that fails stops no other.
 * @returns the exit code: 1 where one failed
 */
export async function pruneBackups(wanted: string | undefined, options: PruneOptions, io: Io): Promise<number> {
  const { spec, declarations } = await expandToRead(options, io);
  const claims = selectExports(wanted, declarations, spec).filter(
    ({ keep, inputs }) => keep !== undefined && inputs["backup"] !== "none",
  );
  if (claims.length === 0) {
    throw new CommandError(
      Exit.wrong,
      "No such export of the spec says which backups stay: write `table: { backup: s3://…, keep: { daily: 7, monthly: 12 } }`.",
    );
  }
  const signal = io.interrupted();
  const outcomes: PlaceOutcome[] = [];
  for (const claim of claims) {
    const { account, region } = claim;
    const backup = String(claim.inputs["backup"]);
    const outcome = await pruneAt(claim, options, io).catch((error: Error) => {
      signal.throwIfAborted();
      const message = `${error instanceof BrokenOff ? "Broken off" : "Nothing was deleted"}: ${error.message}`;
      return { result: "failed" as const, message, backups: [] };
    });
    outcomes.push({ account, region, backup, ...outcome });
    if (options.output === "text") printOutcome(outcomes.at(-1)!, io);
  }
  if (options.output === "json") io.out.line(JSON.stringify({ places: outcomes }, undefined, 2));
  return outcomes.some(({ result }) => result === "failed") ? Exit.failed : Exit.done;
}

/** Something was deleted, and not all. */
class BrokenOff extends Error {
  override name = "BrokenOff";
}

type Outcome = Pick<PlaceOutcome, "result" | "message" | "backups">;

async function pruneAt(claim: Declaration, options: PruneOptions, io: Io): Promise<Outcome> {
  const { account, region, inputs, keep = {} } = claim;
  const { backup, backupOwner, ...rest } = inputs as Record<string, string | undefined>;
  const role = options.role?.replaceAll("${account.id}", () => account) ?? rest["role"];
  const externalId = options.externalId ?? rest["externalId"];
  const access = await accessFor({ account, region, role, externalId }, io);
  const slot = { account, region, backup: backup!, ...(backupOwner !== undefined && { backupOwner }), keep };
  const signal = io.interrupted();
  if (await isLocked(slot, access.clients, pruneTerms(slot, signal))) {
    const message = `${backup} is under Object Lock, which says how long its objects stay.`;
    return { result: "skipped", message, backups: [] };
  }
  const place = { slot, access, store: pruneStore(slot, access.clients, signal) };
  const forecast = await look(place, io);
  const { expired } = forecast;
  const backups = outcomesOf(forecast);
  if (expired.length === 0) return { result: "nothing", message: "No backup has expired.", backups };
  if (!options.yes) {
    const message = `${inWords(expired)} expired. Nothing was deleted: --yes reads back those that stay, and then deletes.`;
    return { result: "planned", message, backups };
  }
  if (options.output === "text")
    io.err.line(`${account}/${region}: ${inWords(expired)} expired; reading back those that stay`);
  await proveKept(forecast, place, io);
  if (!isDeepStrictEqual(await look(place, io), forecast)) {
    throw new Error("The backups or the table changed while those that stay were read back. Run it again.");
  }
  return deleteExpired(forecast, place, io);
}

function look({ slot, access, store }: Place, io: Io): Promise<PruneForecast> {
  io.busy(() => `looking at ${slot.backup}/${slot.account}/${slot.region}`);
  return forecastPruning(slot, { clients: access.clients, store, signal: io.interrupted() }).finally(() => io.busy());
}

/**
 * Reads back every backup that stays.
 * @throws where one is not whole, or the newest of its kind cannot be held against the table itself
 */
async function proveKept({ kept }: PruneForecast, { store }: Place, io: Io): Promise<void> {
  for (const { copy, isAnchor } of kept) {
    const { receipt, location } = copy;
    const check = await longCopy(io, (watch) =>
      checkBackup({ receipt, store, source: store, depth: "contents", ...watch }),
    );
    if (!check.ok) {
      const rest = check.problems.length > 1 ? ` and ${check.problems.length - 1} more` : "";
      throw new Error(
        `${location} stays, and is not whole: ${check.problems[0]}${rest} Back up again, and move it away.`,
      );
    }
    if (isAnchor && check.against !== "source") {
      throw new Error(
        `The newest, ${location}, can be held against its receipt alone: the table no longer has that version. Back up again first.`,
      );
    }
  }
}

async function deleteExpired(forecast: PruneForecast, { slot, access, store }: Place, io: Io): Promise<Outcome> {
  const signal = io.interrupted();
  const results = new Map<string, BackupOutcome>();
  const sum = { backups: 0, objects: 0, bytes: 0, versions: 0 };
  // The oldest first: what is broken off leaves the newer ones.
  for (const copy of forecast.expired.toReversed()) {
    signal.throwIfAborted();
    const { location } = copy;
    io.busy(() => `deleting ${location}`);
    const at = { store, client: access.clients.s3(), terms: pruneTerms(slot, signal) };
    const done = await deleteCopy(copy.receipt, at).catch((cause: Error) => {
      throw new BrokenOff(`${cause.message}. ${sum.backups} backups are deleted; run it again, and it goes on.`, {
        cause,
      });
    });
    const base = { location, signedAt: copy.signedAt, bytes: copy.bytes };
    if ("left" in done) {
      results.set(location, { ...base, result: "left", reasons: [done.left] });
      continue;
    }
    results.set(location, { ...base, result: "deleted", reasons: [] });
    sum.backups += 1;
    for (const count of ["objects", "bytes", "versions"] as const) sum[count] += done[count];
  }
  io.busy();
  const backups = outcomesOf(forecast).map((outcome) => results.get(outcome.location) ?? outcome);
  const versions = sum.versions > 0 ? ` The bucket keeps ${sum.versions} of them as earlier versions.` : "";
  const message = `Deleted ${sum.backups} of ${inWords(forecast.expired)}: ${sum.objects} objects, ${sum.bytes} bytes.${versions}`;
  return { result: "pruned", message, backups };
}

function outcomesOf({ kept, expired, left }: PruneForecast): BackupOutcome[] {
  const dated = ({ location, signedAt, bytes }: SlotCopy) => ({ location, signedAt, bytes });
  return [
    ...kept.map(({ copy, reasons }) => ({ ...dated(copy), result: "kept" as const, reasons })),
    ...expired.map((copy) => ({ ...dated(copy), result: "expired" as const, reasons: [] })),
    ...left.map(({ location, reason }) => ({ location, result: "left" as const, reasons: [reason] })),
  ];
}

const inWords = (expired: readonly SlotCopy[]): string =>
  expired.length === 1 ? "1 backup" : `${expired.length} backups`;

/** A sentence a line. */
function printOutcome({ account, region, message, backups }: PlaceOutcome, io: Io): void {
  const line = (text: string) => wrapped(text, io.out.columns).forEach((one) => io.out.line(one));
  const [first = "", ...sentences] = message.split(/(?<=\.) (?=[A-Z])/);
  line(`${account}/${region}  ${first}`);
  for (const sentence of sentences) line(`  ${sentence}`);
  for (const { location, result, reasons, signedAt, bytes } of backups) {
    const size = bytes === undefined ? "" : `, ${bytes} bytes`;
    const why = reasons.length > 0 ? `  ${reasons.join(", ")}` : "";
    line(`  ${result.padEnd(7)}  ${signedAt?.slice(0, 16).replace("T", " ") ?? ""}${size}${why}`.trimEnd());
    line(`    ${location}`);
  }
}
