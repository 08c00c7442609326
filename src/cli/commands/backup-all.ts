import { findBackups, receiptUri, rowsInWords, s3ObjectStore, surveyBackup } from "../../backup/index.ts";
import type { BackupRequest, BackupSurvey, History, Receipt } from "../../backup/index.ts";
import { backupAgeOf } from "../../operate/index.ts";
import type { Declaration } from "../../targets/index.ts";
import { accessFor } from "../aws-access.ts";
import { expandToRead } from "../deploy/expanded-spec.ts";
import type { SpecChoice } from "../deploy/expanded-spec.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longBackup, longCopy } from "../terminal/long-copy.ts";
import { backupSource } from "./backup-source.ts";

/** What `backup --all` is asked for. */
export interface BackupAllOptions extends SpecChoice {
  dryRun?: true;
  /** Hours that the newest backup may be old; then nothing is copied. */
  within?: number;
  output: "text" | "json";
}

/** What one place of the spec came to. */
interface PlaceOutcome {
  account: string;
  region: string;
  backup: string;
  /** `young`, `old` and `missing` answer `--within`. */
  result: "backedUp" | "wouldCopy" | "noTable" | "young" | "old" | "missing" | "failed";
  message: string;
  receipt?: Receipt;
  survey?: BackupSurvey;
  /** When the newest backup was verified, as its receipt says. */
  newest?: string;
}

/** The settings of a claim that its backups take. */
interface ClaimInputs {
  role?: string;
  externalId?: string;
  domain: string;
  backup: string;
  backupOwner?: string;
  backupKey?: string;
  history?: History;
}

/** Whether these need somebody's care. */
const careful = new Set<PlaceOutcome["result"]>(["old", "missing", "failed"]);

/**
 * Backs up the table of every export of the spec that has a place for it, one after another, or tells whose newest backup is too old. One
 * that fails stops none.
 * @returns the exit code: 1 where one failed, or is older than it may be
 */
export async function backUpAll(options: BackupAllOptions, io: Io): Promise<number> {
  const { declarations } = await expandToRead(options, io);
  const claims = declarations.filter(({ type, inputs }) => type === "AssetTable" && inputs["backup"] !== "none");
  if (claims.length === 0) {
    throw new CommandError(
      Exit.wrong,
      "No export of the spec has a place for backups: write `table: { backup: s3://… }`.",
    );
  }
  const signal = io.interrupted();
  const outcomes: PlaceOutcome[] = [];
  for (const claim of claims) {
    signal.throwIfAborted();
    const { account, region } = claim;
    const backup = String(claim.inputs["backup"]);
    const outcome = await outcomeOf(claim, options, io).catch((error: Error) => {
      signal.throwIfAborted();
      return { result: "failed" as const, message: error.message };
    });
    outcomes.push({ account, region, backup, ...outcome });
    if (options.output === "text") io.out.line(`${account}/${region}  ${outcome.message}`);
  }
  if (options.output === "json") io.out.line(JSON.stringify({ places: outcomes }, undefined, 2));
  return outcomes.some(({ result }) => careful.has(result)) ? Exit.failed : Exit.done;
}

type Outcome = Omit<PlaceOutcome, "account" | "region" | "backup">;

async function outcomeOf(
  { account, region, inputs }: Declaration,
  { dryRun, within }: BackupAllOptions,
  io: Io,
): Promise<Outcome> {
  const {
    role,
    externalId,
    backup,
    backupOwner: owner = account,
    backupKey,
    history = "all",
  } = inputs as unknown as ClaimInputs;
  const access = await accessFor({ account, region, role, externalId }, io);
  const caller = { account, region };
  const s3 = access.clients.s3();
  const found = await backupSource(undefined, access).catch((error: Error) => {
    if (error instanceof CommandError && error.exitCode === Exit.failed) return undefined;
    throw error;
  });
  if (found === undefined) return { result: "noTable", message: "has no exported table yet; nothing to back up." };
  if (within !== undefined) {
    const store = s3ObjectStore(s3, { owner, caller });
    const backups = await findBackups(store, `${backup}/${account}/${region}`, io.interrupted());
    const { state: result, ...age } = backupAgeOf(backups, found.source, { hours: within, now: Date.now() });
    return { result, ...age };
  }
  const { source, encryption } = found;
  const keyed = backupKey === undefined ? encryption : ({ sseAlgorithm: "aws:kms", kmsKeyArn: backupKey } as const);
  const store = s3ObjectStore(s3, { owner, encryption: keyed, caller });
  const request: BackupRequest = { source, destination: backup, history, read: store, write: store };
  if (dryRun) {
    const survey = await longCopy(io, ({ signal }) => surveyBackup({ ...request, signal }));
    const size = survey.contents ? `${survey.contents.files} files, ${survey.contents.bytes} bytes` : "a receipt alone";
    const message = survey.receipt
      ? `is backed up already: ${receiptUri(survey.location)}`
      : `would copy ${size} to ${survey.location}`;
    return { result: "wouldCopy", message, survey };
  }
  const receipt = await longBackup(request, io);
  const { destination, verifiedAt } = receipt;
  const message = `backed up and verified: ${rowsInWords(receipt)}, ${receiptUri(destination.location)}`;
  return { result: "backedUp", message, receipt, newest: verifiedAt };
}
