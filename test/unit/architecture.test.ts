import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const files = globSync(["src/**/*.ts", "providers/**/*.ts"], { cwd: root }).map((file) =>
  file.split(path.sep).join("/"),
);

/** The table of the kinds of resource, which is data alone. */
const kinds = "src/resources/kinds.ts";

/** The table of AWS's partitions and Regions, which is data alone too. */
const partitions = "partitions";

/** How requests leave the machine, the same for AWS and for forges. */
const network = "network";

/** Errors of what could not be asked. */
const unreachable = "unreachable";

/** What an answer of AWS's without a body is. */
const emptyAnswers = "empty-answers";

/** Where the ambient credentials come from. */
const chain = "credential-chain";

/** What the values of each room may come from, beside the room itself. Types may come from anywhere. */
const arrows: Record<string, string[]> = {
  cli: [
    "aws",
    "backup",
    "emulator",
    "engine",
    "operate",
    "preview",
    "probe",
    "program",
    "providers",
    "resources",
    "spec",
    "targets",
    "version",
  ],
  probe: ["aws", "src/operate/origins.ts"],
  program: ["resources", "spec", "targets"],
  index: ["backup", "program", "resources", "spec", "targets", "version"],
  resources: ["providers/stub.ts"],
  providers: ["aws", "backup", kinds, partitions],
  preview: ["aws", "spec", "targets", kinds, network],
  operate: [
    "aws",
    "backup",
    "providers",
    "spec",
    "targets",
    "src/preview/render/escape.ts",
    "src/preview/render/page.ts",
  ],
  targets: ["spec", partitions, network, unreachable, emptyAnswers, chain],
  aws: [partitions, network, unreachable, emptyAnswers, chain],
  backup: ["aws", partitions, unreachable],
  emulator: [],
  engine: [],
  spec: [partitions],
  partitions: [],
  network: [],
  unreachable: [],
  "empty-answers": [],
  "credential-chain": [],
  version: [],
};

/** The floors of each large room, the lowest first. A file takes from its own floor and from those below, types included. */
const floors: Record<string, string[]> = {
  "src/engine": ["model", "state", "processes", "events", "decide", "act", "monitor", "index"],
  "src/emulator": ["world", "iceberg", "protocol", "services", "control", "http", "index"],
  providers: ["settings", "lifecycle", "access", "slot", "export", "claim", "sync", "pulumi", "index"],
  "src/backup": ["iceberg", "store", "model", "proof", "verify", "copy", "restore", "history", "retention", "index"],
  "src/spec": ["problem", "yaml", "schema", "index"],
  "src/preview": ["change", "consequence", "plan", "guards", "render", "post", "index"],
  "src/cli": ["base", "terminal", "engines", "deploy", "demo", "commands", "index"],
};

/** The files at the top of a room are its highest floor, except where they are what its commands stand on. */
const entrances = new Set(["src/cli/main.ts", "src/cli/command-line.ts", "src/cli/registry.ts"]);

