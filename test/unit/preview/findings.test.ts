import { expect, it } from "vitest";
import { planFrom, render } from "../../../src/preview/index.ts";
import type { Finding } from "../../../src/preview/index.ts";
import { declarations, domainSwitch } from "./fixtures.ts";

const denied = (account: string): Finding => ({
  code: "backup-denied",
  severity: "error",
  message: `The bucket of ${account} may not be written to.`,
  account,
  region: "us-east-1",
});

it("equal findings of several targets are told once, the others by their names", () => {
  const findings = ["111122223333", "222233334444", "333344445555"].map(denied);
  const plan = planFrom({
    stack: "dev",
    events: domainSwitch,
    declarations,
    preflight: { asked: true, calls: 3, findings, tables: [] },
  });
  const text = render(plan, "text");
  expect(text.match(/may not be written to/g)).toHaveLength(1);
  expect(text).toContain("The same for 222233334444/us-east-1, 333344445555/us-east-1.");
});

it.each([
  ["prod", "--stack prod "],
  ["acme's", String.raw`--stack 'acme'\''s' `],
])("the command that applies a plan of the stack %s can be pasted", (stack, words) => {
  expect(render(planFrom({ stack, events: domainSwitch, declarations }), "markdown")).toContain(`sluice up ${words}`);
});
