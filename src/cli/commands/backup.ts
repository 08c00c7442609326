import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { describeSkippedLocation, receiptUri, rowsInWords, s3ObjectStore, surveyBackup } from "../../backup/index.ts";
import type { BackupRequest, History, BackupSurvey } from "../../backup/index.ts";
import { accessFor, declareAccess, ownerOption } from "../aws-access.ts";
import type { AccessOptions, OwnerOptions } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longBackup, longCopy } from "../terminal/long-copy.ts";
import { outputOption, specOption, stackOption } from "../common-options.ts";
import { backUpAll } from "./backup-all.ts";
import { printBackups } from "./backup-list.ts";
import { pruneBackups } from "./backup-prune.ts";
import { backupSource } from "./backup-source.ts";

interface Options extends AccessOptions, OwnerOptions {
  table?: string;
  backupKey?: string;
  to?: string;
  history: History;
  dryRun?: true;
  all?: true;
  within?: number;
  yes?: true;
  spec: string;
  stack: string;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(
    command
      .argument("[list|prune]", "list what lies below an address; show what has expired")
      .argument("[place]", "of list s3://bucket/prefix; of prune account/Region, by default every export of the spec"),
  )
    .option(
      "--table <table>",
      "s3tables://bucket/namespace/table, glue://database/table or s3://….metadata.json; by default that of the export",
    )
    .option("--to <s3://bucket/prefix>", "where to; each version of the table gets a folder of its own there")
    .addOption(
      new Option("--history <which>", "all snapshots, or the current one").choices(["all", "current"]).default("all"),
    )
    .option("--dry-run", "tell what would be copied, and what cannot be; write nothing")
    .addOption(
      new Option("--all", "every export of the spec, each to its own place, by its own role").conflicts([
        "table",
        "to",
        "account",
        "region",
        "role",
        "externalId",
        "backupOwner",
        "backupKey",
      ]),
    )
    .addOption(
      new Option(
        "--within <age>",
        "with --all: copy nothing, and tell whose newest backup is older, 26h or 2d",
      ).argParser(hours),
    )
    .option("--yes", "with prune: delete what has expired, after every backup that stays was read back whole")
    .addOption(specOption())
    .addOption(stackOption())
    .addOption(ownerOption())
    .addOption(new Option("--backup-key <arn>", "the KMS key to encrypt the copy with; by default the table's own"))
    .addOption(outputOption("text", "json"))
    .addHelpText(
      "after",
      "\nBacks up the table of the account's data export, or any other Iceberg table, and reads the copy back. The table stays." +
        "\n--all is for a schedule: one that fails stops none, a version that was backed up already is read back, nothing is ever deleted." +
        "\nThe exit code of --all is 1 where one failed, or where with --within one is older than that, or has none." +
        "\nsluice backup list s3://bucket/prefix shows what lies there, the newest first." +
        "\nsluice backup prune shows which backups `table: { keep }` of the spec lets go, and with --yes deletes them: never the newest, the table as it" +
        "\nis now, what a way back needs, or anything under Object Lock. --role is the role for that, with ${account.id}.",
    );
}

