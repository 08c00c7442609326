import { createHash } from "node:crypto";
import { firstItems, mergeMessages } from "../preview/index.ts";
import type { Plan } from "../preview/index.ts";
import { codePages, visible, visibleLine } from "../spec/index.ts";
import type { SpecProblem } from "../spec/index.ts";
import { version } from "../version.ts";

/** What is to stand at a line of a pull request, or at none. */
export type Annotation = Pick<SpecProblem, "code" | "severity" | "message" | "fix"> &
  Partial<Pick<SpecProblem, "file" | "line" | "column" | "endLine" | "endColumn">>;

/** GitHub drops what a step says beyond that, without a word. */
const annotationsOfStep = 10;

/** Returns the problems as GitHub's workflow commands, which mark the lines of a pull request; what is too many for it stands in the log. */
export function asGithubCommands(problems: readonly Annotation[]): string {
  return (["error", "warning"] as const)
    .flatMap((severity) => {
      const { shown, more } = firstItems(
        problems.filter((problem) => problem.severity === severity),
        annotationsOfStep,
      );
      if (more === 0) return shown.map(asGithubCommand);
      const [annotated, others] = [
        shown.slice(0, -1),
        problems.filter((one) => one.severity === severity).slice(shown.length - 1),
      ];
      const summary = {
        code: "more",
        severity,
        message: `and ${others.length} more like these, in the log of this step`,
      };
      return [...annotated, summary].map(asGithubCommand).concat(others.map(asLogLine));
    })
    .join("");
}

function asGithubCommand({ code, severity, message, fix, file, line, column, endLine, endColumn }: Annotation): string {
  const columns = line !== undefined && line === endLine && { col: column, endColumn };
  const place = Object.entries({ file, line, endLine, ...columns, title: code });
  const properties = place.flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${property(String(value))}`,
  );
  return `::${severity} ${properties.join(",")}::${data(fix ? `${message}\n${fix}` : message)}\n`;
}

/** Nothing in it begins a line, so that no log takes it for a command. */
const asLogLine = ({ code, severity, message, fix, file, line }: Annotation): string =>
  `${visibleLine(`${severity} ${file ? `${file}:${line} ` : ""}${code}: ${message}${fix ? ` ${fix}` : ""}`)}\n`;

/** Returns what keeps a plan from being applied, or is to be known before, as annotations at its lines of the spec. */
export function annotationsOf({ guards, preflight, diagnostics }: Plan): Annotation[] {
  return [
    ...guards
      .filter(({ status }) => status === "blocked")
      .map(({ name, message }) => ({ code: name, severity: "error" as const, message })),
    ...mergeMessages(preflight.findings).map(({ code, severity, message, cure: fix, source }) => ({
      code,
      severity,
      message,
      fix,
      ...source,
    })),
    ...mergeMessages(diagnostics).flatMap(({ severity, message, source }) =>
      severity === "info" ? [] : [{ code: "sluice", severity, message, ...source }],
    ),
  ];
}

const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** Returns the problems as a log of SARIF 2.1.0, which code scanning reads. */
export function asSarif(problems: readonly SpecProblem[]): object {
  const codes = [...new Set(problems.map(({ code }) => code))].toSorted();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "sluice",
            version,
            rules: codes.map((id) => ({ id, shortDescription: { text: codePages[id]?.about ?? id } })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: problems.map(({ code, severity, message, fix, file, line, column, endLine, endColumn }) => ({
          ruleId: code,
          ruleIndex: codes.indexOf(code),
          level: severity,
          message: { text: fix ? `${message} ${fix}` : message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
                region: { startLine: line, startColumn: column, endLine, endColumn },
              },
            },
          ],
        })),
      },
    ],
  };
}

/** Returns the problems as GitLab's code quality report, which marks the lines of a merge request. */
export function asCodeQuality(problems: readonly SpecProblem[]): object[] {
  const seen = new Map<string, number>();
  return problems.map(({ code, severity, message, fix, file, line }) => {
    // Places move with every edit, so that they do not count; what is said twice is told apart by its turn.
    const subject = JSON.stringify([code, file, message]);
    const turn = seen.get(subject) ?? 0;
    seen.set(subject, turn + 1);
    return {
      description: fix ? `${message} ${fix}` : message,
      check_name: code,
      fingerprint: createHash("sha256").update(`${turn} ${subject}`).digest("hex"),
      severity: severity === "error" ? "critical" : "minor",
      location: { path: file, lines: { begin: line } },
    };
  });
}

/** Returns the problems as JUnit's XML, which every CI shows: one test a file, failed by its errors. */
export function asJUnit(problems: readonly SpecProblem[], files: readonly string[]): string {
  const errors = problems.filter(({ severity }) => severity === "error");
  const named = [...new Set([...files, ...problems.map(({ file }) => file)])];
  const tests = named.map((name) => {
    const errorsOfFile = errors.filter(({ file }) => file === name);
    const failures = errorsOfFile.map(
      ({ code, message, fix, line, column }) =>
        `      <failure type="${xml(code)}" message="${xml(message)}">${xml(`${name}:${line}:${column} ${message}${fix ? `\n${fix}` : ""}`)}</failure>\n`,
    );
    const open = `    <testcase classname="sluice check" name="${xml(name)}"`;
    return failures.length > 0 ? `${open}>\n${failures.join("")}    </testcase>\n` : `${open}/>\n`;
  });
  const failed = new Set(errors.map(({ file }) => file)).size;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n` +
    `  <testsuite name="sluice check" tests="${named.length}" failures="${failed}">\n${tests.join("")}  </testsuite>\n</testsuites>\n`
  );
}

/** Control characters are none of XML's, whatever they are written as. */
const xml = (text: string): string =>
  visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
