/** A part of a file. Lines and columns count from 1; the end is one past the last character. */
export interface Range {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** Something wrong with the spec, and where. */
export interface SpecProblem extends Range {
  /** Stable name of the kind of problem, such as `unknown-key`. */
  code: string;
  /** An error keeps everything from starting; a warning does not. */
  severity: "error" | "warning";
  /** What is wrong, and with what. */
  message: string;
  file: string;
  /** What to write instead, or what to do. */
  fix?: string;
}

/** The way to a value in the spec: `["syncs", "inventory", "destination", "bucket"]`. */
export type Path = readonly (string | number)[];

/** A problem before its place in the file is looked up. */
export interface SpecFinding {
  code: string;
  /** @default "error" */
  severity?: SpecProblem["severity"];
  message: string;
  path: Path;
  /** Point at the key instead of its value. */
  atKey?: boolean;
  fix?: string;
  /** The definition that was looked for in vain; where that is broken, nothing is told of who looks for it. */
  definition?: Path;
}

/** A finding about a value, which is of the right type though its content is wrong unless `unusable`. */
export interface ShapeFinding extends SpecFinding {
  unusable?: boolean;
  /** The place that was probably meant, which is therefore not missing. */
  meant?: Path;
  /** The mapping that has taken in what follows; a key that is twice in it from there on is no other fault. */
  within?: Path;
  /** Whether another one tells of it. */
  silent?: boolean;
}

/** The spec cannot be used. The message says why; `problems` are those of its text. */
export class SpecError extends Error {
  readonly problems: SpecProblem[];

  constructor(message: string, problems: SpecProblem[], options?: { cause?: unknown }) {
    super(message, options);
    this.name = "SpecError";
    this.problems = problems;
  }
}

/** Returns the problems in the order of the file, each once. */
export function sortProblems(problems: readonly SpecProblem[]): SpecProblem[] {
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...unique.values()].toSorted(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
}

/** Tells whether any of the problems is an error. */
export const hasErrors = (problems: readonly SpecProblem[]): boolean =>
  problems.some(({ severity }) => severity === "error");

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