/** Copies a table and reads the copy back; or lists copies. */
export async function run({ arguments: [verb, place], options }: Invocation<Options>, io: Io): Promise<number> {
  const { to = place } = options;
  if (options.all && verb === undefined) return backUpAll(options, io);
  if (options.within !== undefined)
    throw new CommandError(Exit.wrong, "--within is of --all: sluice backup --all --within 26h.");
  if (verb === "prune") return prune(place, options, io);
  if (options.yes) throw new CommandError(Exit.wrong, "--yes is of prune: sluice backup prune --yes.");
  if (verb !== undefined && verb !== "list") {
    throw new CommandError(
      Exit.wrong,
      `"backup ${verb}" is not known. Write sluice backup list s3://bucket/prefix, backup prune, or --to.`,
    );
  }
  if (to === undefined) throw new CommandError(Exit.wrong, "Where to? Give --to s3://bucket/prefix.");
  if (!/^s3:\/\/[^/]+/.test(to)) {
    throw new CommandError(Exit.wrong, `"${to}" is no S3 address. Write s3://bucket/prefix.`);
  }
  const access = await accessFor(options, io);
  const { account, region, clients } = access;
  const { backupOwner: owner = account, backupKey, history, output } = options;
  const caller = { account, region };
  if (verb === "list") {
    await printBackups(s3ObjectStore(clients.s3(), { owner, caller }), to, output, io);
    return Exit.done;
  }
  const { source, encryption } = await backupSource(options.table, access);
  const keyed = backupKey === undefined ? encryption : ({ sseAlgorithm: "aws:kms", kmsKeyArn: backupKey } as const);
  const write = s3ObjectStore(clients.s3(), { owner, encryption: keyed, caller });
  // The table may be another account's; its exporter's is the caller's own.
  const read = options.table === undefined ? write : s3ObjectStore(clients.s3(), { caller });
  const request = { source, destination: to, history, read, write };
  return options.dryRun ? survey(request, output, io) : backUpAndPrint(request, output, io);
}

/** The spec says where, and of which account and Region: what else is given would be meant, and not done. */
function prune(place: string | undefined, options: Options, io: Io): Promise<number> {
  const foreign = (["table", "to", "account", "region", "backupOwner", "backupKey", "all"] as const).find(
    (name) => options[name] !== undefined,
  );
  if (foreign !== undefined) {
    throw new CommandError(
      Exit.wrong,
      `backup prune takes what the spec says, and no --${foreign.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.`,
    );
  }
  if (options.yes && options.dryRun) throw new CommandError(Exit.wrong, "--yes and --dry-run contradict each other.");
  return pruneBackups(place, options, io);
}

function hours(value: string): number {
  const [, count, unit] = /^(\d+)([hd])$/.exec(value) ?? [];
  if (count === undefined) throw new InvalidArgumentError("Give hours or days: 26h, 2d.");
  return Number(count) * (unit === "d" ? 24 : 1);
}

async function backUpAndPrint(request: BackupRequest, output: string, io: Io): Promise<number> {
  const receipt = await longBackup(request, io);
  const { snapshots, files, bytes, destination, leftOut = [] } = receipt;
  if (output === "json") io.out.line(JSON.stringify(receipt, undefined, 2));
  else {
    io.out.line(
      `Backed up and verified: ${rowsInWords(receipt)}, ${snapshots} snapshots, ${files} files, ${bytes} bytes.`,
    );
    printLeftOut(leftOut, io);
    if (destination.metadataLocation) io.out.line(`Open it at   ${destination.metadataLocation}`);
    io.out.line(`Its receipt  ${receiptUri(destination.location)}`);
  }
  return Exit.done;
}

async function survey(request: BackupRequest, output: string, io: Io): Promise<number> {
  const found = await longCopy(io, ({ signal }) => surveyBackup({ ...request, signal }));
  if (output === "json") io.out.line(JSON.stringify(found, undefined, 2));
  else printSurvey(found, request.history, io);
  return Exit.done;
}

function printSurvey({ location, contents, leftOut, left, receipt }: BackupSurvey, history: History, io: Io): void {
  for (const one of left) io.out.line(describeSkippedLocation(one));
  if (receipt) io.out.line(`This version was backed up already, and would be read back: ${receiptUri(location)}`);
  else if (!contents) io.out.line(`The table has never held data; a receipt would be written to ${location}`);
  else {
    const { snapshots, files, bytes, rows } = contents;
    io.out.line(`Would copy ${files} files, ${bytes} bytes, of ${snapshots} snapshots to ${location}`);
    io.out.line(`Its data files hold ${rows} rows in the current snapshot; deletes are counted after the copy.`);
  }
  printLeftOut(leftOut, io);
  if (history === "current")
    io.out.line("Earlier snapshots, and tags and branches that name them, would not be copied.");
}

function printLeftOut(leftOut: string[], io: Io): void {
  for (const uri of leftOut) {
    io.out.line(`Left out     ${uri}: the table's metadata names it, but it is gone. Engines do without.`);
  }
}
