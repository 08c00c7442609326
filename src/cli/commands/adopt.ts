import type { Command } from "commander";
import { stringify } from "yaml";
import { foundSpec } from "../../operate/index.ts";
import type { Invocation } from "../command.ts";
import { declareDiscover, discovered } from "../deploy/discovered.ts";
import type { DiscoverOptions } from "../deploy/discovered.ts";
import type { Io } from "../io.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareDiscover(command).addHelpText(
    "after",
    "\nIt only reads, and prints a spec for what no spec has yet. The first up takes it over as it is (`adopt: true`); after that the\n" +
      "next preview is empty, and `adopt` may go. Syncs of AWS services and of other stacks are left out.",
  );
}

/** Prints the entries of a spec that stand for what exists and is nobody's yet. */
export async function run({ options }: Invocation<DiscoverOptions>, io: Io): Promise<number> {
  const { discovery, declarations, exitCode } = await discovered(options, io, {
    readTables: false,
    readExpiration: true,
  });
  const declared = new Set(
    declarations.map(
      ({ account, region, inputs }) => `${account}/${region}/${String(inputs["syncName"] ?? inputs["domain"])}`,
    ),
  );
  const spec = foundSpec(discovery, declared, options.role);
  for (const place of discovery.places) {
    for (const { account, region, what, message } of place.refused) {
      io.err.line(`not looked at, so not in the spec: ${what} in ${account}/${region}: ${message.split("\n")[0]}`);
    }
  }
  if (spec.syncs === undefined && spec.exports === undefined) {
    io.err.line("There is nothing to adopt: the spec has everything that was found and that is nobody else's.");
    return exitCode;
  }
  io.err.line(
    "What AWS does not tell is not here: whether a sync's delivery is shared with the organization (share), backups.",
  );
  io.out.write(
    `# What exists and no spec has yet. The first up takes it over as it is.\n${stringify(spec, { lineWidth: 0 })}`,
  );
  return exitCode;
}
