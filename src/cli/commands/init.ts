import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { accountsTyped, regionsTyped, specFor } from "../starter-spec.ts";
import { starterFiles } from "../starter.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("[folder]", "where; by default here")
    .option("--accounts <list>", "accounts to begin with: audit=111122223333,222233334444")
    .option("--regions <list>", "Regions to begin with", "us-east-1")
    .option("--yes", "ask nothing")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice init\n  sluice init syncs --accounts audit=111122223333,ops=222233334444 --regions us-east-1,eu-west-1",
    );
}

/** Writes a project to start from: Pulumi.yaml, the program, sluice.yaml and a workflow. Overwrites nothing. */
export async function run({ arguments: [to = "."], options }: Invocation, io: Io): Promise<number> {
  const folder = path.resolve(io.cwd, to);
  const chosen = await chosenSpec(options as Options, io);
  const starter = await starterFiles(folder, isCommonJs(path.join(folder, "package.json")));
  const files = starter.map((file) => (file.path === "sluice.yaml" && chosen ? { ...file, text: chosen } : file));
  const there = files.filter((file) => existsSync(path.join(folder, file.path)));
  const inTheWay = there.filter((file) => !file.optional).map((file) => file.path);
  if (inTheWay.length > 0) {
    const message = `There is ${inTheWay.join(", ")} already in ${folder}, and init overwrites nothing. Choose an empty folder.`;
    throw new CommandError(Exit.failed, message);
  }
  for (const file of files.filter((file) => !there.includes(file))) {
    const target = path.join(folder, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text, { flag: "wx" });
    io.out.line(`wrote ${path.join(to, file.path)}`);
  }
  for (const file of there) io.out.line(`kept  ${path.join(to, file.path)}`);
  const first = chosen ? "" : `put your accounts into ${path.join(to, "sluice.yaml")}, then`;
  const install = `npm install${there.some((file) => file.path === "package.json") ? missingFrom(folder, starter) : ""}`;
  io.err.line(`\nNext: ${first}\n  ${install} && npx --no-install sluice check && npx --no-install sluice preview`);
  return Exit.done;
}

interface Options {
  accounts?: string;
  regions: string;
  yes?: boolean;
}

/** The spec for the accounts that were typed or are asked for; `undefined` for the example's. */
async function chosenSpec({ accounts, regions, yes }: Options, io: Io): Promise<string | undefined> {
  if (accounts !== undefined) return specFor(accountsTyped(accounts), regionsTyped(regions));
  if (yes || !io.interactive) return undefined;
  const typed = await io.ask("Accounts, such as audit=111122223333,222233334444 (empty for an example): ");
  if (typed.trim() === "") return undefined;
  const where = await io.ask("Regions (us-east-1): ");
  return specFor(accountsTyped(typed), regionsTyped(where.trim() || regions));
}

/** What a package.json that was kept does not depend on yet, as `npm install` takes it. */
function missingFrom(folder: string, starter: readonly { path: string; text: string }[]): string {
  const dependenciesIn = (json: string) =>
    (JSON.parse(json) as { dependencies?: Record<string, string> }).dependencies ?? {};
  const own = dependenciesIn(readFileSync(path.join(folder, "package.json"), "utf8"));
  const wanted = dependenciesIn(starter.find((file) => file.path === "package.json")?.text ?? "{}");
  const missing = Object.entries(wanted).filter(([name]) => !(name in own));
  return missing
    .map(([name, version]) => (version.startsWith("file:") ? ` ${version}` : ` "${name}@${version}"`))
    .join("");
}

/** Whether a package.json that is there already makes the program a CommonJS module. */
function isCommonJs(packageFile: string): boolean {
  return existsSync(packageFile) && packageIn(packageFile).type !== "module";
}

function packageIn(file: string): { type?: string } {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { type?: string };
  } catch (cause) {
    throw new CommandError(Exit.failed, `${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
