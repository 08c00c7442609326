import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const files = globSync(["src/**/*.ts", "providers/**/*.ts"], { cwd: root }).map((file) =>
  file.split(path.sep).join("/"),
);

/** What the values of each room may come from, beside the room itself. Types may come from anywhere. */
const arrows: Record<string, string[]> = {
  cli: [
    "aws",
    "backup",
    "emulator",
    "engine",
    "operate",
    "preview",
    "program",
    "providers",
    "resources",
    "spec",
    "targets",
    "version",
  ],
  program: ["resources", "spec", "targets"],
  index: ["backup", "program", "resources", "spec", "targets", "version"],
  resources: ["providers/stub.ts"],
  providers: ["aws", "backup"],
  preview: ["aws", "spec", "targets"],
  operate: ["aws", "spec", "targets"],
  targets: ["spec"],
  aws: [],
  backup: [],
  emulator: [],
  engine: [],
  spec: [],
  version: [],
};

describe("imports go one way", () => {
  it.each(Object.keys(arrows))("%s takes values only from where its arrows point", (room) => {
    const allowed = [room, ...arrows[room]!];
    const astray = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => ownImports(file).map((target) => ({ file, target })))
      .filter(({ target }) => !allowed.includes(roomOf(target)) && !allowed.includes(target));
    expect(astray).toEqual([]);
  });

  it("every file is in a room", () => {
    expect(files.filter((file) => !(roomOf(file) in arrows))).toEqual([]);
  });
});

it.each(["check", "expand", "schema"])("%s starts without loading AWS or Pulumi", (command) => {
  const loaded = new Set<string>();
  const packages = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const name of staticImports(file)) {
      if (name.startsWith(".")) load(resolved(file, name));
      else packages.add(name);
    }
  };
  load("src/cli/command-line.ts");
  load("src/cli/io.ts");
  load(`src/cli/commands/${command}.ts`);
  expect(loaded.size).toBeGreaterThan(5);
  expect([...packages].filter((name) => /^@(aws-sdk|smithy|pulumi)\//.test(name))).toEqual([]);
});

describe("files are one or two screens", () => {
  const lengths = files.map((file) => ({ file, lines: read(file).split("\n").length - 1 }));

  it("none is over 250 lines", () => {
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
  });

  it("half of them are under 150", () => {
    const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(150);
  });
});

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** `src/program.ts` and what it alone is made of are one room. */
function roomOf(file: string): string {
  if (file.startsWith("providers/")) return "providers";
  const [, room = ""] = file.split("/");
  const name = room.replace(/\.ts$/, "");
  return name === "from-spec" ? "program" : name;
}

/** Every module whose values a file takes; `import { type X }` counts, as it loads the module. */
function staticImports(file: string): string[] {
  const statements = read(file).matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gm);
  return [...statements].map(([, name]) => name!);
}

function ownImports(file: string): string[] {
  const dynamic = [...read(file).matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)].map(([, name]) => name!);
  return [...staticImports(file), ...dynamic]
    .filter((name) => name.startsWith("."))
    .map((name) => resolved(file, name));
}

const resolved = (file: string, name: string): string => path.posix.join(path.posix.dirname(file), name);
