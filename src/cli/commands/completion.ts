import { Command } from "commander";
import type { CommandModule, Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import { explainedCodes } from "../finding-pages.ts";
import type { Io } from "../io.ts";
import { surveyFor } from "../spec-survey.ts";

const scripts = {
  bash: `_sluice() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(sluice completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sluice sluice
`,
  zsh: `#compdef sluice
_sluice() {
  local -a found
  found=(\${(f)"$(sluice completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a found || _files
}
compdef _sluice sluice
`,
  fish: `complete -c sluice -f -a '(sluice completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};

/** Returns the command that completes those commands. */
export const completionOf = (commands: readonly Completed[]): CommandModule => ({
  declare(command: Command): void {
    command
      .argument("<shell>", "bash, zsh or fish")
      .argument("[words...]", "what is typed so far, after `words --` instead of a shell");
  },
  /** Prints the script that a shell needs, or what may come next on a command line. */
  async run({ arguments: [shell = "", ...words] }: Invocation, io: Io): Promise<number> {
    if (Object.hasOwn(scripts, shell)) io.out.write(scripts[shell as keyof typeof scripts]);
    else if (shell === "words") for (const word of await candidates(words, commands, io)) io.out.line(word);
    else {
      const known = Object.keys(scripts).join(", ");
      throw new CommandError(Exit.wrong, `There is no script for "${shell}". There are: ${known}.`);
    }
    return Exit.done;
  },
});

/** A command as the registry has it. */
interface Completed {
  name: string;
  load(): Promise<CommandModule>;
}

/** What may stand in the last of the words. */
async function candidates(words: readonly string[], commands: readonly Completed[], io: Io): Promise<string[]> {
  const [name, before, last] = [words[0], words.at(-2), words.at(-1) ?? ""];
  if (words.length < 2) return commands.map((command) => command.name);
  const command = await declaredBy(commands.find((command) => command.name === name));
  const chosen = command?.options.find(({ short, long }) => before !== undefined && [short, long].includes(before));
  if (chosen?.argChoices) return chosen.argChoices;
  if (before === "--stack") return (await survey(words, io))?.stacks ?? [];
  if (before === "--target" || before === "--exclude")
    return ((await survey(words, io))?.declarations ?? []).map((one) => one.name);
  if (last.startsWith("-")) return ["--help", ...(command?.options ?? []).flatMap(({ long }) => long ?? [])];
  if (name === "completion") return Object.keys(scripts);
  if (name !== "explain") return [];
  const { spec } = (await survey(words, io)) ?? {};
  return [
    ...(spec?.syncs ?? []).map(({ key }) => `syncs.${key}`),
    ...(spec?.exports ?? []).map(({ key }) => `exports.${key}`),
    ...(spec?.accounts ?? []).map((account) => account.name),
    ...explainedCodes,
  ];
}

async function declaredBy(entry: Completed | undefined): Promise<Command | undefined> {
  if (entry === undefined) return undefined;
  const command = new Command();
  (await entry.load()).declare(command);
  return command;
}

function survey(words: readonly string[], io: Io) {
  const at = words.indexOf("--spec");
  const file = (at >= 0 ? words[at + 1] : undefined) ?? io.env["SLUICE_SPEC"] ?? "sluice.yaml";
  return surveyFor(file, io, "offline").catch(() => undefined);
}
