import { version } from "../../../src/version.ts";
import { expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { examples } from "../../../src/cli/examples.ts";
import { commands } from "../../../src/cli/registry.ts";
import { memoryIo } from "./memory-io.ts";

const typed = async (...argv: string[]) => {
  const io = memoryIo({ stdin: "" });
  return { code: await runCommandLine(argv, io), out: io.stdout(), err: io.stderr() };
};

it("a mistyped command is exit code 2 and tells the one that was meant", async () => {
  const { code, out, err } = await typed("previw");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("unknown command 'previw'");
  expect(err).toContain("Did you mean preview?");
});

it("a mistyped option is exit code 2 and tells the one that was meant", async () => {
  const { code, err } = await typed("preview", "--stak", "dev");
  expect(code).toBe(2);
  expect(err).toContain("Did you mean --stack?");
});

it.each([
  ["--parallel", "0"],
  ["--parallel", "two"],
  ["--output", "xml"],
  ["--engine", "terraform"],
])("%s %s is exit code 2", async (...argv) => {
  expect((await typed("preview", ...argv)).code).toBe(2);
});

it.each([
  ["command", "x{}"],
  ["option", "preview", "--nope{}"],
  ["choice", "preview", "--engine", "x{}"],
  ["digest", "up", "--digest", "x{}"],
  ["spec", "check", "--spec", "x{}"],
  ["target", "explain", "x{}"],
])("a %s of a stranger's cannot give a log a command, nor rewrite what a terminal shows", async (_of, ...argv) => {
  for (const end of ["\n::add-mask::us-east-1", "\u001B[2K", "\u202Egnp"]) {
    const { code, out, err } = await typed(...argv.map((word) => word.replace("{}", end)));
    expect(code).toBe(2);
    expect(out + err).not.toMatch(/^\s*::/m);
    expect((out + err).replaceAll("\n", "")).not.toMatch(/[\p{Cf}\p{Cc}]/u);
  }
});

it("help and version are exit code 0, on stdout", async () => {
  expect(await typed("--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
  const help = await typed("--help");
  expect(help.code).toBe(0);
  for (const { name } of commands) expect(help.out).toMatch(new RegExp(`^  ${name}\\b`, "m"));
});

it.each(commands.map(({ name }) => name))("%s --help says what it takes", async (name) => {
  const { code, out } = await typed(name, "--help");
  expect(code).toBe(0);
  expect(out).toContain(`Usage: sluice ${name}`);
  expect(out).toContain("Options:");
});

it.each(Object.entries(examples))("%s has examples of commands and options that there are", async (name, lines) => {
  const { out } = await typed(name, "--help");
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(out).toContain(`  ${line}\n`);
    for (const [, command, rest = ""] of line.matchAll(/\bsluice ([a-z]+)([^|>)]*)/g)) {
      const help = (await typed(command!, "--help")).out;
      expect(help).toContain(`Usage: sluice ${command}`);
      for (const [option] of rest.matchAll(/(?<= )--?[a-z][\w-]*/g)) expect(help, line).toContain(option);
    }
  }
});

it("every command has examples, and a part in the manual", async () => {
  expect(Object.keys(examples).toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  const { code, out } = await typed("manual");
  expect(code).toBe(0);
  for (const { name } of commands) expect(out).toContain(`\n.SH ${name.toUpperCase()}\n`);
  // Nothing else begins with what roff takes for a request.
  expect(out.match(/^[.'].*$/gm)?.filter((line) => !/^\.(TH|SH|TP|PP|B|I|nf|fi)\b/.test(line))).toEqual([]);
});

it("no command at all is exit code 2 with the list of them", async () => {
  const { code, err } = await typed();
  expect(code).toBe(2);
  expect(err).toContain("Commands:");
});
