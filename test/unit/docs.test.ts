import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/registry.ts";
import { knownQuirks } from "../../src/emulator/index.ts";
import { parseSpec } from "../../src/spec/index.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const pages = globSync(["*.md", "docs/**/*.md", "src/*/*.md", "providers/*.md", ".github/**/*.md"], {
  cwd: root,
}).toSorted();

describe("the README", () => {
  const readme = read("README.md");

  it("fits on three screens", () => {
    expect(readme.split("\n").length).toBeLessThan(150);
  });

  it("shows a spec that is right", () => {
    const [yaml] = /(?<=```yaml\n)[^]*?(?=```)/.exec(readme)!;
    expect(parseSpec(yaml!, "README.md").problems).toEqual([]);
  });

  it("names every command", () => {
    for (const { name } of commands) expect(readme).toMatch(new RegExp(`\`${name}[\` ]`));
  });
});

it("what is known of AWS lists every quirk of the emulator with its values", () => {
  const rows = Object.entries(knownQuirks).map(
    ([name, { about, values }]) => `| \`${name}\` | ${about} | ${values.map((value) => `\`${value}\``).join(" ")} |`,
  );
  const table = ["| quirk | about | values |", "|---|---|---|", ...rows].join("\n");
  expect(read("docs/aws.md")).toContain(`<!-- quirks -->\n${table}\n<!-- /quirks -->`);
});

it("the page of variables has each one that the code reads", () => {
  const code = globSync(["src/**/*.ts", "providers/**/*.ts", "test/**/*.ts"], { cwd: root });
  const variables = new Set(code.flatMap((file) => [...read(file).matchAll(/\bSLUICE_[A-Z_]*[A-Z]\b/g)].map(String)));
  expect(variables.size).toBeGreaterThan(8);
  const documented = read("docs/environment.md");
  expect([...variables].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

it("every room says what it is and how its tests run, in a few lines", () => {
  const rooms = [...globSync("src/*/", { cwd: root }).filter((name) => !name.endsWith(".ts")), "providers"];
  expect(rooms.length).toBeGreaterThan(9);
  for (const room of rooms) {
    const [title, ...lines] = read(`${room}/README.md`).trim().split("\n");
    expect(title).toMatch(/^# /);
    expect(lines.filter((line) => line !== "").length, room).toBeGreaterThan(3);
    expect(lines.join("\n"), room).toMatch(/[Tt]ests.*`(npm run test|npx vitest run)/);
  }
});

it("a room's page names only files that there are", () => {
  const missing = pages
    .filter((page) => /^(src\/\w+|providers)\/README\.md$/.test(page))
    .flatMap((page) =>
      [...read(page).matchAll(/`([\w-]+(?:\/[\w-]+)*\.(?:ts|mjs|md))`/g)].map(([, file]) => ({ page, file: file! })),
    )
    .filter(
      ({ page, file }) =>
        !existsSync(path.join(root, file)) &&
        globSync(`**/${file}`, { cwd: path.join(root, path.dirname(page)) }).length === 0,
    );
  expect(missing).toEqual([]);
});

it("every link of a page leads to a file", () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => ({ page, target: target! })),
  );
  expect(links.length).toBeGreaterThan(30);
  const dead = links.filter(
    ({ page, target }) => !/^https?:/.test(target) && !existsSync(path.join(root, path.dirname(page), target)),
  );
  expect(dead).toEqual([]);
});

it("every script that a page runs is in package.json", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = pages.flatMap((page) => [...read(page).matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name!));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

describe("the architecture page", () => {
  const page = read("docs/architecture.md");
  const filesIn = (text: string) =>
    [...text.matchAll(/`([\w./-]+\/[\w.-]+\.(?:ts|mjs|md))`/g)].map(([, file]) => file!);

  it("names only files that there are", () => {
    const named = filesIn(page);
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it("names only folders that there are", () => {
    const named = [...page.matchAll(/`((?:src|providers)(?:\/[\w-]+)*)`/g)].map(([, folder]) => folder!);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((folder) => !existsSync(path.join(root, folder)))).toEqual([]);
  });

  const walks = page
    .slice(page.indexOf("\n## Three walks"), page.indexOf("\n## How a deployment runs"))
    .split("\n### ")
    .slice(1)
    .map((walk) => ({ title: walk.slice(0, walk.indexOf("\n")), steps: walk.match(/^\d+\. .*$/gm) ?? [] }));

  it("has three walks", () => {
    expect(walks.map(({ steps }) => steps.length > 8)).toEqual([true, true, true]);
  });

  it.each(walks)("walks $title without turning back", ({ steps }) => {
    const files = steps.flatMap(filesIn);
    expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([]);
  });

  it.each(walks)("walks $title over imports, but where it says otherwise", ({ steps }) => {
    const passed: string[] = [];
    const unreached: string[] = [];
    for (const step of steps) {
      for (const [index, file] of filesIn(step).entries()) {
        const isStart = passed.length === 0 || (index === 0 && /^\d+\. \*(Wire|Given)\*/.test(step));
        if (!isStart && !reaches(passed, file)) unreached.push(file);
        passed.push(file);
      }
    }
    expect(unreached).toEqual([]);
  });

  it("has a glossary of at most 40 words, each once", () => {
    const rows = page.slice(page.indexOf("\n## Glossary")).match(/^\| (?!word|-)[^|]+(?= \|)/gm) ?? [];
    const words = rows.flatMap((row) => row.slice(2).split(", "));
    expect(words.length).toBeGreaterThan(25);
    expect(words.length).toBeLessThanOrEqual(40);
    expect(new Set(words).size).toBe(words.length);
  });
});

/** Whether one of these files imports `target`, itself or by the entrance of a room. */
function reaches(files: string[], target: string): boolean {
  const direct = new Set(files.flatMap(importsOf));
  const entrances = [...direct].filter((file) => file.endsWith("/index.ts"));
  return direct.has(target) || entrances.some((entrance) => importsOf(entrance).includes(target));
}

function importsOf(file: string): string[] {
  const named = [...read(file).matchAll(/(?:from\s+|import\(\s*|import\s+)["'](\.[^"']+)["']/g)].map(
    ([, name]) => name!,
  );
  return named.map((name) => path.posix.join(path.posix.dirname(file), name));
}
