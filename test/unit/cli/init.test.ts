import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { Script } from "node:vm";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { memoryIo } from "./memory-io.ts";
import { good, specFolder } from "./spec-folder.ts";

const { inFolder, run } = specFolder();

it("init writes a project whose spec has no problems", async () => {
  const { code } = await run("init");
  expect(code).toBe(0);
  for (const file of [
    "Pulumi.yaml",
    "index.js",
    "sluice.yaml",
    "package.json",
    ".gitignore",
    ".github/actions/sluice/action.yml",
    ".github/workflows/sluice.yaml",
    ".github/workflows/sluice-stack.yaml",
    ".github/workflows/sluice-preview.yaml",
    ".github/workflows/sluice-deploy.yaml",
    ".github/workflows/sluice-drift.yaml",
  ]) {
    expect(existsSync(inFolder(file)), file).toBe(true);
  }
  expect((await run("check")).stdout).toMatch(/no problems/);
});

it("init takes accounts and Regions, and writes a spec for them", async () => {
  const { code } = await run("init --accounts audit=1111-2222-3333,222233334444 --regions eu-west-1,us-east-1");
  expect(code).toBe(0);
  expect((await run("expand")).stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "111122223333/eu-west-1/inventory",
    "111122223333/us-east-1/inventory",
    "222233334444/eu-west-1/inventory",
    "222233334444/us-east-1/inventory",
    "",
  ]);
  expect((await run("check --strict")).stdout).toMatch(/no problems/);
});

it("init refuses what is no account before it writes anything, and asks a person", async () => {
  expect(await run("init --accounts audit=12")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("name=111122223333"),
  });
  expect(readdirSync(inFolder())).toEqual([]);
  const io = memoryIo({ cwd: inFolder(), answer: "ops=222233334444" });
  expect(await runCommandLine(["init"], io)).toBe(2);
  expect(io.stderr()).toContain("is no Region");
});

it("init adds to a package.json what it has to depend on, and changes nothing else there", async () => {
  const file = inFolder("package.json");
  await writeFile(file, `{\n    "name": "mine",\n    "type": "module",\n    "dependencies": { "zod": "^4" }\n}\n`);
  expect((await run("init")).stdout).toContain("added @pulumi/pulumi and sluice to package.json");
  const text = await readFile(file, "utf8");
  expect(text).toMatch(/^\{\n {4}"name"/);
  expect(JSON.parse(text)).toEqual({
    name: "mine",
    type: "module",
    dependencies: {
      "@pulumi/pulumi": expect.stringMatching(/^\^/),
      sluice: expect.stringMatching(/^file:.*\.tgz$/),
      zod: "^4",
    },
  });
});

it("init writes the pipeline of the forge, which only checks where the embedded engine deploys", async () => {
  await run("init --forge gitlab --yes");
  expect(existsSync(inFolder(".github"))).toBe(false);
  const { check, preview, up } = parse(await readFile(inFolder(".gitlab-ci.yml"), "utf8"));
  expect(check.script).toContain("npx --no-install sluice check");
  expect(preview.script[0]).toContain('git fetch --quiet --depth 1 origin "$CI_MERGE_REQUEST_DIFF_BASE_SHA"');
  expect(preview.script[1]).toContain('sluice preview --stack prod "$@" -o json > plan.json');
  expect(up).toMatchObject({
    needs: ["check", "preview"],
    script: expect.arrayContaining([
      "npx --no-install sluice up --stack prod --plan plan.json -o json > run.json || code=$?",
    ]) as string[],
  });
  await run("init embedded --engine embedded --yes");
  const workflow = await readFile(inFolder("embedded/.github/workflows/sluice-preview.yaml"), "utf8");
  expect(readdirSync(inFolder("embedded/.github/workflows"))).toHaveLength(1);
  expect(parse(workflow)).toMatchObject({ on: { pull_request: null, merge_group: null }, jobs: { check: {} } });
  expect(Object.keys(parse(workflow).jobs)).toEqual(["check"]);
  expect(readdirSync(inFolder("embedded/.github/actions"))).toEqual(["sluice"]);
  expect(workflow).not.toMatch(/secrets|PULUMI|id-token/);
  await run("init lab --engine embedded --forge gitlab");
  expect(Object.keys(parse(await readFile(inFolder("lab/.gitlab-ci.yml"), "utf8")))).toEqual(["default", "check"]);
  expect((await run("init bare --forge none --engine embedded")).stderr).toContain(
    "cd bare && npm install && npx --no-install sluice check && npx --no-install sluice preview --engine embedded",
  );
  expect(readdirSync(inFolder("bare"))).not.toContain(".github");
});

it("init keeps a pipeline that is there", async () => {
  await mkdir(inFolder(".github/workflows"), { recursive: true });
  await writeFile(inFolder(".github/workflows/sluice-preview.yaml"), "name: mine\n");
  expect((await run("init")).stdout).toContain("kept  .github/workflows/sluice-preview.yaml");
});

it("init overwrites nothing, and writes nothing where something is in the way", async () => {
  const { code, stderr } = await run("init", good);
  expect(code).toBe(1);
  expect(stderr).toContain("sluice.yaml");
  expect(readdirSync(inFolder())).toEqual(["sluice.yaml"]);
  expect(await readFile(inFolder("sluice.yaml"), "utf8")).toBe(good);
});

it("init writes a CommonJS program beside a package.json of CommonJS modules, as `npm init -y` writes it", async () => {
  await writeFile(inFolder("package.json"), `{ "name": "mine", "type": "commonjs" }`);
  expect((await run("init")).stdout).toContain("kept  package.json");
  const program = await readFile(inFolder("index.js"), "utf8");
  expect(program).toMatch(/^const \{ fromSpec \} = require\("sluice"\);/);
  expect(() => new Script(program)).not.toThrow();
});

it("init keeps a package.json for ES modules", async () => {
  const file = inFolder("package.json");
  const own = `{ "name": "mine", "type": "module", "dependencies": { "sluice": "1", "@pulumi/pulumi": "3" } }`;
  await writeFile(file, own);
  expect((await run("init")).stdout).toContain("kept  package.json");
  expect(await readFile(file, "utf8")).toBe(own);
});
