import type { Command } from "commander";
import { isDeepStrictEqual } from "node:util";
import { hasErrors, renderReport, visible } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { organizationOption, outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import { surveyFor } from "../spec-survey.ts";

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .addOption(specOption())
    .addOption(stackChoiceOption())
    .addOption(organizationOption())
    .addOption(outputOption("text", "json", "markdown"))
    .option("--against <file>", "tell only what the spec adds, changes and removes beside that one")
    .option("--online", "ask AWS for organizational units and the caller's own account");
}

/** Lists each resource that the spec stands for. */
export async function run({ options }: Invocation, io: Io): Promise<number> {
  const { spec: file, output, online, against } = options as Options;
  const { declarations, problems, sources } = await surveyFor(file, io, online ? "online" : "offline", options);
  for (const block of renderReport(problems, sources, io.err)) io.err.line(`${block}\n`);
  if (!hasErrors(problems)) {
    const shown = against === undefined ? undefined : await besideOf(against, declarations, options as Options, io);
    if (output === "json") io.out.write(json(shown ? { differences: shown } : { resources: declarations }));
    else io.out.write(await inForm(output, shown ? differenceLines(shown) : table(declarations)));
    return Exit.done;
  }
  // A wrong spec stands for nothing that a script should go on with.
  if (output === "json") io.out.write(json({ resources: [], problems }));
  return Exit.wrong;
}

interface Options {
  spec: string;
  output: string;
  online?: boolean;
  against?: string;
  stack?: string;
  organization?: string;
}

/** What stands in one of two specs, or differs between them. */
interface Difference {
  change: "added" | "changed" | "removed";
  declaration: Declaration;
  /** What a changed one had. */
  before?: Declaration["inputs"];
}

/** A spec that is wrong stands for nothing: then all of the other one is added. */
async function besideOf(
  file: string,
  declarations: readonly Declaration[],
  options: Options,
  io: Io,
): Promise<Difference[]> {
  const base = await surveyFor(file, io, options.online ? "online" : "offline", options);
  if (hasErrors(base.problems))
    throw new CommandError(Exit.wrong, `${file} has errors itself; sluice check --spec ${file} tells them.`);
  const keyOf = ({ type, name }: Declaration) => `${name} ${type}`;
  const before = new Map(base.declarations.map((one) => [keyOf(one), one]));
  const after = new Set(declarations.map(keyOf));
  const added = declarations.flatMap((declaration): Difference[] => {
    const old = before.get(keyOf(declaration));
    if (!old) return [{ change: "added", declaration }];
    return isDeepStrictEqual(old.inputs, declaration.inputs)
      ? []
      : [{ change: "changed", declaration, before: old.inputs }];
  });
  const removed = base.declarations.filter((one) => !after.has(keyOf(one)));
  return [...added, ...removed.map((declaration) => ({ change: "removed" as const, declaration }))];
}

const marks = { added: "+", changed: "~", removed: "-" };

function differenceLines(differences: readonly Difference[]): string {
  if (differences.length === 0) return "nothing is added, changed or removed\n";
  const lines = table(differences.map(({ declaration }) => declaration)).split("\n");
  const listed = differences
    .map(({ change, before, declaration }, index) => {
      const settings = before === undefined ? [] : settingLines(before, declaration.inputs);
      return [`${marks[change]} ${lines[index]}`, ...settings].map((line) => `${line}\n`).join("");
    })
    .join("");
  return listed + renamedLines(differences);
}

/** What looks like a sync under another name, which AWS knows as another one, and how it stays. */
function renamedLines(differences: readonly Difference[]): string {
  const syncs = (change: Difference["change"]) =>
    differences.flatMap(({ change: how, declaration }) =>
      how === change && declaration.type === "ResourceDataSync" ? [declaration] : [],
    );
  const nameOf = ({ inputs }: Declaration) => String(inputs["syncName"]);
  const removed = Map.groupBy(syncs("removed"), nameOf);
  const added = [...Map.groupBy(syncs("added"), nameOf)];
  return [...removed]
    .flatMap(([name, old]) => {
      const [other] =
        added.find(([, made]) => old.every((one) => made.some((two) => isSameBut("syncName", one, two)))) ?? [];
      return other === undefined
        ? []
        : [
            `! ${other} is ${name} under another name, so that AWS deletes and creates it: \`name: ${name}\` in it keeps what is there\n`,
          ];
    })
    .join("");
}

const isSameBut = (setting: string, one: Declaration, other: Declaration): boolean =>
  isDeepStrictEqual({ ...one.inputs, [setting]: "" }, { ...other.inputs, [setting]: "" });

/** What a setting was and is, on a line of its own; a setting that has others in it is told by these. */
function settingLines(before: unknown, after: unknown, path = ""): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isSettings(before) && isSettings(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => settingLines(before[key], after[key], path ? `${path}.${key}` : key));
  }
  const valueText = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  return [`    ${path}: ${valueText(before)} → ${valueText(after)}`];
}

const isSettings = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A fence holds whatever a spec says. */
async function inForm(output: string, text: string): Promise<string> {
  if (output !== "markdown") return visible(text);
  const { codeBlock } = await import("../../preview/index.ts");
  return `${codeBlock("diff", text.trimEnd())}\n`;
}

const json = (document: object) => `${JSON.stringify(document, undefined, 2)}\n`;

function table(declarations: readonly Declaration[]): string {
  const names = Math.max(0, ...declarations.map(({ name }) => name.length));
  const types = Math.max(0, ...declarations.map(({ type }) => type.length));
  const row = ({ name, type, source }: Declaration) =>
    `${name.padEnd(names)}  ${type.padEnd(types)}  ${source.file}:${source.line}\n`;
  return declarations.map(row).join("");
}
