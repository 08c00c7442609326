import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stub } from "../../../providers/stub.ts";
import { AssetTable, DataExportConfiguration, ResourceDataSync } from "../../../src/resources/index.ts";

it("the texts that every user's state holds have not changed", () => {
  const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
  expect(Object.entries(stub).map(([name, text]) => [name, digest(text)])).toEqual([
    ["resourceDataSync", "d3401ad08fed5c74"],
    ["dataExportConfiguration", "e70ff9a7d52ace72"],
    ["assetTable", "d943452f78e19656"],
  ]);
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "sluice-stub-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A package of this name in a folder below the root. */
function installed(folder: string): void {
  mkdirSync(path.join(root, folder), { recursive: true });
  const exports = { "./provider": "./provider.mjs" };
  writeFileSync(path.join(root, folder, "package.json"), JSON.stringify({ name: "x", exports }));
  writeFileSync(path.join(root, folder, "provider.mjs"), "export const assetTable = 'found';\n");
}

/** What the host gets that runs in a folder below the root. */
function handlerIn(folder: string): string {
  const host = `new Function("exports", "require", ${JSON.stringify(stub.assetTable)})(exports, require);
    try { console.log(exports.handler()) } catch (error) { console.log(error.message + error.stack) }`;
  return execFileSync(process.execPath, ["-e", host], { cwd: path.join(root, folder), encoding: "utf8" }).trim();
}

it.each<[string, () => void]>([
  ["the program depends on it", () => installed("app/node_modules/sluice")],
  ["a workspace has it at its root", () => installed("node_modules/sluice")],
  [
    "pnpm keeps what a package of the program has brought",
    () => installed("app/node_modules/.pnpm/node_modules/sluice"),
  ],
  ["pnpm keeps it at the root of a workspace", () => installed("node_modules/.pnpm/node_modules/sluice")],
  ["bun keeps it", () => installed("app/node_modules/.bun/node_modules/sluice")],
])("the provider is found where %s", (_, install) => {
  installed("app");
  install();
  expect(handlerIn("app")).toBe("found");
});

it("where it is not installed, one sentence says so", () => {
  installed("app");
  expect(handlerIn("app")).toMatch(/^sluice cannot be found from \S+: make it a dependency [^\n]*$/);
});

it("the types that every user's state holds have not changed", () => {
  expect(
    [ResourceDataSync, DataExportConfiguration, AssetTable].map((type) => Reflect.get(type, "__pulumiType")),
  ).toEqual([
    "pulumi-nodejs:dynamic/sluice:ResourceDataSync",
    "pulumi-nodejs:dynamic/sluice:DataExportConfiguration",
    "pulumi-nodejs:dynamic/sluice:AssetTable",
  ]);
});
