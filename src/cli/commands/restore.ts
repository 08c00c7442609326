import type { Command } from "commander";
import {
  bucketTable,
  readReceipt,
  restore,
  rowsInWords,
  s3ObjectStore,
  type RestoreTable,
} from "../../backup/index.ts";
import {
  accessFor,
  declareAccess,
  ownerOption,
  type AccountAccess,
  type AccessOptions,
  type OwnerOptions,
} from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";
import { outputOption } from "../common-options.ts";

interface Options extends AccessOptions, OwnerOptions {
  into: string;
  table?: string;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(command.argument("<receipt>", "s3://…/receipt.json, or the folder that it lies in"))
    .requiredOption("--into <place>", "s3://bucket/prefix, or the ARN of a table bucket of yours")
    .option("--table <namespace.name>", "the new table in that table bucket")
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
  const region = options.region ?? tableBucket.exec(options.into)?.[1];
  const access = await accessFor({ ...options, region }, io);
  const { account, clients } = access;
  const terms = { owner: options.backupOwner ?? account, caller: { account, region: access.region } };
  const store = s3ObjectStore(clients.s3(), terms);
  const receipt = await readReceipt(store, uri!);
  const restored = await longCopy(io, (watch) =>
    restore({
      receipt,
      into: destination(access),
      read: store,
      // What is restored is the caller's own, and encrypted as its new place says.
      write: s3ObjectStore(clients.s3(), { ...terms, owner: account }),
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

/** Where to restore into, checked before anything is asked of AWS. */
function destinationOf({ into, table }: Options): (access: AccountAccess) => RestoreTable | string {
  if (/^s3:\/\/[^/]+\/./.test(into)) return () => into;
  if (!tableBucket.test(into)) {
    throw new CommandError(
      Exit.wrong,
      `--into "${into}" is neither s3://bucket/prefix nor a table bucket's ARN (arn:aws:s3tables:REGION:ACCOUNT:bucket/NAME).`,
    );
  }
  const [, namespace, name] = /^([0-9a-z_]+)\.([0-9a-z_]+)$/.exec(table ?? "") ?? [];
  if (!namespace || !name) {
    throw new CommandError(
      Exit.wrong,
      "Which table? Give --table namespace.name, in lower case letters, digits and _.",
    );
  }
  return ({ clients }) => bucketTable(clients.s3tables, { tableBucketARN: into, namespace, name });
}

const tableBucket = /^arn:[^:]+:s3tables:([^:]+):\d{12}:bucket\/[^/]+$/;
