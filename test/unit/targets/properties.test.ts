import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand, explainTarget } from "../../../src/targets/index.ts";
import { specDocument, yamlOf } from "../../support/spec/arbitrary.ts";

const runs = Number(process.env["PROPERTY_RUNS"] ?? 150);
const specOf = (document: object) => parseSpec(yamlOf(document), "sluice.yaml").spec!;

it("names are unique for each type, and declarations are sorted by name and type", async () => {
  await fc.assert(
    fc.asyncProperty(specDocument, async (document) => {
      const { declarations } = await expand(specOf(document));
      const keys = declarations.map(({ name, type }) => `${name}\n${type}`);
      expect(keys).toEqual([...new Set(keys)].toSorted());
    }),
    { numRuns: runs },
  );
});

it("no declaration is in an account or Region that its entry excludes, and each entry is in every other place it selects", async () => {
  await fc.assert(
    fc.asyncProperty(specDocument, async (document) => {
      const spec = specOf(document);
      const { declarations, problems } = await expand(spec);
      fc.pre(!problems.some(({ code }) => code.startsWith("duplicate-")));
      for (const { selection, source } of [...spec.syncs, ...spec.exports]) {
        const idOf = (reference: string) => spec.accounts.find(({ name }) => name === reference)?.id ?? reference;
        const { accounts, regions, exclude } = selection!;
        const selected = accounts === "all" ? spec.accounts.map(({ id }) => id) : accounts!.map(idOf);
        const wanted = new Set(
          selected
            .filter((id) => !exclude.accounts.map(idOf).includes(id))
            .flatMap((id) =>
              regions.filter((region) => !exclude.regions.includes(region)).map((region) => `${id}/${region}`),
            ),
        );
        const found = declarations.filter((declaration) => declaration.source.line === source.line);
        expect(new Set(found.map(({ account, region }) => `${account}/${region}`))).toEqual(wanted);
      }
    }),
    { numRuns: runs },
  );
});

it("inputs are plain JSON without variables, and expanding again gives the same", async () => {
  await fc.assert(
    fc.asyncProperty(specDocument, async (document) => {
      const { declarations } = await expand(specOf(document));
      const json = JSON.stringify(declarations);
      expect(JSON.parse(json)).toEqual(declarations);
      expect(json.replaceAll("${account.name}", "")).not.toContain("${");
      expect(JSON.stringify((await expand(specOf(document))).declarations)).toBe(json);
    }),
    { numRuns: runs },
  );
});

it("explain says in exactly where expand declares something", async () => {
  await fc.assert(
    fc.asyncProperty(specDocument, async (document) => {
      const spec = specOf(document);
      const { declarations, problems } = await expand(spec);
      fc.pre(!problems.some(({ code }) => code.startsWith("duplicate-")));
      for (const account of ["111122223333", "000000000012"]) {
        const { entries } = (await explainTarget(spec, `${account}/us-east-1`))!;
        for (const { source, verdict } of entries) {
          const declared = declarations.some(
            (declaration) =>
              declaration.source.line === source.line &&
              declaration.account === account &&
              declaration.region === "us-east-1",
          );
          expect(verdict).toBe(declared ? "in" : "out");
        }
      }
    }),
    { numRuns: runs },
  );
});

/** The same with every list the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.toReversed().map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reversed(inner)]));
}

it("order, of lists too, files, names of accounts and selections, and anchors change nothing of what a spec stands for", async () => {
  const meaning = async (text: string, parts: Record<string, string> = {}) => {
    const parsed = parseSpec(text, "sluice.yaml", { read: (name) => parts[name] });
    const { declarations, problems } = await expand(parsed.draft!);
    if (problems.some(({ code }) => code.startsWith("duplicate-"))) return undefined;
    return declarations.map(({ type, name, inputs }) => ({ type, name, inputs }));
  };
  await fc.assert(
    fc.asyncProperty(specDocument, async (document) => {
      const text = yamlOf(document);
      const expected = await meaning(text);
      fc.pre(expected !== undefined && !text.includes("${account.name}"));
      const sections = Object.entries(document).toReversed();
      expect(await meaning(yamlOf(Object.fromEntries(sections)))).toEqual(expected);
      expect(await meaning(yamlOf(reversed(document) as object))).toEqual(expected);
      const { accounts, targets, syncs, ...rest } = document;
      const split = { ...rest, include: ["a.yaml", "teams/b.yaml"] };
      const parts = { "a.yaml": yamlOf({ accounts, targets }), "teams/b.yaml": syncs ? yamlOf({ syncs }) : "" };
      expect(await meaning(yamlOf(split), parts)).toEqual(expected);
      const renamed = text
        .replaceAll(/\b(audit|catalog|sandbox|log archive)\b(?=["':])/g, "renamed $1")
        .replaceAll(/\b(fleet|few)\b(?=["':]|$)/gm, "renamed $1");
      expect(await meaning(renamed.replaceAll(/^ {2}renamed catalog:$/gm, "  catalog:"))).toEqual(expected);
      const anchored = text
        .replace(/^version: 1$/m, 'version: 1\nx-role: &role "arn:aws:iam::${account.id}:role/Sluice"')
        .replace(/^role: .*$/m, "role: *role");
      expect(await meaning(anchored)).toEqual(expected);
    }),
    { numRuns: Math.ceil(runs / 2) },
  );
});
