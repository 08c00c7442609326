import type { Command } from "commander";
import { discoveryLines, discoveryPage } from "../../operate/index.ts";
import type { Invocation } from "../command.ts";
import { outputOption } from "../common-options.ts";
import { declareDiscover, discovered } from "../deploy/discovered.ts";
import type { DiscoverOptions } from "../deploy/discovered.ts";
import type { Io } from "../io.ts";

interface Options extends DiscoverOptions {
  /** Whether the tables' metadata is read. */
  tables: boolean;
  /** Whether Glue's export is asked for. */
  glueExport?: boolean;
  output: "text" | "json" | "html";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareDiscover(command)
    .option("--no-tables", "do not read the tables' metadata for rows and bytes")
    .option("--glue-export", "ask for Glue's own export of each account's Data Catalog too")
    .addOption(outputOption("text", "json", "html"))
    .addHelpText(
      "after",
      "\nIt only reads. An account that refuses is told and stops none; the exit code is then 1, and 3 where every one refuses.",
    );
}

/** Shows what exists in AWS, and whose it is. */
export async function run({ options }: Invocation<Options>, io: Io): Promise<number> {
  const { discovery, exitCode } = await discovered(options, io, {
    readTables: options.tables,
    readGlueExport: options.glueExport ?? false,
  });
  if (options.output === "json") io.out.line(JSON.stringify(discovery, undefined, 2));
  else if (options.output === "html") io.out.write(discoveryPage(discovery));
  else for (const line of discoveryLines(discovery, io.out.columns)) io.out.line(line);
  return exitCode;
}
