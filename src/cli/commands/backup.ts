import { GetTableCommand, GetTableEncryptionCommand } from "@aws-sdk/client-s3tables";
import { Option, type Command } from "commander";
import { explain, isAbsent, partitionOf } from "../../aws/index.ts";
import {
  backUp,
  receiptUri,
  rowsInWords,
  s3ObjectStore,
  type History,
  type StoreOptions,
  type TableVersion,
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
  backupKey?: string;
  to: string;
  history: History;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(command)
    .requiredOption("--to <s3://bucket/prefix>", "where to; each version of the table gets a folder of its own there")
    .addOption(
      new Option("--history <which>", "all snapshots, or the current one").choices(["all", "current"]).default("all"),
    )
    .addOption(ownerOption())
    .addOption(new Option("--backup-key <arn>", "the KMS key to encrypt the copy with; by default the table's own"))
    .addOption(outputOption("text", "json"))
    .addHelpText(
      "after",
      "\nBacks up the table of the account's data export, and reads the copy back. The table stays.",
    );
}

/** Copies the table of the account and Region, and reads the copy back. */
export async function run({ options }: Invocation<Options>, io: Io): Promise<number> {
  if (!/^s3:\/\/[^/]+/.test(options.to)) {
    throw new CommandError(Exit.wrong, `--to "${options.to}" is no S3 address. Write s3://bucket/prefix.`);
  }
  const access = await accessFor(options, io);
  const { source, encryption } = await exportedVersion(access);
  const { account, region, clients } = access;
  const { backupOwner: owner = account, backupKey } = options;
  const store = s3ObjectStore(clients.s3(), {
    owner,
    encryption: backupKey === undefined ? encryption : { sseAlgorithm: "aws:kms", kmsKeyArn: backupKey },
    caller: { account, region },
  });
  const receipt = await longCopy(io, (watch) =>
    backUp({
      source,
      destination: options.to,
      history: options.history,
      read: store,
      write: store,
      ...watch,
    }),
  );
  const { snapshots, files, bytes, destination, leftOut = [] } = receipt;
  if (options.output === "json") io.out.line(JSON.stringify(receipt, undefined, 2));
  else {
    io.out.line(
      `Backed up and verified: ${rowsInWords(receipt)}, ${snapshots} snapshots, ${files} files, ${bytes} bytes.`,
    );
    for (const uri of leftOut)
      io.out.line(`Left out     ${uri}: the table's metadata names it, but it is gone. Engines do without.`);
    if (destination.metadataLocation) io.out.line(`Open it at   ${destination.metadataLocation}`);
    io.out.line(`Its receipt  ${receiptUri(destination.location)}`);
  }
  return Exit.done;
}

/** Finds the table that a data export of this account and Region writes, as it is now, and how it is encrypted. */
async function exportedVersion({ account, region, clients }: AccountAccess): Promise<{
  source: TableVersion;
  encryption: StoreOptions["encryption"];
}> {
  const tableBucketARN = `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
  const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  try {
    const { tableARN, metadataLocation, versionToken } = await clients.s3tables.send(new GetTableCommand(table));
    const { encryptionConfiguration: told } = await clients.s3tables.send(new GetTableEncryptionCommand(table));
    const isKeyed = told?.sseAlgorithm === "aws:kms";
    return {
      source: { account, region, tableArn: tableARN!, metadataLocation, versionToken: versionToken! },
      encryption: isKeyed ? { sseAlgorithm: "aws:kms", kmsKeyArn: told.kmsKeyArn } : { sseAlgorithm: "AES256" },
    };
  } catch (error) {
    if (isAbsent(error)) {
      throw new CommandError(Exit.failed, `There is no exported table in ${account}/${region}; nothing to back up.`);
    }
    throw explain(error, "read", { account, region, resource: "the exported table" });
  }
}
