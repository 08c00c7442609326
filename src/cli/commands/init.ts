import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { accountsTyped, regionsTyped, specFor } from "../starter-spec.ts";
import { forges, starterFiles } from "../starter.ts";
import type { StarterChoice } from "../starter.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("[folder]", "where; by default here")
    .option("--accounts <list>", "accounts to begin with: audit=111122223333,222233334444")
    .option("--regions <list>", "Regions to begin with (default: us-east-1)")
    .addOption(
      new Option("--engine <name>", "what is to deploy; the embedded one keeps its state in this folder").choices([
        "pulumi",
        "embedded",
      ]),
    )
    .addOption(new Option("--forge <name>", "whose pipeline to write (default: github)").choices(forges))
    .option("--yes", "ask nothing");
}

/** Writes a project to start from: Pulumi.yaml, the program, sluice.yaml and a pipeline. Overwrites nothing; a package.json that is there gets what it has to depend on. */
export async function run({ arguments: [to = "."], options }: Invocation, io: Io): Promise<number> {
  const folder = path.resolve(io.cwd, to);
  const packageFile = path.join(folder, "package.json");
  const packageJson = existsSync(packageFile) ? packageIn(packageFile) : undefined;
  const { engine, forge, spec } = await chosen(options as Options, io);
  const starter = await starterFiles(folder, {
    engine,
    forge,
    isCommonJs: packageJson !== undefined && packageJson.type !== "module",
  });
  const files = starter.map((file) => (file.path === "sluice.yaml" && spec ? { ...file, text: spec } : file));
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
  if (packageJson !== undefined) {
    const wanted = JSON.parse(starter.find((file) => file.path === "package.json")!.text) as Package;
    const added = await addDependencies(packageFile, packageJson, wanted.dependencies ?? {});
    if (added.length > 0) io.out.line(`added ${added.join(" and ")} to ${path.join(to, "package.json")}`);
  }
  const first = spec ? "" : `put your accounts into ${path.join(to, "sluice.yaml")}, then`;
  const entering = to === "." ? "" : `cd ${to} && `;
  const preview = `npx --no-install sluice preview${engine === "embedded" ? " --engine embedded" : ""}`;
  io.err.line(`\nNext: ${first}\n  ${entering}npm install && npx --no-install sluice check && ${preview}`);
  return Exit.done;
}

interface Options extends StarterChoice {
  accounts?: string;
  regions?: string;
  yes?: boolean;
}

/** What was typed, and what is asked for where somebody can answer; without accounts the spec is the example's. */
async function chosen(given: Options, io: Io): Promise<StarterChoice & { spec?: string }> {
  const ask = async (question: string, otherwise: string) =>
    given.yes || !io.interactive ? otherwise : (await io.ask(question)).trim() || otherwise;
  const accounts =
    given.accounts ?? (await ask("Accounts, such as audit=111122223333,222233334444 (empty for an example): ", ""));
  const listed = accountsTyped(accounts);
  const regions = given.regions ?? (accounts === "" ? "" : await ask("Regions (us-east-1): ", "us-east-1"));
  const spec = accounts === "" ? undefined : specFor(listed, regionsTyped(regions || "us-east-1"));
  const forge = given.forge ?? (await ask(`Forge: ${forges.join(", ")} (github): `, "github"));
  const engine = given.engine ?? (await ask("Engine: pulumi, embedded (pulumi): ", "pulumi"));
  return { spec, forge: oneOf(forge, forges), engine: oneOf(engine, ["pulumi", "embedded"] as const) };
}

function oneOf<Choice extends string>(typed: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === typed);
  if (found === undefined) throw new CommandError(Exit.wrong, `"${typed}" is none of ${choices.join(", ")}.`);
  return found;
}

interface Package {
  type?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Adds what a package.json does not depend on yet, laid out as npm would; returns the names. */
async function addDependencies(file: string, packageJson: Package, wanted: Record<string, string>): Promise<string[]> {
  const known = { ...packageJson.devDependencies, ...packageJson.dependencies };
  const missing = Object.entries(wanted).filter(([name]) => !Object.hasOwn(known, name));
  if (missing.length === 0) return [];
  const all = Object.entries({ ...packageJson.dependencies, ...Object.fromEntries(missing) });
  const dependencies = Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const indent = /^[ \t]+(?=")/m.exec(readFileSync(file, "utf8"))?.[0] ?? "  ";
  await writeFile(file, `${JSON.stringify({ ...packageJson, dependencies }, undefined, indent)}\n`);
  return missing.map(([name]) => name);
}

function packageIn(file: string): Package {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Package;
  } catch (cause) {
    throw new CommandError(Exit.failed, `${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
