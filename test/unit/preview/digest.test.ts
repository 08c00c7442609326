import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, planFrom, readPlan, render } from "../../../src/preview/index.ts";
import type { Change, Plan } from "../../../src/preview/index.ts";
import { anyPlan } from "./arbitrary-plan.ts";
import { dataExport, declarations, domainSwitch, fleet, place, step, summary, table } from "./fixtures.ts";

const first = (plan: Plan, more: Partial<Change>): Plan => ({
  ...plan,
  changes: [{ ...plan.changes[0]!, ...more }, ...plan.changes.slice(1)],
});

/** Another JSON value than the given one. */
const other = (value: unknown): unknown => [value, "other"];

/** What a reviewer relied on, each with another value: every one of them is bound. */
function bound(plan: Plan): Record<string, Plan> {
  const change = plan.changes[0]!;
  const { properties, unchanged = {}, facts } = change;
  const [property] = properties;
  const [path] = Object.keys(unchanged);
  const touched = (more: object) => first(plan, { properties: [{ ...property!, ...more }, ...properties.slice(1)] });
  return {
    project: { ...plan, project: `${plan.project}x` },
    stack: { ...plan, stack: `${plan.stack}x` },
    version: { ...plan, version: 3 as 2 },
    name: first(plan, { name: `${change.name}x` }),
    type: first(plan, { type: `${change.type}x` }),
    operation: first(plan, { operation: change.operation === "delete" ? "create" : "delete" }),
    drift: first(plan, { drift: !change.drift }),
    "a change more": { ...plan, changes: [...plan.changes, { ...change, name: `${change.name} more` }] },
    "a change less": { ...plan, changes: plan.changes.slice(1) },
    "an input more": first(plan, {
      properties: [...properties, { path: "one that no other is", after: null, replaces: false }],
    }),
    "an equal input more": first(plan, { unchanged: { ...unchanged, "one that no other is": null } }),
    "a fact": first(plan, { facts: { ...facts, domain: `${String(facts["domain"])}x` } }),
    "what becomes of rows": first(plan, { facts: { ...facts, rows: facts.rows === "kept" ? "dropped" : "kept" } }),
    limit: { ...plan, guards: [{ ...plan.guards[0]!, rule: { limit: 99 } }, ...plan.guards.slice(1)] },
    "no limit": { ...plan, guards: plan.guards.slice(1) },
    ...(property && {
      before: touched({ before: other(property.before) }),
      after: touched({ after: other(property.after) }),
      "what forces the replacement": touched({ replaces: !property.replaces }),
    }),
    ...(path !== undefined && {
      "an equal input": first(plan, { unchanged: { ...unchanged, [path]: other(unchanged[path]) } }),
    }),
  };
}

/** What is told beside that: none of it is bound. */
const unbound = (plan: Plan): Record<string, Plan> => ({
  place: first(plan, { source: { file: "elsewhere.yaml", line: 1 } }),
  "former place": first(plan, { formerSource: { file: "elsewhere.yaml", line: 1, commit: "abc" } }),
  "no place": first(plan, { source: undefined }),
  wording: first(plan, { consequence: "In other words." }),
  "what AWS was found to have": first(plan, { found: { becomes: "absent" }, severity: "starts" }),
  result: { ...plan, result: "failed" },
  messages: { ...plan, diagnostics: [{ severity: "error", message: "no" }] },
  preflight: { ...plan, preflight: { asked: false, calls: 0, findings: [], tables: [] } },
  estimate: { ...plan, estimate: { seconds: 999, calls: 0, bytes: 1 } },
  "a guard's words": { ...plan, guards: plan.guards.map((guard) => ({ ...guard, message: "other" })) },
  verdict: { ...plan, guards: plan.guards.map((guard) => ({ ...guard, status: "blocked" as const })) },
  "order of steps": { ...plan, steps: plan.steps.toReversed() },
  order: reversed({ ...plan, changes: plan.changes.toReversed(), guards: plan.guards.toReversed() }) as Plan,
});

