import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";

const good = `version: 1
vars: { team: core }
stacks: { dev: {}, prod: { vars: { team: x } } }
accounts:
  audit: "111122223333"
  catalog:
    id: "222233334444"
    regions: [us-east-1, eu-west-1]
    tags: { stage: prod }
regions:
  home: [us-east-1]
targets:
  fleet:
    accounts:
      - audit
      - catalog
    regions: [home, eu-west-1]
    exclude:
      targets: [audit/eu-west-1]
  prod: { tags: { stage: prod }, regions: [us-east-1] }
syncs:
  inventory:
    targets: fleet
    destination:
      bucket: acme-inventory
      region: us-east-1
      prefix: "ssm/\${account.id}"
    overrides:
      - targets: prod
        destination: { prefix: "x/\${vars.team}" }
  explorer:
    targets: prod
    source: { regions: [us-east-1] }
exports:
  catalog:
    targets: prod
    domain: dzd_4abc
    table:
      backup: s3://acme-backups/catalog
`.split("\n");

/** What hands do to a line. */
const slips: Record<string, (line: string) => string> = {
  "a space more": (line) => ` ${line}`,
  "two spaces more": (line) => `  ${line}`,
  "a space less": (line) => line.replace(/^ /, ""),
  "two spaces less": (line) => line.replace(/^ {2}/, ""),
  "a tab": (line) => line.replace(/^ {2}/, "\t"),
  "a dash": (line) => line.replace(/\S/, "- $&"),
  "no space behind the colon": (line) => line.replace(": ", ":"),
  "no colon": (line) => line.replace(":", ""),
  "= for a colon": (line) => line.replace(": ", " = "),
  "another blank": (line) => line.replace(": ", ":\u00A0"),
  "a second value": (line) => `${line} : x`,
  "a bracket more": (line) => `${line}]`,
  "a brace more": (line) => `${line}}`,
  "no closing sign": (line) => line.replace(/["\]}]$/, ""),
  "no opening sign": (line) => line.replace(/["[{]/, ""),
  "a brace for a bracket": (line) => line.replace("]", "}"),
  "an opening quote": (line) => line.replace(/: (?=\S)/, ': "'),
  "an opening apostrophe": (line) => line.replace(/: (?=\S)/, ": '"),
  "an opening bracket": (line) => line.replace(/: (?=\S)/, ": ["),
  "an opening brace": (line) => line.replace(/: (?=\S)/, ": {"),
  "a percent sign": (line) => line.replace(/: (?=\S)/, ": %"),
  "no comma": (line) => line.replace(", ", " "),
  "a word instead": (line) => line.replace(/\S.*/, "word"),
  "something else instead": (line) => line.replace(/\S.*/, "@@ what"),
  "half of the line": (line) => line.slice(0, Math.ceil(line.length * 0.7)),
};

it.each(Object.entries(slips))("%s in any line is one problem, there or naming it, or none", async (_, write) => {
  for (const [row, line] of good.slice(0, -1).entries()) {
    const text = good.with(row, write(line)).join("\n");
    const { draft, problems } = parseSpec(text, "sluice.yaml");
    const all = [...problems, ...(draft ? (await expand(draft)).problems : [])];
    expect(all.length, JSON.stringify([write(line), all], undefined, 1)).toBeLessThan(2);
    for (const { code, line: at, message, fix } of all) {
      const named = [...`${message} ${fix}`.matchAll(/\bline (\d+)/g)].map(([, number]) => Number(number));
      const away = Math.min(...[at, ...named].map((one) => Math.abs(one - row - 1)));
      if (code === "yaml-syntax") expect(away, `${row + 1}: ${message} ${fix}`).toBeLessThan(3);
      expect(fix, message).toBeTypeOf("string");
      expect(message).not.toMatch(/implicit|compact|flow|token|scalar/i);
    }
  }
});

it("several faults are told in one run, and what else is wrong beside them", () => {
  const faults = new Map([
    [4, '  audit: "111122223333'],
    [10, "  home: [us-east-1"],
    [19, "  prod: { tags: { stage: prod } regions: [us-east-1] }"],
    [24, "      bucket: Acme_Inventory"],
    [30, "  explorer"],
    [36, "    domain: %dzd_4abc"],
    [38, "      method: copyy"],
  ]);
  const text = good.map((line, row) => faults.get(row) ?? line).join("\n");
  const { problems } = parseSpec(text, "sluice.yaml");
  expect(problems.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
    "5:10 yaml-syntax",
    "11:9 yaml-syntax",
    "20:33 yaml-syntax",
    "25:15 bad-bucket-name",
    "31:3 yaml-syntax",
    "37:13 yaml-syntax",
    "39:15 wrong-value",
  ]);
});

/** Slips of one letter, with the one line and code that they have. */
const spoilt: [line: string, by: string, place: string][] = [
  ['    id: "222233334444"', '    d: "222233334444"', "7 unknown-key"],
  ["  fleet:", "  fl/eet:", "13 bad-name"],
  ["  audit:", "  au/dit:", "5 bad-account-name"],
  ["vars: { team: core }", "vars: { team core }", "2 bad-name"],
  ["    regions: [home, eu-west-1]", '  " regions: [home, eu-west-1]', "17 yaml-syntax"],
  ["    targets: prod\n    domain: dzd_4abc", "    targets: prod    domain: dzd_4abc", "36 yaml-syntax"],
];

it.each(spoilt)("a slip is one problem: %s, written as %s", async (line, by, place) => {
  const text = `role: arn:aws:iam::\${account.id}:role/S\n${good.join("\n")}`.replace(line, by);
  const { draft, problems } = parseSpec(text, "sluice.yaml");
  const all = [...problems, ...(draft ? (await expand(draft)).problems : [])];
  const [at, code] = place.split(" ");
  expect(all.map((one) => `${one.line} ${one.code}`)).toEqual([`${Number(at) + 1} ${code}`]);
});

it("tabs are one problem, and what else is wrong is told at its place in the lines that have them", () => {
  const wrong = good.with(4, "  audit: 1111").with(24, "      bucket: Acme_Inventory").with(38, "      method: copyy");
  const placesIn = (lines: string[]) =>
    parseSpec(lines.join("\n"), "sluice.yaml").problems.map(({ line, column, code }) => `${line}:${column} ${code}`);
  const tabbed = wrong.map((line) => line.replace(/^ +/, (blanks) => "\t".repeat(blanks.length / 2)));
  const everywhere = ["5:1 yaml-syntax", "5:9 unquoted-account-id", "25:12 bad-bucket-name", "39:12 wrong-value"];
  expect(placesIn(tabbed)).toEqual(everywhere);
  const inOne = wrong.with(24, "    \tbucket: Acme_Inventory");
  expect(placesIn(inOne)).toEqual([
    "5:10 unquoted-account-id",
    "25:5 yaml-syntax",
    "25:14 bad-bucket-name",
    "39:15 wrong-value",
  ]);
  // Of the catalog or beside it: who knows.
  const either = wrong.with(8, '\tops: "2"');
  expect(placesIn(either)).toEqual(["9:1 yaml-syntax", "25:15 bad-bucket-name", "39:15 wrong-value"]);
});

it.each([
  ["  audit: { id: 5,\ntags: { stage: prod } }", 6, "is indented no deeper"],
  ["  audit: { id: '1111\n22223333' }", 5, "is never closed"],
])("what is broken over two lines is one problem: %s", (broken, line, words) => {
  const { problems } = parseSpec(good.with(4, broken).join("\n"), "sluice.yaml");
  expect(problems).toMatchObject([{ code: "yaml-syntax", line, message: expect.stringContaining(words) }]);
});

it("a fault leaves names elsewhere alone, and those that it may have hidden", () => {
  const text = good.with(4, '  audit: "1111').with(14, "      - aduit").join("\n");
  expect(parseSpec(text, "sluice.yaml").problems.map(({ line }) => line)).toEqual([5, 15]);
  const unread = good.with(11, "targets").join("\n");
  expect(parseSpec(unread, "sluice.yaml").problems.map(({ line }) => line)).toEqual([12]);
});

it.each([
  ['x-a: "a"#b', 9, "a comment begins with a space and #", "a space in front of #"],
  ['x-a: { a: "1" b: "2" }', 15, "are separated by commas", "the comma that is missing"],
  ["x-a: { a: '1' 'b': 2 }", 15, "are separated by commas", "the comma that is missing"],
  ["x-a: [{ a: 1 } { b: 2 }]", 16, "are separated by commas", "the comma that is missing"],
  ['x-a: { a: "b [ c"', 6, "bracket { is never closed", "Write }"],
  ['x-a: ["a [ b" c]', 15, "are separated by commas", "the comma that is missing"],
  ['x-a: "a [" b', 12, 'goes on behind its closing "', "take the quotes away"],
  ["x-a: [a, b }", 6, "bracket [ is never closed", "Write ]"],
  ["x-a: { a: [b, c }", 11, "bracket [ is never closed", "Write ]"],
  ["x-a: [a }, b]", 9, "bracket } closes nothing", "Remove it"],
  ["x-a: [ # [", 6, "bracket [ is never closed", "Write ]"],
  ["x-a: ['it''s', \"b]", 16, 'quote " is never closed', 'Write "'],
  ["x-a: [[1] [2]]", 11, "are separated by commas", "the comma that is missing"],
  ['x-a: [ "a"; "b" ]', 11, "are separated by commas", "a comma instead of the semicolon"],
  ['x-a: "a" "b"', 10, 'goes on behind its closing "', "take the quotes away"],
  ["x-a: 'a'b", 9, "goes on behind its closing '", "'' for an apostrophe"],
  ["x-a: [a, b] c", 13, "follows behind the closing bracket", "inside the brackets"],
  ["x-a: | text", 8, "the text begins on the next line", "Write it there"],
  ["x-a: &", 6, "begins an anchor, and no name follows", "in quotes"],
  ["x-a: [*]", 7, "begins an alias, and no name follows", '"*"'],
  ["x-a: %b", 6, "cannot begin with %", '"%b"'],
  ["x-a", 1, "has no colon", "`x-a:`"],
])("%s is told at its column %i: %s", (line, column, words, cure) => {
  const { problems } = parseSpec(`version: 1\n${line}\n`, "sluice.yaml");
  const [problem] = problems.filter(({ code }) => code === "yaml-syntax");
  expect(problem).toMatchObject({ line: 2, column });
  expect(problem!.message).toContain(words);
  expect(problem!.fix).toContain(cure);
});

it("lines that end with CR alone are told as what they are", () => {
  const { problems } = parseSpec(good.join("\r"), "sluice.yaml");
  expect(problems).toMatchObject([{ code: "yaml-syntax", line: 1, fix: "Save it with LF or CRLF at line ends." }]);
});

it("tabs are one problem that names every line", () => {
  const { problems } = parseSpec(good.join("\n").replaceAll("  ", "\t"), "sluice.yaml");
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ line: 5, fix: "Indent with spaces." });
  expect(problems[0]!.message).toMatch(/so do lines 6, 7, 8, 9, 11 and \d+ more/);
});
