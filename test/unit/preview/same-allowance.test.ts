import { expect, it } from "vitest";
import { isSameAllowance } from "../../../src/resources/kinds.ts";

const same = (one: string, other: string, of = "dzd_alpha") =>
  isSameAllowance({ of: "dzd_alpha", reason: one }, { of, reason: other });

it.each([
  "Alpha was a TRIAL",
  " alpha  was\na trial ",
  "alpha wasatrial",
  ...[
    "\u00AD",
    "\u034F",
    "\u115F",
    "\u17B4",
    "\u180E",
    "\u200B",
    "\u2060",
    "\u2800",
    "\u3164",
    "\uFE0F",
    "\u{E0020}",
    "\u{E0100}",
  ].map((unseen) => `al${unseen}pha was a trial${unseen}`),
  "\u00A0alpha\u2003was\u3000a trial",
  "ａｌｐｈａ was a trial",
])("%j is no other word than the one that was used", (reason) => {
  expect(same("alpha was a trial", reason)).toBe(true);
});

it("the forms of one letter are one letter, and other words are others", () => {
  expect(same("un essai terminé", "un essai termine\u034F\u0301")).toBe(true);
  expect(same("alpha was a trial", "alpha was another trial")).toBe(false);
  expect(same("alpha was a trial", "alpha was a trial", "dzd_beta")).toBe(false);
});
