import type { Command } from "commander";
import {
  BackupDamaged,
  BucketAbsent,
  checkBackup,
  ObjectAbsent,
  readReceipt,
  relocated,
  rowsInWords,
  s3ObjectStore,
} from "../../backup/index.ts";
import type { Check, Receipt } from "../../backup/index.ts";
import { accessFor, declareAccess, ownerOption } from "../aws-access.ts";
import type { AccessOptions, OwnerOptions } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";
import { outputOption } from "../common-options.ts";
import { actualLocation } from "./receipt-location.ts";
import { verifyAll } from "./verify-all.ts";

interface Options extends AccessOptions, OwnerOptions {
  metadataOnly?: true;
  relocated?: true;
  all?: true;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(command.argument("<receipt>", "s3://…/receipt.json, or the folder that it lies in"))
    .option("--metadata-only", "ask each object for size and checksum, but read only the metadata")
    .option("--relocated", "the backup was moved or replicated: read it from where its receipt lies now")
    .option("--all", "verify every backup below s3://bucket/prefix, and show the worst first")
    .addOption(ownerOption())
    .addOption(outputOption("text", "json"))
    .addHelpText(
      "after",
      "\nReads a backup back and holds it against its table, or against its receipt alone where that version is gone." +
        "\nExit code 1 when it is not whole; 2 when there is none, 3 when it could not be looked at.",
    );
}

/** Compares a backup with its table, or with its receipt. */
export async function run({ arguments: [uri], options }: Invocation<Options>, io: Io): Promise<number> {
  const { account, region, clients } = await accessFor(options, io);
  const store = s3ObjectStore(clients.s3(), { owner: options.backupOwner ?? account, caller: { account, region } });
  const depth = options.metadataOnly ? ("metadata" as const) : ("contents" as const);
  const check = (receipt: Receipt, location: string) => {
    const { location: made } = receipt.destination;
    const copy = made === location ? store : relocated(store, made, location);
    return longCopy(io, (watch) => checkBackup({ receipt, store: copy, source: store, depth, ...watch }));
  };
  if (options.all) return looking(() => verifyAll(store, uri!, check, options.output, io));
  const found = await looking(async () => {
    const receipt = await readReceipt(store, uri!);
    return check(receipt, actualLocation(receipt, uri!, options.relocated));
  });
  if (options.output === "json") io.out.line(JSON.stringify(found, undefined, 2));
  else if (found.ok) io.out.line(`${found.unread ? "Whole by its metadata" : "Whole"}: ${checkText(found)}`);
  else for (const problem of found.problems) io.out.line(problem);
  return found.ok ? Exit.done : Exit.failed;
}

function checkText(found: Check): string {
  const { snapshots, files, bytes, against, unread } = found;
  const counted = unread ? "" : `${rowsInWords(found)}, `;
  const held = against === "source" ? "the table that it was made of" : "its receipt; the table was not looked at";
  const rest = unread
    ? ` Not read: ${unread.files} data and delete files of ${unread.bytes} bytes, which were asked for size and checksum; rows were not counted.`
    : "";
  return `${counted}${snapshots} snapshots, ${files} files, ${bytes} bytes. Held against ${held}.${rest}`;
}

/** Tells apart what is not whole, which is a result, from what could not be looked at. */
async function looking<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CommandError || error instanceof BackupDamaged) throw error;
    const isNothing = error instanceof ObjectAbsent || error instanceof BucketAbsent;
    throw new CommandError(
      isNothing ? Exit.wrong : Exit.credentials,
      `Could not look at the backup, so nothing is known of it: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
