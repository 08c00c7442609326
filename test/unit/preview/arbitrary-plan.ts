import * as fc from "fast-check";
import type { Change, Plan } from "../../../src/preview/index.ts";

const words = fc.string({ minLength: 1, maxLength: 12 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const source = fc.record({ file: fc.constant("sluice.yaml"), line: fc.nat(400) });

/** A leaf that differs: it was set, is set, or both, to different values. */
const property = fc
  .record({
    path: words,
    sides: fc.constantFrom("before", "after", "both"),
    before: fc.jsonValue({ maxDepth: 1 }),
    after: fc.jsonValue({ maxDepth: 1 }),
    replaces: fc.boolean(),
  })
  .map(({ path, sides, before, after, replaces }) => ({
    path,
    ...(sides !== "after" && { before }),
    ...(sides !== "before" && { after }),
    replaces,
  }));

const change = fc
  .record({
    operation: fc.constantFrom("create", "update", "replace", "delete"),
    type: fc.constantFrom("AssetTable", "DataExportConfiguration", "ResourceDataSync"),
    name: words,
    severity: fc.constantFrom("destroys", "stops", "changes", "starts"),
    drift: fc.boolean(),
    source: optional(source),
    properties: fc.uniqueArray(property, { selector: ({ path }) => path, maxLength: 4 }),
    unchanged: fc.dictionary(words, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }),
    facts: fc.record({
      rows: fc.constantFrom("backedUp", "dropped", "kept", "expire", "none"),
      domain: words,
      backup: words,
    }),
    consequence: words,
  })
  .map((each): Change => JSON.parse(JSON.stringify(each)) as Change);

/** Any plan with at least one change, as JSON has it; its digest is not the right one. */
export const anyPlan = fc
  .record({
    project: words,
    stack: words,
    changes: fc.uniqueArray(change, { selector: ({ type, name }) => `${type} ${name}`, minLength: 1, maxLength: 5 }),
    limit: fc.nat(50),
    calls: fc.nat(),
    said: words,
  })
  .map(({ project, stack, changes, limit, calls, said }): Plan => {
    const of = (operation: string) => changes.filter((one) => one.operation === operation).length;
    return {
      version: 2,
      project,
      stack,
      digest: "",
      result: "ok",
      counts: { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete"), same: 3 },
      changes,
      steps: changes.map(({ operation, type, name }) => ({ operation, type, name })),
      preflight: { asked: true, calls, findings: [], tables: [] },
      estimate: { seconds: 1, calls, bytes: 0 },
      guards: [
        { name: "delete-budget", status: "pass", message: said, rule: { limit } },
        { name: "protect", status: "pass", message: said },
      ],
      diagnostics: [{ severity: "info", message: said }],
    };
  });
