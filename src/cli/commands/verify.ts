import type { Command } from "commander";
import { readReceipt, s3ObjectStore, verify } from "../../backup/index.ts";
import { accessFor, declareAccess, type AccessOptions } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";
import { outputOption } from "../common-options.ts";

interface Options extends AccessOptions {
  metadataOnly?: true;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(command.argument("<receipt>", "s3://…/receipt.json, or the folder that it lies in"))
    .option("--metadata-only", "ask each object for size and checksum, but read only the metadata")
    .addOption(outputOption("text", "json"))
    .addHelpText("after", "\nReads a backup back and holds it against its receipt. Exit code 1 when it is not whole.");
}

/** Compares a backup with its receipt. */
export async function run({ arguments: [uri], options }: Invocation<Options>, io: Io): Promise<number> {
  const { clients } = await accessFor(options, io);
  const store = s3ObjectStore(clients.s3());
  const receipt = await readReceipt(store, uri!);
  const found = await longCopy(io, (watch) =>
    verify({
      receipt,
      store,
      depth: options.metadataOnly ? "metadata" : "contents",
      ...watch,
    }),
  );
  const counted = found.rows === undefined ? "" : `${found.rows} rows, `;
  if (options.output === "json") io.out.line(JSON.stringify(found, undefined, 2));
  else if (found.ok)
    io.out.line(`Whole: ${counted}${found.snapshots} snapshots, ${found.files} files, ${found.bytes} bytes.`);
  else for (const problem of found.problems) io.out.line(problem);
  return found.ok ? Exit.done : Exit.failed;
}
