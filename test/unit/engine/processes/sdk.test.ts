import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadSdk } from "../../../../src/engine/processes/protos.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-sdk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts what has the name and the version of Pulumi's SDK, and nothing else of it, where a program of the folder finds it. */
function install(version: string): void {
  const place = path.join(folder, "node_modules/@pulumi/pulumi");
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, "package.json"), '{"name":"@pulumi/pulumi"}');
  writeFileSync(path.join(place, "index.js"), "");
  writeFileSync(path.join(place, "version.js"), `exports.version = "${version}";`);
}

it.each(["3.99.0", "3.255.0"])("an SDK that is too old is refused with what to install: %s", (version) => {
  install(version);
  expect(() => loadSdk(folder)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(new RegExp(`^@pulumi/pulumi ${version}, .* needs 3\\.256\\.0 or later`)),
      advice: expect.stringContaining("npm install @pulumi/pulumi@^3.256.0"),
    }),
  );
});

it.each(["3.256.0", "3.1000.0", "4.0.0"])("a newer one is taken: %s", (version) => {
  install(version);
  expect(() => loadSdk(folder)).not.toThrow();
});

it("the oldest one that the package asks for is one that the engine takes", () => {
  const { peerDependencies } = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"));
  install(peerDependencies["@pulumi/pulumi"].replace("^", ""));
  expect(() => loadSdk(folder)).not.toThrow();
});