/** The same with the keys of every object the other way round, and properties in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const turned = key === "properties" && Array.isArray(inner) ? inner.toReversed() : inner;
    return [key, reversed(turned)] as const;
  });
  return Object.fromEntries(entries.toReversed());
}

it("changes with everything that a reviewer relied on", () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const digest = digestOf(plan);
      for (const [what, variant] of Object.entries(bound(plan))) expect(digestOf(variant), what).not.toBe(digest);
    }),
  );
});

it("changes with nothing else", () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const digest = digestOf(plan);
      for (const [what, variant] of Object.entries(unbound(plan))) expect(digestOf(variant), what).toBe(digest);
    }),
  );
});

describe("a plan that was read", () => {
  const sealed = (plan: Plan): Plan => ({ ...plan, digest: digestOf(plan) });

  it("is the one that was written", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const read = readPlan(render(sealed(plan), "json"), "plan.json");
        expect(digestOf(read)).toBe(digestOf(plan));
        const words = read.changes.map((change) => change.consequence);
        const renewed = ({ consequence, severity }: Change) => ({ consequence, severity });
        expect({
          ...read,
          changes: read.changes.map((change, index) => ({ ...change, ...renewed(plan.changes[index]!) })),
        }).toEqual(sealed(plan));
        expect(words.every((word) => word.endsWith("."))).toBe(true);
      }),
    );
  });

  it("is refused when anything that its digest binds was altered", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const { digest } = sealed(plan);
        for (const [what, variant] of Object.entries(bound(plan))) {
          expect(() => readPlan(JSON.stringify({ ...variant, digest }), "plan.json"), what).toThrow(/plan/);
        }
      }),
      { numRuns: 30 },
    );
  });

  const switched = planFrom({ stack: "dev", events: domainSwitch, declarations });
  const forged = (change: (plan: Plan) => void): string => {
    const plan = structuredClone(switched);
    change(plan);
    return JSON.stringify(plan);
  };

  it.each<[string, (plan: Plan) => void]>([
    ["has no changes under a digest of some", (plan) => (plan.changes = [])],
    ["counts fewer than it has", (plan) => (plan.counts.replace = 0)],
    ["has steps on what does not change", (plan) => (plan.steps[0]!.name = "elsewhere")],
    ["is ok while a guard blocks it", (plan) => (plan.guards[0]!.status = "blocked")],
    ["has a change without facts", (plan) => Reflect.deleteProperty(plan.changes[0]!, "facts")],
    ["has an operation that is none", (plan) => Object.assign(plan.changes[0]!, { operation: 7 })],
    ["has null for a change", (plan) => Object.assign(plan.changes, { 0: null })],
  ])("is refused when it %s", (_, change) => {
    expect(() => readPlan(forged(change), "plan.json")).toThrow(/^plan\.json (was altered|is not a plan)/);
  });

  it("has its sentences and severities made anew: forged ones are not shown", () => {
    const text = forged(({ changes: [change] }) =>
      Object.assign(change!, { consequence: "Nothing.", severity: "starts" }),
    );
    expect(readPlan(text, "plan.json").changes).toEqual(switched.changes);
  });

  it("is refused when a key was added that objects inherit", () => {
    const text = forged(({ changes: [change] }) => {
      change!.unchanged = { ...change!.unchanged, ...(JSON.parse('{"__proto__":{}}') as object) };
    });
    expect(() => readPlan(text, "plan.json")).toThrow(/was altered/);
  });

  it("of the first version is refused by name", () => {
    expect(() => readPlan(JSON.stringify({ ...switched, version: 1 }), "plan.json")).toThrow(/version 1/);
  });

  it("never fails but with a message that names the file", () => {
    const leaf = fc.constantFrom<unknown>(null, 0, "", [], {}, true, "x");
    const paths = pathsOf(switched);
    fc.assert(
      fc.property(fc.constantFrom(...paths), leaf, (path, value) => {
        const text = JSON.stringify(withAt(switched, path, value));
        let read: Plan;
        try {
          read = readPlan(text, "plan.json");
        } catch (error) {
          expect((error as Error).message).toMatch(/^plan\.json /);
          return;
        }
        for (const format of ["text", "markdown", "html", "json"] as const) render(read, format);
      }),
      { numRuns: 500 },
    );
  });
});

/** The ways to every value in it. */
function pathsOf(value: unknown, base: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [base];
  return [base, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...base, key]))];
}

function withAt(value: unknown, [key, ...rest]: string[], inner: unknown): unknown {
  if (key === undefined) return inner;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withAt(copy[key], rest, inner);
  return copy;
}

it("is the same on any day, wherever the spec lies, and not the same for another stack or project", () => {
  const elsewhere = declarations.map((one) => ({ ...one, source: { file: "specs/other.yaml", line: 400 } }));
  const later = domainSwitch.map((event, sequence) => ({ ...event, sequence, timestamp: 1_800_000_000 }));
  const here = planFrom({ stack: "dev", events: domainSwitch, declarations });
  expect(planFrom({ stack: "dev", events: later, declarations: elsewhere }).digest).toBe(here.digest);
  expect(planFrom({ stack: "prod", events: domainSwitch, declarations }).digest).not.toBe(here.digest);
  expect(planFrom({ project: "x", stack: "dev", events: domainSwitch, declarations }).digest).not.toBe(here.digest);
});

it("is another once the backup goes elsewhere, or nowhere, though that is equal on both sides", () => {
  const switching = (backup: string) =>
    planFrom({
      stack: "dev",
      declarations,
      events: [
        ...step("replace", "AssetTable", place, table("dzd_alpha", { backup }), table("dzd_beta", { backup }), {
          keys: ["domain"],
        }),
        ...step("replace", "DataExportConfiguration", place, dataExport("dzd_alpha"), dataExport("dzd_beta")),
        summary(),
      ],
    }).digest;
  expect(new Set(["s3://acme-backups/catalog", "s3://elsewhere/catalog", "none"].map(switching)).size).toBe(3);
});

it("is the same whichever target answers first, and so is the whole plan", () => {
  const { events, declarations } = fleet(3, ["us-east-1", "eu-west-1"]);
  const plan = (list: typeof events) => planFrom({ stack: "dev", events: list, declarations });
  expect(render(plan(events.toReversed()), "json")).toBe(render(plan(events), "json"));
});
