import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { buildSpec } from "./build.ts";
import { isBrokenDefinition, isEcho, misplaced, spoiltName } from "./echoes.ts";
import type { SourceLines } from "./problem/frame.ts";
import { assembleSpec } from "./yaml/including.ts";
import type { ReadFile } from "./yaml/including.ts";
import { hiddenFindings } from "./hidden-characters.ts";
import { checkMeaning } from "./meaning.ts";
import { nameOf } from "./yaml/source-map.ts";
import { hasErrors, sortProblems, SpecError } from "./problem/problem.ts";
import type { Path, SpecProblem } from "./problem/problem.ts";
import { checkShape, intendedKeys } from "./shape.ts";
import { keysAt } from "./schema/schema-keys.ts";
import type { Spec } from "./spec.ts";
import { stackValues, withStackValues } from "./stack-values.ts";
import { allowanceVariableFindings, variableFindings } from "./variable-findings.ts";

/** What reading a spec gives. */
export interface Parsed {
  /** The spec, when it has no errors. */
  spec?: Spec;
  /** What could be read in spite of errors, so that it can be checked further. */
  draft?: Spec;
  /** In the order of the file. */
  problems: SpecProblem[];
  /** The stacks that the spec lists. */
  stacks: string[];
  /** The lines of each file that it is made of. */
  sources: SourceLines;
}

/** What a spec is read for. */
export interface ReadingOptions {
  /** The stack whose variables count. Default: the first that the spec lists, else dev. */
  stack?: string;
  /** The text, where it is not the file's. */
  text?: string;
  /** Reads the files that the spec includes, by name. */
  read?: ReadFile;
}

/** Reads a spec from its text. It never throws; `file` is the name that problems carry. */
export function parseSpec(text: string, file: string, { stack, read: readIncluded }: ReadingOptions = {}): Parsed {
  const { data: written, sourceMap, problems, hasOthers, sources, broken } = assembleSpec(text, file, readIncluded);
  const stackHas = stackValues(written, stack);
  const { stacks } = stackHas;
  // Most specs have none, and a copy of a long one takes its time. A backslash may stand for any character.
  const data = mentions(sources, /\$\{(vars\.|stack)|\\/) ? withStackValues(written, stackHas.values) : written;
  if (data === undefined || data === null) {
    if (problems.length > 0) return { problems, stacks, sources };
    return {
      problems: [sourceMap.problemAt([0, 0], "empty", "The spec is empty.", "Start with `version: 1`.")],
      stacks,
      sources,
    };
  }
  const shapeFindings = checkShape(data, sourceMap);
  const unread = new Set(broken.map(nameOf));
  // What could not be read at the top may have been any section that is not there.
  if (unread.delete(nameOf(["<<"])))
    for (const section of keysAt([])) if (!sourceMap.has([section])) unread.add(nameOf([section]));
  // What a misspelt key was meant to say is not missing.
  const unusable = shapeFindings.flatMap(({ unusable, path }) => (unusable ? [nameOf(path)] : []));
  const strays = shapeFindings.flatMap(({ code, silent, path }) =>
    code === "unknown-key" || silent ? [misplaced(String(path.at(-1)))] : [],
  );
  const spoilt = shapeFindings.flatMap(({ code, path, atKey }) =>
    atKey && ["bad-name", "bad-account-name"].includes(code) ? [spoiltName(path)] : [],
  );
  const meant = new Set([...unread, ...unusable, ...strays, ...spoilt, ...intendedKeys(shapeFindings, sourceMap)]);
  const unknown = new Set(shapeFindings.flatMap(({ code, path }) => (code === "unknown-key" ? [nameOf(path)] : [])));
  const isUnread = (path: Path) =>
    unknown.has(nameOf(path)) || path.some((_, index) => index > 0 && meant.has(nameOf(path.slice(0, index))));
  const isDefinedElsewhere = (definition: Path) =>
    isBrokenDefinition(definition, meant) ||
    (definition[0] === "vars" && isBrokenDefinition(["stacks", stackHas.stack, ...definition], meant));
  const hidden = [
    ...(hasOthers ? hiddenFindings(data) : []),
    ...allowanceVariableFindings(data),
    ...(mentions(sources, /[$%\\]|\{\{/) ? variableFindings(data, stackHas) : []),
  ].filter(
    ({ path, definition = [] }) => !unread.has(nameOf(path)) && !isUnread(path) && !isDefinedElsewhere(definition),
  );
  const reported = new Set(hidden.filter(isError).map(({ path }) => nameOf(path)));
  const shape = [
    ...shapeFindings.filter(
      (finding) => !finding.silent && !reported.has(nameOf(finding.path)) && !isEcho(finding, unread),
    ),
    ...hidden,
  ];
  // Also what is not told again must not be taken for what it should be.
  const draft = buildSpec(data, [...shapeFindings, ...hidden], sourceMap, stackHas.stack);
  draft.broken = new Set([...draft.broken, ...meant]);
  const judged = [...stackHas.findings, ...checkMeaning(draft)];
  const meaning = judged.filter((finding) => !isEcho(finding, draft.broken));
  draft.broken = new Set([...draft.broken, ...judged.filter(isError).map(({ path }) => nameOf(path))]);
  const swallowed = shapeFindings.flatMap(({ path, within }) =>
    within ? [{ ...sourceMap.placeOf(path), endLine: sourceMap.range(within).endLine }] : [],
  );
  const read = problems.filter(
    ({ code, file, line }) =>
      code !== "duplicate-key" ||
      !swallowed.some((part) => part.file === file && part.line < line && line <= part.endLine),
  );
  const readPositions = new Set(read.map(positionOf));
  const found = [...shape, ...meaning].map((finding) => sourceMap.problem(finding));
  const all = sortProblems([...read, ...found.filter((problem) => !readPositions.has(positionOf(problem)))]);
  return { spec: hasErrors(all) ? undefined : draft, draft, problems: all, stacks, sources };
}

/**
 * Reads a spec from a file. `given` is what problems call the file, by {@link nameOfFile}.
 * @throws {SpecError} when there is no such file
 */
export async function readSpec(file: string, given = file, options: ReadingOptions = {}): Promise<Parsed> {
  const name = nameOfFile(given);
  const text =
    options.text ??
    (await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === "ENOENT"
          ? `There is no spec at ${file}. \`sluice init\` writes one; --spec or SLUICE_SPEC names another.`
          : `The spec ${file} cannot be read: ${cause.message}`;
      throw new SpecError(message, [], { cause });
    }));
  return parseSpec(text, name, { read: (included) => readBeside(file, name, included), ...options });
}

/** Returns the name of a file in problems and plans: with slashes, on Windows too, as includes are written and as forges and editors link to it. */
export function nameOfFile(file: string, separator: string = sep): string {
  return file.replaceAll(separator, "/");
}

/** An included file by the name that problems give it; its path is to the spec's path what its name is to the spec's name. */
function readBeside(file: string, name: string, included: string): string | undefined {
  try {
    return readFileSync(resolve(dirname(file), relative(dirname(name), included)), "utf8");
  } catch {
    return undefined;
  }
}

const mentions = (sources: SourceLines, what: RegExp): boolean =>
  [...sources.values()].some((lines) => lines.some((line) => what.test(line)));

/** A value that YAML itself makes a problem is not judged further. */
const positionOf = ({ file, line, column }: SpecProblem) => `${file}:${line}:${column}`;

const isError = ({ severity }: { severity?: string }) => severity !== "warning";
