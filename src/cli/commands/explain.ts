import type { Command } from "commander";
import { hasErrors, regionNameFindings, renderReport, suggest } from "../../spec/index.ts";
import type { CodePage } from "../../spec/index.ts";
import { explainEntry, explainTarget } from "../../targets/index.ts";
import type { EntryExplanation, Explanation, Reason, TargetVerdict } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import { explainedCodes, pageOf } from "../finding-pages.ts";
import type { Io } from "../io.ts";
import { organizationOption, outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import type { Line } from "../spec-survey.ts";
import { asCommandError, looksFor, surveyFor } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument(
      "<what>",
      "111122223333/us-east-1, an account, an entry such as syncs.inventory, the code of a problem or of a plan's finding, or a guard",
    )
    .addOption(specOption())
    .addOption(stackChoiceOption())
    .addOption(organizationOption())
    .addOption(outputOption("text", "json"))
    .option("--online", "ask AWS for organizational units and the caller's own account");
}

/** Says why an account or an account and Region is in or out, by lines of the spec. */
export async function run({ arguments: [target = ""], options }: Invocation, io: Io): Promise<number> {
  const { spec: file, output, online } = options as { spec: string; output: string; online?: boolean };
  const page = pageOf(target);
  if (page !== undefined) {
    io.out.write(output === "json" ? json({ code: target, ...page }) : aboutCode(target, page));
    return Exit.done;
  }
  const line: Line = online ? "online" : "offline";
  const { spec, problems, sources } = await surveyFor(file, io, line, options);
  if (spec === undefined) {
    for (const block of renderReport(problems, sources, io.err)) io.err.line(`${block}\n`);
    return hasErrors(problems) ? Exit.wrong : Exit.failed;
  }
  const lookups = looksFor(line, file, io, options);
  const asError = (error: unknown) => {
    throw asCommandError(error);
  };
  const entry = await explainEntry(spec, target, lookups).catch(asError);
  if (entry !== undefined) {
    io.out.write(output === "json" ? json(entry) : aboutEntry(entry, file));
    return Exit.done;
  }
  const explanation = await explainTarget(spec, target, lookups).catch(asError);
  if (explanation === undefined) {
    const names = spec.accounts.map(({ name }) => name).join(", ");
    const known = names ? ` Accounts in ${file}: ${names}.` : "";
    const entries = [...spec.syncs, ...spec.exports].map(({ key }) => key);
    const near = suggest(target, [...entries, ...spec.accounts.map(({ name }) => name), ...explainedCodes]);
    const meant = near === undefined ? "" : ` Did you mean "${near}"?`;
    throw new CommandError(
      Exit.wrong,
      `"${target}" starts with no account's id or name, and is no entry and no code.${meant}${known}`,
    );
  }
  const { region } = explanation;
  const [doubt] = region === undefined || explanation.entries.some(isIn) ? [] : regionNameFindings(region, []);
  if (doubt) io.err.line([doubt.message, doubt.fix ?? ""].join(" ").trim());
  io.out.write(output === "json" ? json(explanation) : prose(explanation, file));
  return Exit.done;
}

const isIn = ({ verdict }: TargetVerdict) => verdict === "in";

const json = (document: object) => `${JSON.stringify(document, undefined, 2)}\n`;

function aboutCode(code: string, { about, wrong, right }: CodePage): string {
  const examples = [wrong && `  not   ${wrong}\n`, right && `  but   ${right}\n`].filter(Boolean).join("");
  return `${code}\n\n${about}\n${examples && `\n${examples}`}`;
}

/** A reason with its line, and with its file where that is an included one. */
function reasonText({ message, file, line }: Reason, specFile: string): string {
  if (line === undefined) return message;
  return `${message} (${file === specFile ? `line ${line}` : `${file}:${line}`})`;
}

function aboutEntry({ entry, source, targets, parts, unknown }: EntryExplanation, specFile: string): string {
  const head = `${entry}  ${source.file}:${source.line}  ${targets} ${targets === 1 ? "target" : "targets"}\n`;
  const because = (reasons: Reason[]) => reasons.map((reason) => reasonText(reason, specFile)).join(", ");
  const rows = parts.map(
    ({ what, name, verdict, reasons }) =>
      `  ${verdict.padEnd(4)}${what}${name ? ` (${name})` : ""}: ${because(reasons)}\n`,
  );
  return head + rows.join("") + unknown.map((one) => `  ?   ${because([one])}\n`).join("");
}

function prose({ account, region, entries }: Explanation, specFile: string): string {
  const head = `${account}${region === undefined ? "" : `/${region}`}\n`;
  const width = Math.max(0, ...entries.map(({ entry }) => entry.length));
  const rows = entries.flatMap(({ entry, source, verdict, reasons }) => [
    `  ${entry.padEnd(width)}  ${verdict.padEnd(7)}  ${source.file}:${source.line}\n`,
    ...reasons.map((reason) => `  ${" ".repeat(width)}  ${reasonText(reason, specFile)}\n`),
  ]);
  return head + (rows.join("") || "  The spec has no syncs and no exports.\n");
}
