import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { parse } from "yaml";
import { ControlError, knownQuirks, startEmulator } from "../../emulator/index.ts";
import type { Emulator, EmulatorOptions } from "../../emulator/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { outputOption, parseWholeNumber } from "../common-options.ts";

interface Options {
  port: number;
  seed?: string;
  quirk: Record<string, string>;
  quirks?: string;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .addOption(new Option("--port <n>", "0 takes a free one").argParser(port).default(0))
    .addOption(new Option("--seed <file>", "accounts, organization, buckets and keys at the start, YAML or JSON"))
    .addOption(
      new Option("--quirk <name=value>", "choose an undocumented behaviour; may be repeated")
        .argParser(quirk)
        .default({}, "none"),
    )
    .addOption(
      new Option("--quirks <file>", "what `sluice probe` has told, or a map of names to values; --quirk goes before"),
    )
    .addOption(outputOption("text", "json"))
    .addHelpText("after", `\nQuirks, the default first:\n${quirkLines().join("\n")}`);
}

/** Runs the emulator until SIGINT or SIGTERM; the first thing on stdout is how to reach it. */
export async function run({ options }: Invocation<Options>, io: Io): Promise<number> {
  const emulator = await start({
    port: options.port,
    seed: options.seed && resolve(io.cwd, options.seed),
    quirks: { ...(options.quirks && (await quirksIn(resolve(io.cwd, options.quirks), io))), ...options.quirk },
  });
  if (options.output === "json") io.out.line(JSON.stringify({ endpoint: emulator.endpoint }));
  else for (const line of exportLines(emulator)) io.out.line(line);
  const signal = io.interrupted();
  if (!signal.aborted) await once(signal, "abort");
  await emulator.stop();
  return Exit.done;
}

async function start(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    if (error instanceof ControlError) throw new CommandError(Exit.wrong, error.message, { cause: error });
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new CommandError(Exit.failed, `Port ${options.port} is taken. Choose another one, or 0 for a free one.`, {
      cause: error,
    });
  }
}

/** Reads the values that a probe's report tells, or those of a plain map; what it does not tell is said, and is as by default. */
async function quirksIn(file: string, io: Io): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new CommandError(Exit.wrong, `${file} cannot be read: ${cause.message}`, { cause });
  });
  const wrong = `${file} is neither what \`sluice probe\` prints nor a map of quirks to values.`;
  const read = (): unknown => {
    try {
      return parse(text);
    } catch (cause) {
      throw new CommandError(Exit.wrong, wrong, { cause });
    }
  };
  const document = read() as { quirks?: unknown } | null;
  const quirks = document?.quirks ?? document;
  if (typeof quirks !== "object" || quirks === null || Array.isArray(quirks)) throw new CommandError(Exit.wrong, wrong);
  const open: string[] = [];
  const values = Object.entries(quirks).flatMap(([name, answer]: [string, unknown]) => {
    const value: unknown =
      typeof answer === "object" && answer !== null ? (answer as { value?: unknown }).value : answer;
    if (value === undefined) open.push(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  if (open.length > 0) io.err.line(`not told by ${file}, so as by default: ${open.join(", ")}`);
  return Object.fromEntries(values);
}

/** Lines to paste into a shell; the SDKs and the AWS CLI need nothing else. */
function exportLines({ endpoint }: Emulator): string[] {
  return [
    `export AWS_ENDPOINT_URL=${endpoint}`,
    "export AWS_ACCESS_KEY_ID=111122223333 AWS_SECRET_ACCESS_KEY=emulator",
    "export AWS_REGION=us-east-1",
  ];
}

function port(value: string): number {
  const number = parseWholeNumber(0)(value);
  if (number > 65_535) throw new InvalidArgumentError("Ports end at 65535.");
  return number;
}

function quirk(value: string, before: Record<string, string>): Record<string, string> {
  const [, name, chosen] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  if (name === undefined || chosen === undefined) throw new InvalidArgumentError("Give NAME=VALUE.");
  return { ...before, [name]: chosen };
}

function quirkLines(): string[] {
  return Object.entries(knownQuirks).map(
    ([name, { about, values }]) => `  ${name}=${values.join("|")}\n      ${about}`,
  );
}
