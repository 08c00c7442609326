import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { formattedYaml } from "../../spec/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { specOption } from "../common-options.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("[files...]", "specs to lay out, - for standard input; by default the one of --spec")
    .addOption(specOption())
    .option("--check", "write nothing; end with 1 if something would change");
}

/** Writes specs in their canonical layout: comments, quotes and anchors stay. */
export async function run({ arguments: files, options }: Invocation, io: Io): Promise<number> {
  const { spec, check } = options as { spec: string; check?: boolean };
  let differs = false;
  for (const file of files.length > 0 ? files : [spec]) {
    const path = resolve(io.cwd, file);
    const text =
      file === "-"
        ? await io.read()
        : await readFile(path, "utf8").catch((cause: Error) => {
            throw new CommandError(Exit.wrong, `The spec ${file} cannot be read: ${cause.message}`, { cause });
          });
    const laidOut = formattedYaml(text);
    if (laidOut === undefined)
      throw new CommandError(Exit.wrong, `${file} is not YAML yet; \`sluice check\` shows where.`);
    if (file === "-" && !check) io.out.write(laidOut);
    if (laidOut === text) continue;
    differs = true;
    if (file === "-") continue;
    if (!check) await writeFile(path, laidOut);
    io.err.line(`${check ? "would change" : "laid out"} ${file}`);
  }
  return check && differs ? Exit.failed : Exit.done;
}
