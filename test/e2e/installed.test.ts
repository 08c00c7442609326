import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { root, sluiceAt } from "../support/sluice.ts";

/** An empty folder in which npm has installed the packed package, from the registry as for anybody. */
let folder: string;
let emulator: EmulatorWorld;
let packed: string[];

const npm = (cwd: string, ...args: string[]) => execFileSync("npm", args, { cwd, encoding: "utf8" });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-installed-"));
  const answer = npm(root, "pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", folder);
  const [{ filename, files }] = JSON.parse(answer.slice(answer.indexOf("[")));
  packed = files.map((file: { path: string }) => file.path);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  npm(folder, "install", "--no-fund", "--no-audit", "--loglevel=error", `./${filename}`, "@types/node@24");
  emulator = await emulatorWorld(seed);
}, 300_000);

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  AWS_ENDPOINT_URL: emulator.endpoint,
  AWS_ACCESS_KEY_ID: audit,
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "us-east-1",
});

const run = (...args: string[]) =>
  sluiceAt(path.join(folder, "node_modules/sluice"), args, { cwd: folder, env: environment() });

/** Runs one of npm's commands in the folder. */
function ran(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

/** The names of the installed packages of some scopes, each as often as it is installed, nested copies too. */
function installed(...scopes: string[]): string[] {
  const lock = JSON.parse(readFileSync(path.join(folder, "node_modules/.package-lock.json"), "utf8"));
  return Object.keys(lock.packages)
    .filter((place) => existsSync(path.join(folder, place, "package.json")))
    .map((place) => place.split("node_modules/").at(-1)!)
    .filter((name) => scopes.some((scope) => name.startsWith(`${scope}/`)));
}

describe("the tarball", () => {
  it("holds the programs, the licence and the declarations of the exports, no tests and no maps", () => {
    const declarations = packed.filter((file) => file.endsWith(".d.ts"));
    expect(declarations.toSorted()).toEqual(
      ["emulator", "engine", "index", "program", "provider"].map((name) => `dist/types/${name}.d.ts`),
    );
    expect(packed).toEqual(expect.arrayContaining(["LICENSE", "dist/providers/index.js", "examples/start/gitignore"]));
    expect(packed.filter((file) => /(^|\/)(test|bench|scripts|\.ci)\/|\.test\.|\.map$|tsbuildinfo/.test(file))).toEqual(
      [],
    );
  });
});

describe("npm installs", () => {
  it("one copy of each package of AWS and of Pulumi", () => {
    const names = installed("@aws-sdk", "@smithy", "@pulumi");
    expect(names).toEqual(expect.arrayContaining(["@aws-sdk/core", "@aws-sdk/client-ssm", "@smithy/core"]));
    expect(names).toContain("@pulumi/pulumi");
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("less than 180 MB", () => {
    const files = globSync("node_modules/**", { cwd: folder });
    // What `du` counts: blocks of 512 bytes.
    const bytes = files.reduce((sum, file) => sum + lstatSync(path.join(folder, file)).blocks * 512, 0);
    expect(bytes / 2 ** 20).toBeLessThan(180);
    expect(bytes / 2 ** 20).toBeGreaterThan(50);
  });
});

describe("npx --no-install", () => {
  it("runs the installed command", () => {
    writeFileSync(path.join(folder, "sluice.yaml"), JSON.stringify(spec()));
    writeFileSync(path.join(folder, "wrong.yaml"), "version: 2\n");
    expect(ran("npx", "--no-install", "sluice", "check")).toMatchObject({ code: 0 });
    expect(ran("npx", "--no-install", "sluice", "check", "--spec", "wrong.yaml")).toMatchObject({ code: 2 });
  });

  it("writes a project that depends on the same tarball", () => {
    expect(ran("npx", "--no-install", "sluice", "init", "project")).toMatchObject({ code: 0 });
    const { dependencies } = JSON.parse(readFileSync(path.join(folder, "project/package.json"), "utf8"));
    expect(dependencies.sluice).toMatch(/^file:\.\.\/sluice-.*\.tgz$/);
  });

  it("runs nothing where the package is not installed", () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), "sluice-elsewhere-"));
    const answer = spawnSync("npx", ["--no-install", "sluice", "--version"], { cwd: elsewhere, encoding: "utf8" });
    rmSync(elsewhere, { recursive: true });
    expect(answer.status).not.toBe(0);
    expect(answer.stdout).toBe("");
  });
});

