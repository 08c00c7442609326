import { expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { commands } from "../../../src/cli/registry.ts";
import { helpLines } from "../../../src/cli/terminal/help-lines.ts";
import { memoryIo } from "./memory-io.ts";

it("fills a paragraph anew that is wider than the terminal, and leaves lists, tables and commands their lines", () => {
  const text = [
    "For a sandbox account, which tells more than fits here and goes",
    "on for long.",
    "",
    "--allow exports  configures exports on domains and more of it",
    "  sluice probe --region eu-west-1 --allow exports --domain dzd_alpha",
  ].join("\n");
  expect(helpLines(text, 40).split("\n")).toEqual([
    "For a sandbox account, which tells more",
    "than fits here and goes on for long.",
    "",
    "--allow exports  configures exports on",
    "                 domains and more of it",
    "  sluice probe --region eu-west-1 --allow exports --domain dzd_alpha",
  ]);
  expect(helpLines(text, 100)).toBe(text);
});

it.each(commands.map(({ name }) => name))("the help of %s fits 80 columns, but for commands to paste", async (name) => {
  const io = memoryIo();
  Object.defineProperty(io.out, "columns", { value: 80 });
  expect(await runCommandLine([name, "--help"], io)).toBe(0);
  const isCommand = (line: string) => /^ *(sluice|pulumi|source|eval) /.test(line);
  const lines = io.stdout().split("\n");
  const wide = lines.filter((line) => line.length > 80 && line.trim().includes(" ") && !isCommand(line));
  expect(wide).toEqual([]);
});
