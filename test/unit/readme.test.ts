import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/registry.ts";
import { QUIRKS } from "../../src/emulator/world/quirks.ts";
import { parseSpec } from "../../src/spec/index.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

it("lists every quirk of the emulator with its values", () => {
  const rows = Object.entries(QUIRKS).map(
    ([name, { about, values }]) => `| \`${name}\` | ${about} | ${values.map((value) => `\`${value}\``).join(" ")} |`,
  );
  const table = ["| quirk | about | values |", "|---|---|---|", ...rows].join("\n");
  expect(readme).toContain(`<!-- quirks -->\n${table}\n<!-- /quirks -->`);
});

it("shows a spec that is right", () => {
  const [yaml] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readme)!;
  expect(parseSpec(yaml!, "README.md").problems).toEqual([]);
});

it("names every command", () => {
  for (const { name } of commands) expect(readme).toMatch(new RegExp(`\`${name}[\` ]`));
});
