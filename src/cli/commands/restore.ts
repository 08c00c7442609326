import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { bucketTable, readReceipt, relocated, restore, rowsInWords, s3ObjectStore } from "../../backup/index.ts";
import type { RestoreTable } from "../../backup/index.ts";
import { accessFor, declareAccess, ownerOption } from "../aws-access.ts";
import type { AccountAccess, AccessOptions, OwnerOptions } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";
import { outputOption } from "../common-options.ts";
import { actualLocation } from "./receipt-location.ts";

interface Options extends AccessOptions, OwnerOptions {
  into: string;
  as?: string;
  table?: string;
  snapshot?: bigint;
  relocated?: true;
  intoRole?: string;
  intoExternalId?: string;
  intoRegion?: string;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(command.argument("<receipt>", "s3://…/receipt.json, or the folder that it lies in"))
    .requiredOption("--into <place>", "s3://bucket/prefix, or the ARN of a table bucket of yours")
    .option("--as <namespace.name>", "the new table in that table bucket")
    .addOption(new Option("--table <namespace.name>", "the same as --as").hideHelp())
    .option("--snapshot <id>", "restore this one alone, and make it the current; by default all", snapshotId)
    .option("--relocated", "the backup was moved or replicated: read it from where its receipt lies now")
    .option("--into-role <arn>", "the role to write with, of another account; by default --role")
    .option("--into-external-id <id>", "sent with AssumeRole of --into-role")
    .option("--into-region <region>", "where to write; by default the table bucket's Region, else --region")
    .addOption(ownerOption())
    .addOption(outputOption("text", "json"))
    .addHelpText(
      "after",
      "\nMakes a table out of a backup. AWS's own bucket aws-sagemaker-catalog takes no writes, so it goes into one of yours." +
        "\nA table bucket expires old snapshots within days, unless its snapshot management is turned off.",
    );
}

/** Makes a table out of a backup. */
export async function run({ arguments: [uri], options }: Invocation<Options>, io: Io): Promise<number> {
  const destination = destinationOf(options);
  const { relocated: isRelocated, snapshot, backupOwner, into } = options;
  const region = options.region ?? tableBucket.exec(into)?.[1];
  const access = await accessFor({ ...options, region }, io);
  const writing = await writingAccess(options, access, io);
  const { account, clients } = access;
  const store = s3ObjectStore(clients.s3(), {
    owner: backupOwner ?? account,
    caller: { account, region: access.region },
  });
  const receipt = await readReceipt(store, uri!);
  const { location } = receipt.destination;
  const place = actualLocation(receipt, uri!, isRelocated);
  const restored = await longCopy(io, (watch) =>
    restore({
      receipt,
      into: destination(writing),
      read: place === location ? store : relocated(store, location, place),
      // What is restored is the caller's own, and encrypted as its new place says.
      write: s3ObjectStore(writing.clients.s3(), {
        owner: writing.account,
        caller: { account: writing.account, region: writing.region },
      }),
      snapshot,
      ...watch,
    }),
  );
  const { snapshots } = restored.verification;
  if (options.output === "json") io.out.line(JSON.stringify(restored, undefined, 2));
  else
    io.out.line(
      `Restored and verified: ${rowsInWords(restored.verification)}, ${snapshots} snapshots, at ${restored.metadataLocation}`,
    );
  return Exit.done;
}

/** Access to where the table goes, which may be another account's, or in another Region. */
async function writingAccess(options: Options, reading: AccountAccess, io: Io): Promise<AccountAccess> {
  const { into, intoRole, intoExternalId, intoRegion } = options;
  const region = intoRegion ?? tableBucket.exec(into)?.[1] ?? reading.region;
  if (intoRole !== undefined) return accessFor({ region, role: intoRole, externalId: intoExternalId }, io);
  return region === reading.region ? reading : accessFor({ ...options, region }, io);
}

function snapshotId(text: string): bigint {
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError("Give the id of a snapshot, a whole number.");
}

/** Where to restore into, checked before anything is asked of AWS. */
function destinationOf({ into, as, table = as }: Options): (access: AccountAccess) => RestoreTable | string {
  if (/^s3:\/\/[^/]+\/./.test(into)) return () => into;
  if (!tableBucket.test(into)) {
    throw new CommandError(
      Exit.wrong,
      `--into "${into}" is neither s3://bucket/prefix nor a table bucket's ARN (arn:aws:s3tables:REGION:ACCOUNT:bucket/NAME).`,
    );
  }
  const [, namespace, name] = /^([0-9a-z_]+)\.([0-9a-z_]+)$/.exec(table ?? "") ?? [];
  if (!namespace || !name) {
    throw new CommandError(Exit.wrong, "Which table? Give --as namespace.name, in lower case letters, digits and _.");
  }
  return ({ clients }) => bucketTable(clients.s3tables, { tableBucketARN: into, namespace, name });
}

const tableBucket = /^arn:[^:]+:s3tables:([^:]+):\d{12}:bucket\/[^/]+$/;
