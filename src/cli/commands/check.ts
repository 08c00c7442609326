import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import {
  applyCertainFixes,
  hasErrors,
  isCertainFix,
  nameNotes,
  nameOfFile,
  renderReport,
  sortProblems,
  wordWrapped,
} from "../../spec/index.ts";
import type { SpecProblem } from "../../spec/index.ts";
import { isUnresolved } from "../../targets/index.ts";
import type { Survey } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { organizationOption, outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import { surveyFor } from "../spec-survey.ts";
import { whenChanged } from "../watching.ts";

interface Options {
  spec: string;
  output: "text" | "json" | "github" | "gitlab" | "junit" | "sarif";
  stack?: string;
  organization?: string;
  fix?: boolean;
  strict?: boolean;
  watch?: boolean;
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("[files...]", "specs to check, - for standard input; by default the one of --spec")
    .addOption(specOption())
    .addOption(stackChoiceOption())
    .addOption(organizationOption())
    .addOption(outputOption("text", "json", "github", "gitlab", "junit", "sarif"))
    .option("--fix", "write the fixes that leave no choice into the file")
    .option("--strict", "let warnings fail the check, and tell what the new name of an account would change")
    .addOption(new Option("--watch", "check again whenever the file changes").conflicts("fix"));
}

/** Shows every problem of the specs at once. */
export async function run({ arguments: files, options: given }: Invocation, io: Io): Promise<number> {
  const options = given as Options;
  const chosen = files.length > 0 ? files : [options.spec];
  const checked = await check(chosen, options, io);
  if (options.watch) await whenChanged(checked.files, io, async () => void (await check(chosen, options, io)));
  return checked.exitCode;
}

interface Checked {
  file: string;
  problems: SpecProblem[];
  survey: Survey;
}

/** Also returns every file that was read, those that the specs include among them. */
async function check(
  files: readonly string[],
  options: Options,
  io: Io,
): Promise<{ exitCode: number; files: readonly string[] }> {
  const checked: Checked[] = [];
  let unread: number = Exit.done;
  for (const file of files) {
    try {
      if (options.fix) await fix(file, options, io);
      checked.push(await surveyed(file, options, io));
    } catch (error) {
      // The others are checked all the same.
      if (files.length === 1 || !(error instanceof CommandError)) throw error;
      io.err.line(`error: ${error.message}`);
      unread = error.exitCode;
    }
  }
  const problems = checked.flatMap((one) => one.problems);
  if (options.output === "text") for (const one of checked) printText(one, io);
  else if (options.output === "json") io.out.line(JSON.stringify({ problems }, undefined, 2));
  else await printForMachines(options.output, problems, files, io);
  const isWrong = hasErrors(problems) || (options.strict && problems.length > 0);
  return {
    exitCode: isWrong ? Exit.wrong : unread,
    files: checked.flatMap(({ survey }) => [...survey.sources.keys()]),
  };
}

/** Files are named from the checkout on, as forges do. What it needs is loaded only here: people check oftener than pipelines. */
async function printForMachines(
  output: "github" | "gitlab" | "junit" | "sarif",
  problems: readonly SpecProblem[],
  files: readonly string[],
  io: Io,
): Promise<void> {
  const { asCodeQuality, asGithubCommands, asJUnit, asSarif } = await import("../problem-formats.ts");
  const { pathsInCheckout } = await import("../line-url.ts");
  const inCheckout = pathsInCheckout(io);
  const placed = problems.map((problem) => ({ ...problem, file: inCheckout(problem.file) }));
  if (output === "sarif") io.out.line(JSON.stringify(asSarif(placed), undefined, 2));
  else if (output === "gitlab") io.out.line(JSON.stringify(asCodeQuality(placed), undefined, 2));
  else io.out.write(output === "junit" ? asJUnit(problems, files) : asGithubCommands(placed));
}

/** What is wrong in any of the stacks, if none is named. */
async function surveyed(file: string, options: Options, io: Io): Promise<Checked> {
  const survey = await surveyFor(file, io, "offline", options);
  const others = options.stack === undefined ? survey.stacks.slice(1) : [];
  const more = await Promise.all(others.map((other) => surveyFor(file, io, "offline", { ...options, stack: other })));
  const notes = options.strict ? [survey, ...more].flatMap(({ spec }) => (spec ? nameNotes(spec) : [])) : [];
  const all = sortProblems([...[survey, ...more].flatMap(({ problems }) => problems), ...notes]);
  // Being offline is no fault of the spec.
  return { file, survey, problems: all.filter((problem) => !isUnresolved(problem)) };
}

/** Fixes what can be, until nothing more comes of it. */
async function fix(file: string, options: Options, io: Io): Promise<void> {
  if (file === "-") throw new CommandError(Exit.wrong, "--fix writes into a file; standard input is none.");
  const path = resolve(io.cwd, file);
  if (!existsSync(path)) return;
  let [text, count] = [await readFile(path, "utf8"), 0];
  for (let round = 0; round < 5; round++) {
    const { problems } = await surveyed(file, options, io);
    const result = applyCertainFixes(
      text,
      problems.filter((problem) => problem.file === nameOfFile(file)),
    );
    if (result.count === 0) break;
    await writeFile(path, result.text);
    [text, count] = [result.text, count + result.count];
  }
  if (count > 0) io.err.line(`fixed ${counted(count, "problem")} in ${file}`);
}

/** Shows the problems of a file, how many there are, and how many of them `--fix` mends; into standard input nothing is written. */
function printText({ file, problems, survey }: Checked, io: Io): void {
  for (const block of renderReport(problems, survey.sources, io.out)) io.out.line(`${block}\n`);
  const summary = `${file}: ${verdict(problems)}, ${extent(survey)}`;
  io.out.line(io.out.live ? wordWrapped(summary, io.out.columns - 2, -2).join("\n  ") : summary);
  const mended = problems.filter((problem) => problem.file === nameOfFile(file) && isCertainFix(problem)).length;
  if (mended > 0 && file !== "-") io.out.line(`\`sluice check --fix\` mends ${mended} of them.`);
}

function verdict(problems: readonly SpecProblem[]): string {
  const counts = (["error", "warning"] as const).map((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return counts.flat().join(", ") || "no problems";
}

/** How far the spec reaches, and what of it only AWS knows. */
function extent({ spec, declarations, problems }: Survey): string {
  const isEmpty = spec?.syncs.length === 0 && spec.exports.length === 0;
  const accounts = new Set(declarations.map(({ account }) => account)).size;
  const regions = new Set(declarations.map(({ region }) => region)).size;
  const known = `${counted(declarations.length, "resource")} in ${counted(accounts, "account")} and ${counted(regions, "Region")}`;
  const open = problems.filter(isUnresolved);
  if (isEmpty) return "and it stands for nothing: it has no syncs and no exports";
  if (open.length === 0) return known;
  const lines = [...new Set(open.map(({ line }) => line))].join(", ");
  const what = open.some(({ code }) => code === "needs-organization") ? "AWS Organizations" : "AWS";
  return `${known}, and what only ${what} knows (line ${lines}; \`sluice expand --online\`)`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