describe("programs use every export", () => {
  const body = `
    const emulator = await startEmulator({ port: 0 });
    const answer = await fetch(emulator.endpoint + "/_emulator/calls");
    await emulator.stop();
    const gone = await fetch(emulator.endpoint).then(() => false, () => true);
    console.log(JSON.stringify({
      emulator: answer.status, gone, run: typeof run, create: typeof resourceDataSync.create,
      sync: typeof ResourceDataSync, problems: parseSpec("version: 2", "x").problems.length > 0,
    }));`;
  const expected = {
    emulator: 200,
    gone: true,
    run: "function",
    create: "function",
    sync: "function",
    problems: true,
  };

  it("as ES modules", () => {
    const imports = `
      import { parseSpec, ResourceDataSync } from "sluice";
      import { startEmulator } from "sluice/emulator";
      import { run } from "sluice/engine";
      import { resourceDataSync } from "sluice/provider";`;
    writeFileSync(path.join(folder, "exports.mjs"), imports + body);
    const { stdout, stderr } = ran(process.execPath, "exports.mjs");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it("as CommonJS modules", () => {
    const imports = `
      const { parseSpec, ResourceDataSync } = require("sluice");
      const { startEmulator } = require("sluice/emulator");
      const { run } = require("sluice/engine");
      const { resourceDataSync } = require("sluice/provider");`;
    writeFileSync(path.join(folder, "exports.cjs"), `${imports}\n(async () => {${body}\n})();`);
    const { stdout, stderr } = ran(process.execPath, "exports.cjs");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(expected);
  });
});

describe("types", () => {
  const program = `
    import * as pulumi from "@pulumi/pulumi";
    import { AssetTable, DataExportConfiguration, fromSpec, parseSpec, renderProblem, ResourceDataSync, SpecError } from "sluice";
    import { startEmulator } from "sluice/emulator";
    import { run } from "sluice/engine";
    import { assetTable } from "sluice/provider";

    export const made = [AssetTable, DataExportConfiguration, ResourceDataSync, parseSpec, renderProblem, SpecError, run, assetTable];
    export const emulator: Promise<{ endpoint: string; stop(): Promise<void> }> = startEmulator({ port: 0 });
    export const count: Promise<pulumi.Output<number>> = fromSpec("sluice.yaml").then(({ syncs }) => pulumi.output(syncs.size));
    export const receipt = (table: AssetTable): pulumi.Output<number | undefined> => table.receipt.apply((made) => made?.rows);
    // @ts-expect-error a sync's type is one of two
    new ResourceDataSync("x", { account: "1", region: "r", syncName: "n", syncType: "Other" });
    // @ts-expect-error a port is a number
    void startEmulator({ port: "1" });`;

  /** What a compiler says of the program under the given options. */
  function complaints(name: string, compilerOptions: object, compiler = "typescript"): string {
    const project = path.join(folder, name);
    mkdirSync(project);
    writeFileSync(path.join(project, "index.ts"), program);
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    return ran(process.execPath, path.join(root, "node_modules", compiler, "bin/tsc"), "--noEmit", "-p", project)
      .stdout;
  }

  it("resolve under the options that `pulumi new typescript` writes", () => {
    const options = {
      strict: true,
      target: "es2020",
      module: "commonjs",
      moduleResolution: "node",
      experimentalDecorators: true,
      noFallthroughCasesInSwitch: true,
      noImplicitReturns: true,
      forceConsistentCasingInFileNames: true,
    };
    // TypeScript 6 tolerates that resolution only when told, and takes up no types by itself.
    expect(complaints("pulumi-new", { ...options, ignoreDeprecations: "6.0", types: ["node"] })).toBe("");
  });

  it("reach no package but Pulumi, which every program has", () => {
    const declarations = globSync("node_modules/sluice/dist/types/*.d.ts", { cwd: folder });
    const texts = declarations.map((file) => readFileSync(path.join(folder, file), "utf8"));
    const imported = texts.flatMap((text) => [
      ...text.matchAll(/^import .* from ["']([^"']+)["']|import\(["']([^"']+)/gm),
    ]);
    const names = new Set(imported.map(([, name, inline]) => (name ?? inline)!.split("/").slice(0, 2).join("/")));
    expect([...names]).toEqual(["@pulumi/pulumi"]);
  });

  it("resolve in a program of ES modules, for TypeScript 7 too", () => {
    const options = { strict: true, target: "es2022", module: "nodenext", types: ["node"], skipLibCheck: true };
    expect(complaints("modules", options, "@typescript/native")).toBe("");
  });
});

it("a Pulumi.yaml whose program uses the package deploys", async () => {
  writeFileSync(path.join(folder, "index.js"), 'import { fromSpec } from "sluice";\nawait fromSpec("sluice.yaml");\n');
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    "name: acme\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\nbackend: { url: file://. }\n",
  );
  const up = await run("up", "--engine", "embedded", "--yes", "-o", "json");
  expect(up.code, up.stderr + up.stdout).toBe(0);
  expect(JSON.parse(up.stdout)).toMatchObject({ result: "succeeded", counts: { create: 9 } });
});
