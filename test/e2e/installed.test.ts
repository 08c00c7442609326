import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { type EmulatorWorld, emulatorWorld } from "../support/emulator-world.ts";
import { root, sluiceAt } from "../support/sluice.ts";

/** An empty folder into which the packed package was unpacked, beside what npm would install for it. */
let folder: string;
let emulator: EmulatorWorld;
let packed: string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-installed-"));
  const npm = (...args: string[]) => execFileSync("npm", args, { cwd: root, encoding: "utf8" });
  const answer = npm("pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", folder);
  const [{ filename, files }] = JSON.parse(answer.slice(answer.indexOf("[")));
  packed = files.map((file: { path: string }) => file.path);
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, "sluice"), { recursive: true });
  execFileSync("tar", [
    "-xzf",
    path.join(folder, filename),
    "-C",
    path.join(modules, "sluice"),
    "--strip-components=1",
  ]);
  for (const name of readdirSync(path.join(root, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(path.join(root, "node_modules", name), path.join(modules, name));
  }
  emulator = await emulatorWorld(seed);
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  sluiceAt(path.join(folder, "node_modules/sluice"), args, {
    cwd: folder,
    env: {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: audit,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "us-east-1",
    },
  });

it("carries types and no tests", () => {
  expect(packed).toContain("dist/src/index.d.ts");
  expect(packed).toContain("dist/providers/index.js");
  expect(packed).toContain("LICENSE");
  expect(packed.filter((file) => /(^|\/)(test|bench|\.ci)\/|\.test\./.test(file))).toEqual([]);
});

it("its types serve a program in TypeScript", () => {
  writeFileSync(
    path.join(folder, "program.mts"),
    `import { AssetTable, DataExportConfiguration, fromSpec, ResourceDataSync } from "sluice";
     export const made = [AssetTable, DataExportConfiguration, ResourceDataSync];
     // @ts-expect-error a sync's type is one of two
     new ResourceDataSync("x", { account: "1", region: "r", syncName: "n", syncType: "Other" });
     await fromSpec("sluice.yaml");`,
  );
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"];
  const checked = spawnSync(process.execPath, [...args, "--types", "node", "program.mts"], { cwd: folder });
  expect(String(checked.stdout)).toBe("");
});

it("checks a spec and refuses a wrong one", async () => {
  writeFileSync(path.join(folder, "sluice.yaml"), JSON.stringify(spec()));
  expect((await run("check")).code).toBe(0);
  writeFileSync(path.join(folder, "wrong.yaml"), "version: 2\n");
  expect((await run("check", "--spec", "wrong.yaml")).code).toBe(2);
});

it("a Pulumi.yaml whose program uses the package deploys", async () => {
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(path.join(folder, "index.js"), 'import { fromSpec } from "sluice";\nawait fromSpec("sluice.yaml");\n');
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    "name: acme\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\nbackend: { url: file://. }\n",
  );
  const up = await run("up", "--engine", "embedded", "--yes", "-o", "json");
  expect(up.code, up.stderr).toBe(0);
  expect(JSON.parse(up.stdout)).toMatchObject({ result: "succeeded", counts: { create: 9 } });
});
