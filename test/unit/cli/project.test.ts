import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { inProject, projectOf, writeProject } from "../../../src/cli/deploy/project.ts";
import { root } from "../../support/sluice.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-project-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => path.join(folder, ...names);
const project = (...names: string[]) => {
  mkdirSync(at(...names), { recursive: true });
  writeFileSync(at(...names, "Pulumi.yaml"), `name: sluice\nbackend: { url: "file://${names.join("-")}" }\n`);
};

it("the project of a spec is the nearest one at or above it, wherever one works", () => {
  project("specs");
  project("work");
  expect(projectOf(at("specs", "eu", "sluice.yaml"), at("work"))).toEqual({
    folder: at("specs"),
    backendUrl: "file://specs",
    name: "sluice",
    unwritten: false,
    isShipped: false,
  });
});

it("a spec without one belongs to the project of the working folder", () => {
  project("work");
  expect(projectOf(at("specs", "sluice.yaml"), at("work", "deeper"))).toEqual({
    folder: at("work"),
    backendUrl: "file://work",
    name: "sluice",
    unwritten: false,
    isShipped: false,
  });
});

it("a spec without any gets one beside it, which is written once", async () => {
  const made = { name: "sluice", folder: at("specs", ".sluice"), backendUrl: "file://.", isShipped: true };
  const first = projectOf(at("specs", "sluice.yaml"), at("work"));
  expect(first).toEqual({ ...made, unwritten: true });
  let where = "";
  expect(await inProject(first, async (folder) => existsSync(path.join((where = folder), "Pulumi.yaml")))).toBe(true);
  expect([existsSync(where), existsSync(first.folder)]).toEqual([false, false]);
  writeProject(first);
  expect(projectOf(at("specs", "sluice.yaml"), at("work"))).toEqual({ ...made, unwritten: false });
});

it.each([
  ["the shipped program, by whatever way", { main: "sluice/dist/src/program.js" }, true],
  ["it, without TypeScript", { main: "sluice/dist/src/program.js", runtime: { options: { typescript: false } } }, true],
  [
    "it, by a Node with arguments of its own",
    { main: "sluice/dist/src/program.js", runtime: { options: { nodeargs: "--inspect" } } },
    false,
  ],
  ["a program of its own", { main: "index.js" }, false],
  ["no main at all", {}, false],
])("a project that starts %s", (_what, yaml, isShipped) => {
  symlinkSync(root, at("sluice"));
  writeFileSync(at("index.js"), "");
  writeFileSync(at("Pulumi.yaml"), JSON.stringify({ name: "sluice", ...yaml }));
  expect(projectOf(at("sluice.yaml"), folder).isShipped).toBe(isShipped);
});

it("the checkout's own project does not count for a spec outside of it", () => {
  expect(projectOf(at("specs", "sluice.yaml"), root).folder).toBe(at("specs", ".sluice"));
  expect(projectOf(path.join(root, "sluice.yaml"), folder).folder).toBe(root);
});
