import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { installedFrom } from "../../../src/cli/installed-from.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "sluice-from-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A project in which npm has noted `entry` for the package. */
function noted(entry: object): string {
  const modules = path.join(folder, "project/node_modules");
  mkdirSync(path.join(modules, "sluice"), { recursive: true });
  writeFileSync(
    path.join(modules, ".package-lock.json"),
    JSON.stringify({ packages: { "node_modules/sluice": entry } }),
  );
  return path.join(modules, "sluice");
}

const said = (packageFolder: string) => installedFrom(packageFolder, path.join(folder, "other"), "1.2.3");

it("a package that came from a tarball is the same tarball's for another project", () => {
  expect(said(noted({ resolved: "file:../packages/sluice-1.2.3.tgz" }))).toBe("file:../packages/sluice-1.2.3.tgz");
});

it("one from a registry is that version or a compatible one, under the name it has there", () => {
  const resolved = "https://registry.example/x.tgz";
  expect(said(noted({ resolved }))).toBe("^1.2.3");
  expect(said(noted({ resolved, name: "@acme/sluice" }))).toBe("npm:@acme/sluice@^1.2.3");
});

it("one that npm has not noted is its version", () => {
  mkdirSync(path.join(folder, "node_modules/sluice"), { recursive: true });
  expect(said(path.join(folder, "node_modules/sluice"))).toBe("^1.2.3");
});

it("a checkout is the tarball that it packs, never a name that anybody can publish", () => {
  expect(said(path.join(folder, "checkout"))).toBe("file:../checkout/sluice-1.2.3.tgz");
});
