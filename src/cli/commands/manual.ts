import { Command } from "commander";
import { version } from "../../version.ts";
import type { CommandModule, Invocation } from "../command.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";

/** A command as the registry has it, with its examples. */
interface Described {
  name: string;
  summary: string;
  load(): Promise<CommandModule>;
}

/** Returns the command that prints the manual of those commands. */
export const manualOf = (
  commands: readonly Described[],
  examples: Readonly<Record<string, readonly string[]>>,
): CommandModule => ({
  declare: () => undefined,
  /** Prints the manual of every command as a page for `man`. */
  async run(_: Invocation, io: Io): Promise<number> {
    const parts = await Promise.all(commands.map((command) => partOf(command, examples[command.name] ?? [])));
    const names = commands.map(({ name, summary }) => `.TP\n.B ${plain(name)}\n${plain(summary)}\n`).join("");
    io.out.write(`${head}.SH COMMANDS\n${names}${parts.join("")}${footer}`);
    return Exit.done;
  },
});

const head = `.TH SLUICE 1 "" "sluice ${version}" "Sluice"
.SH NAME
sluice \\- SSM resource data syncs and DataZone data exports as code
.SH SYNOPSIS
.B sluice
.I command
[options]
`;

const footer = `.SH EXIT STATUS
0 done, 1 failed, 2 the spec or the command line is wrong, 3 credentials, 5 blocked by a guard, 7 changes under \\-\\-expect\\-no\\-changes, 8 cancelled
.SH FILES
.TP
.B sluice.yaml
the spec
.TP
.B sluice.organization.json
what sluice organization record wrote
`;

async function partOf({ name, load }: Described, lines: readonly string[]): Promise<string> {
  const command = new Command(name).name(`sluice ${name}`);
  (await load()).declare(command);
  const help = command.createHelp();
  const described = [
    ...help.visibleArguments(command).map((one) => [help.argumentTerm(one), help.argumentDescription(one)] as const),
    ...help.visibleOptions(command).map((one) => [help.optionTerm(one), help.optionDescription(one)] as const),
  ];
  const options = described.map(([term, about]) => `.TP\n.B ${plain(term)}\n${plain(about) || "\\&"}\n`);
  const shown = lines.map((line) => `${plain(line)}\n`).join("");
  return `.SH ${name.toUpperCase()}\n.B ${plain(help.commandUsage(command))}\n${options.join("")}.PP\n.nf\n${shown}.fi\n`;
}

/** The text as it is, where roff would take a hyphen, a backslash, or a dot or quote at the beginning, for its own. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^(?=[.'])/gm, "\\&");
