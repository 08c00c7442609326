import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";

const main = (include: string) => `version: 1
include: ${include}
accounts: { audit: "111122223333" }
targets: { one: { accounts: [audit], regions: [us-east-1] } }
`;
const files: Record<string, string> = {
  "org/teams/a.yaml": `syncs:
  a: { targets: one, destination: { bucket: acme-a, region: us-east-1 } }
`,
  "org/teams/b.yaml": `include: [a.yaml]
accounts: { catalog: "222233334444" }
syncs:
  b: { targets: { accounts: [catalog], regions: [us-east-1] }, destination: { bucket: acme-b, region: us-east-1 } }
`,
  "org/teams/clash.yaml": `accounts: { audit: "333344445555" }\n`,
  "org/teams/cycle.yaml": `include: [../sluice.yaml]\n`,
  "org/teams/guards.yaml": `guards: { deletes: 3 }\n`,
  "org/teams/bad.yaml": `syncs:\n  c: { targets: nope, destination: { bucket: Acme, region: us-east-1 } }\n`,
};
const read = (name: string) => files[name];
const parse = (text: string) => parseSpec(text, "org/sluice.yaml", { read });
const placesOf = (text: string) =>
  parse(text).problems.map(({ code, file, line, column }) => `${file}:${line}:${column} ${code}`);

it("entries of included files are the spec's own, each with its file and line; a file counts once", async () => {
  const { spec, problems, sources } = parse(main("[teams/b.yaml, teams/a.yaml]"));
  expect(problems).toEqual([]);
  const { declarations } = await expand(spec!);
  expect(declarations.map(({ name, source }) => [name, source])).toEqual([
    ["111122223333/us-east-1/a", { file: "org/teams/a.yaml", line: 2 }],
    ["222233334444/us-east-1/b", { file: "org/teams/b.yaml", line: 4 }],
  ]);
  expect([...sources.keys()]).toEqual(["org/sluice.yaml", "org/teams/b.yaml", "org/teams/a.yaml"]);
});

it("splitting a spec into files changes nothing of what it stands for", async () => {
  const whole = parse(main("[]") + files["org/teams/a.yaml"]!).spec!;
  const split = parse(main("[teams/a.yaml]")).spec!;
  const bare = async (spec: typeof whole) =>
    (await expand(spec)).declarations.map(({ type, name, inputs }) => ({ type, name, inputs }));
  expect(await bare(split)).toEqual(await bare(whole));
});

it.each([
  ["[teams/clash.yaml]", "org/teams/clash.yaml:1:13 include-clash"],
  ["[teams/cycle.yaml]", "org/teams/cycle.yaml:1:11 include-cycle"],
  ["[teams/guards.yaml]", "org/teams/guards.yaml:1:1 include-key"],
  ["[teams/none.yaml]", "org/sluice.yaml:2:11 include-missing"],
  ["[/etc/passwd]", "org/sluice.yaml:2:11 include-missing"],
  ["teams/a.yaml", "org/sluice.yaml:2:10 wrong-type"],
])("include: %s is %s", (include, problem) => {
  expect(placesOf(main(include))).toEqual([problem]);
});

it("what is wrong in an included file is told there", () => {
  expect(placesOf(main("[teams/bad.yaml]"))).toEqual([
    "org/teams/bad.yaml:2:17 unknown-target",
    "org/teams/bad.yaml:2:46 bad-bucket-name",
  ]);
});
