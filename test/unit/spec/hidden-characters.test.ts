import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseSpec, renderProblem } from "../../../src/spec/index.ts";

const yaml = (prefix: string, more: object = {}) =>
  JSON.stringify({
    version: 1,
    accounts: { audit: "111122223333" },
    syncs: {
      inventory: {
        targets: { accounts: ["audit"], regions: ["us-east-1"] },
        destination: { bucket: "acme-inventory", region: "us-east-1", prefix },
      },
    },
    ...more,
  });
const codes = (text: string) => parseSpec(text, "sluice.yaml").problems.map(({ code }) => code);

const controls = ["\u001B[2K", "\u009B2K", "a\u202Eb", "a\nb", "a\tb", "\u200B", "\u{E0041}", "\u0000"];
const unseen = "\u00AD \u034F \u115F \u17B4 \u180B \u2800 \u3164 \uFE0F \uFFA0 \u{1D173} \u{E0100}".split(" ");

it.each([...controls, ...unseen])("the text %j is refused wherever it stands, with its place", (text) => {
  expect(codes(yaml(text))).toEqual(["hidden-character"]);
  expect(codes(yaml("ssm", { accounts: { audit: { id: "111122223333", externalId: `id${text}` } } }))).toContain(
    "hidden-character",
  );
  const [problem] = parseSpec(yaml(text), "sluice.yaml").problems;
  expect(problem).toMatchObject({ severity: "error", file: "sluice.yaml", line: 1 });
  const shown = renderProblem(problem!, yaml(text), { color: false });
  expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u);
});

it("a key with one is refused as well", () => {
  expect(codes(yaml("ssm", { accounts: { audit: "111122223333", "a\u202Eb": "222233334444" } }))).toContain(
    "hidden-character",
  );
});

it("a reason may have several lines, and any letters", () => {
  const reason = "Es war ein Versuch.\n日本\n";
  const allow = { deletes: 1, reason, until: "2999-12-31" };
  expect(codes(yaml("ssm", { allow }))).toEqual([]);
  expect(codes(yaml("ssm", { allow: { ...allow, reason: "x\u001B[2K" } }))).toEqual(["hidden-character"]);
});

it("no spec that is accepted has a character that does not show", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), (prefix) => {
      if (parseSpec(yaml(prefix), "sluice.yaml").spec)
        expect(prefix).not.toMatch(/[\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u);
    }),
  );
});
