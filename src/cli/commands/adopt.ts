import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { stringify } from "yaml";
import { foundSpec } from "../../operate/index.ts";
import type { Invocation } from "../command.ts";
import { readingFiller } from "../deploy/config-secrets.ts";
import { declareDiscover, discovered } from "../deploy/discovered.ts";
import type { DiscoverOptions } from "../deploy/discovered.ts";
import { projectOf } from "../deploy/project.ts";
import type { Io } from "../io.ts";

interface AdoptOptions extends DiscoverOptions {
  importFile?: string;
}

/** How Pulumi takes the file: it writes no program for dynamic resources, and would protect what it imports. */
const importing = "pulumi import --file FILE --generate-code=false --protect=false --yes";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareDiscover(command)
    .option("--import-file <file>", "write what `pulumi import --file` takes too; Pulumi 3.254 or later")
    .addHelpText(
      "after",
      "\nIt only reads, and prints a spec for what no spec has yet. The first up takes it over as it is (`adopt: true`); after that the\n" +
        "next preview is empty, and `adopt` may go. Syncs of AWS services and of other stacks are left out.\n\n" +
        "Where the state is to have it before any up: --import-file, and then in the stack that --stack names\n" +
        `  ${importing}\n` +
        "`pulumi import TYPE NAME ID` and the option `import:` cannot take a dynamic resource: use that file, or `adopt: true`.",
    );
}

/** Prints the entries of a spec that stand for what exists and is nobody's yet. */
export async function run({ options }: Invocation<AdoptOptions>, io: Io): Promise<number> {
  const { discovery, declarations, roles, exitCode } = await discovered(options, io, {
    readTables: false,
    readExpiration: true,
  });
  const declared = new Set(
    declarations.map(
      ({ account, region, inputs }) => `${account}/${region}/${String(inputs["syncName"] ?? inputs["domain"])}`,
    ),
  );
  const spec = foundSpec(discovery, declared, roles);
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
  const text = `# What exists and no spec has yet. The first up takes it over as it is.\n${stringify(spec, { lineWidth: 0 })}`;
  if (options.importFile !== undefined) await writeImportFile(text, options.importFile, options, io);
  io.out.write(text);
  return exitCode;
}

async function writeImportFile(text: string, file: string, options: AdoptOptions, io: Io): Promise<void> {
  const { stack, spec } = options;
  const { importedResources } = await import("../deploy/import-file.ts");
  const { name: project } = projectOf(resolve(io.cwd, spec), io.cwd);
  io.busy(() => "reading what the state is to have");
  const fill = readingFiller(options, io);
  const resources = await importedResources(text, { project, stack, fill, signal: io.interrupted() });
  await writeFile(resolve(io.cwd, file), `${JSON.stringify({ resources }, undefined, 2)}\n`, { mode: 0o600 });
  io.err.line(
    `${resources.length} resources of ${project}/${stack} are in ${file}: ${importing.replace("FILE", file)}`,
  );
  if (resources.some(({ inputs }) => inputs["externalId"])) {
    io.err.line(
      `${file} has external ids in plain text, which Pulumi encrypts in the state: delete it after the import.`,
    );
  }
}
