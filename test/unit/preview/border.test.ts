import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planFrom, readPlan, render } from "../../../src/preview/index.ts";
import type { EngineEvent } from "../../../src/preview/index.ts";
import { visible, visibleLine } from "../../../src/spec/index.ts";
import { declarations, place, step, summary, sync } from "./fixtures.ts";

/** Writes over the screen, turns the direction of text, starts a line, gives a CI log a command. */
const attacks = [
  "\u001B[1A\u001B[2Kgone",
  "\u009B2K",
  "a\u202Egnp",
  "x\n::add-mask::us-east-1",
  "##[add-mask]x",
  "##vso[task.x]y",
  "\r",
  "\u2066",
  "\u{E0041}",
  "\u200B",
  "\u3164",
  "\u{E0100}",
  "\u2800",
];

const raw = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028-\u202E\u2800]/u;
const command = /^\s*::|##\[|##vso\[/m;

const poisoned = (attack: string): EngineEvent[] => [
  ...step(
    "update",
    "ResourceDataSync",
    `${place}/${attack}`,
    sync("1", "r"),
    sync("1", "r", { s3Destination: { bucketName: attack, prefix: attack } }),
  ),
  { diagnosticEvent: { severity: "error", message: `no such bucket: ${attack}` } },
  { diagnosticEvent: { severity: "warning", message: `careful\n${attack}` } },
  summary(),
];
const planOf = (attack: string) =>
  planFrom({
    stack: `dev${attack}`,
    events: poisoned(attack),
    declarations,
    preflight: {
      asked: true,
      calls: 1,
      tables: [],
      findings: [{ code: "bucket-missing", severity: "error", message: `no ${attack}`, cure: attack, name: attack }],
    },
  });

describe.each(["text", "markdown", "html", "json"] as const)("a plan as %s", (format) => {
  it.each(attacks)("shows %j and does not do it", (attack) => {
    const text = render(planOf(attack), format);
    expect(text.replaceAll("\n", "")).not.toMatch(raw);
    // What HTML and Markdown show is no log.
    if (format === "text" || format === "json") expect(text).not.toMatch(command);
  });
});

it("JSON keeps what it shows: it reads back as the same plan", () => {
  for (const attack of attacks) {
    const plan = planOf(attack);
    expect(readPlan(render(plan, "json"), "plan.json").digest).toBe(plan.digest);
    expect(JSON.parse(render(plan, "json"))).toEqual(JSON.parse(JSON.stringify(plan)));
  }
});

it("a value cannot pose as words of the report", () => {
  const posing = ["(known after apply)", "true", "[secret]x", "a # forces the replacement", "(not set)", "a → b"];
  for (const value of posing) {
    const plan = planFrom({
      stack: "dev",
      declarations,
      events: [
        ...step("update", "ResourceDataSync", place, sync("1", "r", { x: "was" }), sync("1", "r", { x: value })),
        summary(),
      ],
    });
    for (const format of ["text", "markdown"] as const) expect(render(plan, format)).toContain(JSON.stringify(value));
  }
});

it("what is visible stays as it is, and is never hidden twice", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visible(visible(text))).toBe(visible(text));
      expect(visibleLine(text)).not.toContain("\n");
      expect(visible(text).replaceAll("\n", "")).not.toMatch(raw);
    }),
  );
  for (const text of ["arn:aws:iam::111122223333:role/Sluice", "s3://acme/ä/日本", "a: b"])
    expect(visible(text)).toBe(text);
});
