import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { codePages } from "../../../src/spec/index.ts";

it("every code that a problem can have has a page", () => {
  const sources = globSync("src/{spec,targets}/**/*.ts", { cwd: new URL("../../../", import.meta.url) });
  const codes = sources.flatMap((file) =>
    [...readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8").matchAll(/code: "([a-z-]+)"/g)].map(
      ([, code]) => code!,
    ),
  );
  expect(new Set(codes).size).toBeGreaterThan(50);
  expect([...new Set(codes)].filter((code) => !Object.hasOwn(codePages, code))).toEqual([]);
});

it("a page says more than the code", () => {
  for (const [code, { about }] of Object.entries(codePages)) expect(about.length, code).toBeGreaterThan(40);
});
