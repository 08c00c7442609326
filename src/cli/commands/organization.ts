import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { walkOrganization } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { asCommandError, organizationFile } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("<record>", "record: write down the units and active accounts", (verb: string) => {
      if (verb !== "record") {
        throw new CommandError(Exit.wrong, `There is no organization ${verb}; there is organization record.`);
      }
      return verb;
    })
    .argument("[file]", "where", organizationFile)
    .addHelpText(
      "after",
      "\nCommit the file: check, expand and explain beside it know the units without a network, and a pull request shows what changed.",
    );
}

/** Writes what AWS Organizations says into a file, for use without a network. */
export async function run({ arguments: [, file = organizationFile] }: Invocation, io: Io): Promise<number> {
  const record = await walkOrganization(io.env["AWS_REGION"] ?? io.env["AWS_DEFAULT_REGION"]).catch(
    (error: unknown) => {
      throw asCommandError(error);
    },
  );
  const line = (item: object) => `    ${JSON.stringify(item)}`;
  const list = (items: object[]) => (items.length === 0 ? "[]" : `[\n${items.map(line).join(",\n")}\n  ]`);
  const json = `{\n  "version": 1,\n  "units": ${list(record.units)},\n  "accounts": ${list(record.accounts)}\n}\n`;
  await writeFile(resolve(io.cwd, file), json);
  io.err.line(`wrote ${file}: ${record.accounts.length} accounts in ${record.units.length} units`);
  return Exit.done;
}
