import { GetTableCommand } from "@aws-sdk/client-s3tables";
import { Option, type Command } from "commander";
import { explain, isAbsent, partitionOf } from "../../aws/index.ts";
import { backUp, receiptUri, s3ObjectStore, type History, type TableVersion } from "../../backup/index.ts";
import { accessFor, declareAccess, type AccountAccess, type AccessOptions } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";
import { outputOption } from "../common-options.ts";

interface Options extends AccessOptions {
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
  const source = await exportedVersion(access);
  const store = s3ObjectStore(access.clients.s3());
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
  const { rows, snapshots, files, bytes, destination } = receipt;
  if (options.output === "json") io.out.line(JSON.stringify(receipt, undefined, 2));
  else {
    io.out.line(`Backed up and verified: ${rows} rows, ${snapshots} snapshots, ${files} files, ${bytes} bytes.`);
    if (destination.metadataLocation) io.out.line(`Open it at   ${destination.metadataLocation}`);
    io.out.line(`Its receipt  ${receiptUri(destination.location)}`);
  }
  return Exit.done;
}

/** The table that a data export of this account and Region writes, as it is now. */
async function exportedVersion({ account, region, clients }: AccountAccess): Promise<TableVersion> {
  const tableBucketARN = `arn:${partitionOf(region)}:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
  const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
  try {
    const { tableARN, metadataLocation, versionToken } = await clients.s3tables.send(new GetTableCommand(table));
    return { account, region, tableArn: tableARN!, metadataLocation, versionToken: versionToken! };
  } catch (error) {
    if (isAbsent(error)) {
      throw new CommandError(Exit.failed, `There is no exported table in ${account}/${region}; nothing to back up.`);
    }
    throw explain(error, "read", { account, region, resource: "the exported table" });
  }
}
