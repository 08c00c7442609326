import { createHash } from "node:crypto";
import { codePages, visible } from "../spec/index.ts";
import type { SpecProblem } from "../spec/index.ts";
import { version } from "../version.ts";

/** Returns the problems as GitHub's workflow commands, which mark the lines of a pull request. */
export function asGithubCommands(problems: readonly SpecProblem[]): string {
  const line = ({ code, severity, message, fix, file, line, column, endLine, endColumn }: SpecProblem) => {
    const place = { file, line, endLine, ...(line === endLine && { col: column, endColumn }), title: code };
    const properties = Object.entries(place).map(([name, value]) => `${name}=${property(String(value))}`);
    return `::${severity} ${properties.join(",")}::${data(fix ? `${message}\n${fix}` : message)}\n`;
  };
  return problems.map(line).join("");
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
    const own = errors.filter(({ file }) => file === name);
    const failures = own.map(
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
