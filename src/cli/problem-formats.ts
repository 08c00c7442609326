import { codePages } from "../spec/index.ts";
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
