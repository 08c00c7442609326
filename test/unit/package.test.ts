import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

it("the lock file names no registry, so that any mirror serves it", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
});

it("the package is sluice 0.1.0 under Apache-2.0", () => {
  expect(JSON.parse(read("package.json"))).toMatchObject({ name: "sluice", version: "0.1.0", license: "Apache-2.0" });
});