describe("imports go one way", () => {
  it.each(Object.keys(arrows))("%s takes values only from where its arrows point", (room) => {
    const allowed = [room, ...arrows[room]!];
    const astray = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => ownImports(file).map((target) => ({ file, target })))
      .filter(({ target }) => !allowed.includes(roomOf(target)) && !allowed.includes(target));
    expect(astray).toEqual([]);
  });

  it.each(Object.keys(floors))("%s takes from its own floor and from those below", (room) => {
    const inRoom = files.filter((file) => file.startsWith(`${room}/`));
    const upwards = inRoom
      .flatMap((file) => everyImport(file).map((target) => ({ file, target })))
      .filter(({ target }) => target.startsWith(`${room}/`))
      .filter(({ file, target }) => floorOf(room, file) < floorOf(room, target));
    expect(inRoom.length).toBeGreaterThan(floors[room]!.length);
    expect(inRoom.filter((file) => floorOf(room, file) < 0)).toEqual([]);
    expect(upwards).toEqual([]);
  });

  it("no file takes anything, a type included, from one that takes from it", () => {
    expect(circlesOf(files)).toEqual([]);
  });

  it("the proof of a copy takes nothing from what makes copies, not even types of how it is made", () => {
    const proof = "src/backup/proof/";
    const judges = files.filter((file) => file.startsWith(proof));
    expect(judges.length).toBeGreaterThan(10);
    const astray = judges.flatMap((file) => ownImports(file).filter((target) => !target.startsWith(proof)));
    expect(astray).toEqual([]);
    // The store, and what a version and a receipt are: the words in which the question is put.
    const words = ["../store/object-store.ts", "../model/location.ts", "../model/receipt.ts"];
    const types = judges.flatMap((file) => [...read(file).matchAll(/^import type .* from "(\.\.\/.*)";$/gm)]);
    expect(types.map(([, name]) => name).filter((name) => !words.includes(name!))).toEqual([]);
    // Packages that read what the copier writes: its own reader may have the copier's faults.
    const packages = judges.flatMap((file) => staticImports(file)).filter((name) => !/^(\.|node:)/.test(name));
    expect(packages).toEqual([]);
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

it.each(Object.keys(arrows))("everything that a file of %s exports has a doc comment", (room) => {
  const bare = files
    .filter((file) => roomOf(file) === room)
    .flatMap((file) => {
      const lines = read(file).split("\n");
      const isBare = (line: string, index: number) =>
        /^export (?!type \{|[*{])/.test(line) && !lines[index - 1]?.endsWith("*/");
      return lines.filter(isBare).map((line) => `${file}: ${line}`);
    });
  expect(bare).toEqual([]);
});

describe("one name means one thing", () => {
  // The emulator and the proof say in words of their own what others say too: they are what those are judged by.
  const judged = files.filter((file) => !file.startsWith("src/emulator/") && !file.startsWith("src/backup/proof/"));
  /** What a room asks of several files alike: a command, and the settings of a resource, have these names. */
  const contracts = new Set(["declare", "run", "normalise", "rules", "subjectOf"]);
  /** Shapes on a wire, read on the other side by code that takes nothing of ours; and what is handed on under its own name. */
  const mirrored = new Set([
    "EngineEvent",
    "DiagnosticEvent",
    "StepMetadata",
    "SummaryEvent",
    "Step",
    "Finding",
    "Encryption",
    "targetName",
  ]);
  const handedOn = new Set(["assetTable", "dataExportConfiguration", "resourceDataSync"]);

  it("no two files export the same name", () => {
    const named = judged.flatMap((file) =>
      [...read(file).matchAll(/^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm)].map(
        ([, name]) => ({ name: name!, file }),
      ),
    );
    const known = (name: string) => contracts.has(name) || mirrored.has(name) || handedOn.has(name);
    const twice = [...Map.groupBy(named, ({ name }) => name)].filter(([name, all]) => all.length > 1 && !known(name));
    expect(named.length).toBeGreaterThan(500);
    expect(twice.map(([name, all]) => [name, ...all.map(({ file }) => file)])).toEqual([]);
  });
});

it("constants are written like every other name", () => {
  const shouted = files.flatMap((file) =>
    [...read(file).matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]+)\b/gm)].map(([, name]) => `${file} ${name}`),
  );
  expect(shouted).toEqual([]);
});

it("what a function does begins with a verb", () => {
  /** What ends like a verb and names a thing. */
  const nouns =
    /^(Bytes|Clients|Counts of|Credentials|Days|Diagnostics|Differences|Entries|Errors|Files|Ids|Lines|Names of|Objects|Organizations|Paths|Problems|Progress|Rows|Rules|Settings|Statistics|Syncs|Tables|Values)\b/;
  const functions =
    /(?:\/\*\*\s+(?:\* )?((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:(?:async )?function\*? (\w+)|const (\w+)[^\n]*? = (?:async )?(?:<|\(|\w+ =>))/g;
  const saying = files.flatMap((file) =>
    [...read(file).matchAll(functions)].map(([, says = "", name, constant]) => ({
      file,
      name: name ?? constant,
      says,
    })),
  );

  expect(saying.length).toBeGreaterThan(800);
  expect(saying.filter(({ says }) => !/^[A-Z][a-z]+s\s/.test(says) || nouns.test(says))).toEqual([]);
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
  return ["from-spec", "registration", "sluice", "stack-outputs"].includes(name) ? "program" : name;
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

/** Every file of ours that a file takes values or types from. */
function everyImport(file: string): string[] {
  const names = read(file).matchAll(/(?:^\s*import|\bfrom|\bimport\()\s*["'](\.[^"']+)["']/gm);
  return [...names].map(([, name]) => resolved(file, name!));
}

function floorOf(room: string, file: string): number {
  const [floor, ...below] = file.slice(room.length + 1).split("/");
  if (below.length > 0) return floors[room]!.indexOf(floor!);
  return floors[room]!.indexOf(floors[room]!.includes("base") && !entrances.has(file) ? "base" : "index");
}

/** The files that are left once those that take from no other, or that no other takes from, have been put aside. */
function circlesOf(files: readonly string[]): string[] {
  const imports = new Map(files.map((file) => [file, everyImport(file)]));
  for (let size = -1; size !== imports.size;) {
    size = imports.size;
    for (const [file, targets] of imports) if (!targets.some((target) => imports.has(target))) imports.delete(file);
    const taken = new Set([...imports.values()].flat());
    for (const file of imports.keys()) if (!taken.has(file)) imports.delete(file);
  }
  return [...imports.keys()];
}

const resolved = (file: string, name: string): string => path.posix.join(path.posix.dirname(file), name);
