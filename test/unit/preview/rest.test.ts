import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRestOf, planDifferences, planFrom, unapprovedChanges } from "../../../src/preview/index.ts";
import type { EngineEvent, Plan } from "../../../src/preview/index.ts";
import { dataExport, domainSwitch, place, step, summary, surroundings, sync, table, unknown } from "./fixtures.ts";

type Inputs = Record<string, unknown>;

/** A resource as it is recorded, and as it is wanted. */
interface Wanted {
  type: string;
  name: string;
  before?: Inputs;
  after?: Inputs;
  /** Whether AWS cannot change it in place. */
  replaces: boolean;
  /** Whether it was made and could not be finished, so that the engine goes on with an update, though no input differs. */
  isUnfinished?: boolean;
}

/** How far a run came with one of them. */
type Reached = "nothing" | "half" | "all";

const planOf = (events: EngineEvent[], stack = "dev"): Plan =>
  planFrom({ stack, events: [...surroundings, ...events, summary()], declarations: [] });

/** The plan of what separates each resource from what is wanted. */
const plannedFor = (resources: readonly Wanted[]): Plan => planOf(resources.flatMap(stepsFor));

function stepsFor({ type, name, before, after, replaces, isUnfinished }: Wanted): EngineEvent[] {
  if (!before && !after) return [];
  if (isUnfinished) return step("update", type, name, before, after);
  const op = !before
    ? "create"
    : !after
      ? "delete"
      : JSON.stringify(before) === JSON.stringify(after)
        ? "same"
        : replaces
          ? "replace"
          : "update";
  return step(op, type, name, before, after);
}

/** Where a run that came so far leaves a resource; `part` says which of its settings an update has reached. */
function left(wanted: Wanted, reached: Reached, part: boolean[]): Wanted {
  const { before, after } = wanted;
  if (reached === "nothing") return wanted;
  if (reached === "all") return { ...wanted, before: after, isUnfinished: false };
  if (!before && after && part[0]) return { ...wanted, before: after, isUnfinished: true };
  if (!before || !after || JSON.stringify(before) === JSON.stringify(after)) return wanted;
  // A replacement has deleted the old one.
  if (wanted.replaces) return { ...wanted, before: undefined };
  const paths = Object.keys({ ...before, ...after });
  const mixed = paths.map((path, index) => [path, (part[index % part.length] ? after : before)[path]] as const);
  return { ...wanted, before: Object.fromEntries(mixed.filter(([, value]) => value !== undefined)) };
}

const setting = fc.record({
  prefix: fc.constantFrom("a", "b", "c"),
  kept: fc.constantFrom("x", "y"),
  days: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
});
const inputsOf = (values: object) => JSON.parse(JSON.stringify({ ...sync("1", "r"), ...values })) as Inputs;
const wanted = fc
  .record({
    name: fc.nat(9),
    before: fc.option(setting, { nil: undefined }),
    after: fc.option(setting, { nil: undefined }),
    replaces: fc.boolean(),
  })
  .map(({ name, before, after, replaces }): Wanted => ({
    type: "ResourceDataSync",
    name: `1/r/${name}`,
    before: before && inputsOf(before),
    after: after && inputsOf(after),
    replaces,
  }));
const stack = fc.uniqueArray(wanted, { selector: ({ name }) => name, minLength: 1, maxLength: 6 });
const reached = fc.array(fc.constantFrom<Reached>("nothing", "half", "all"), { minLength: 6, maxLength: 6 });
const parts = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });

describe("what an interrupted run has left of a plan", () => {
  it("is its rest, wherever each resource was interrupted, and again after another interruption", () => {
    fc.assert(
      fc.property(stack, reached, reached, parts, (resources, first, second, part) => {
        const approved = plannedFor(resources);
        const once = resources.map((one, index) => left(one, first[index]!, part));
        const twice = once.map((one, index) => left(one, second[index]!, part.toReversed()));
        for (const state of [resources, once, twice]) {
          expect(unapprovedChanges(approved, plannedFor(state))).toEqual([]);
          expect(isRestOf(approved, plannedFor(state))).toBe(true);
        }
      }),
    );
  });

  it("is a subset: what is done is no longer in it, and nothing is new", () => {
    fc.assert(
      fc.property(stack, reached, parts, (resources, first, part) => {
        const approved = new Set(plannedFor(resources).changes.map(({ name }) => name));
        const rest = plannedFor(resources.map((one, index) => left(one, first[index]!, part)));
        for (const { name } of rest.changes) expect(approved).toContain(name);
        resources.forEach(({ name }, index) => {
          if (first[index] === "all") expect(rest.changes.map((change) => change.name)).not.toContain(name);
        });
      }),
    );
  });
});

describe("what is not the rest", () => {
  it("is a change that was not approved, and a wanted value or a recorded one that is another", () => {
    fc.assert(
      fc.property(stack, fc.nat(5), fc.constantFrom("new", "after", "before"), (resources, at, how) => {
        const approved = plannedFor(resources);
        const index = at % resources.length;
        const victim = resources[index]!;
        const other = (inputs: Inputs | undefined) => inputs && { ...inputs, prefix: "elsewhere" };
        const changed = {
          new: [...resources, { ...victim, name: "1/r/new", before: undefined, after: inputsOf({}) }],
          after: resources.with(index, { ...victim, after: other(victim.after) }),
          before: resources.with(index, { ...victim, before: other(victim.before) }),
        }[how];
        const fresh = plannedFor(changed);
        if (JSON.stringify(fresh.changes) === JSON.stringify(approved.changes)) return;
        expect(isRestOf(approved, fresh)).toBe(false);
      }),
    );
  });

  it("is the same for another stack or project", () => {
    const approved = planOf(domainSwitch);
    expect(isRestOf(approved, planOf(domainSwitch, "prod"))).toBe(false);
    expect(isRestOf(approved, { ...planOf(domainSwitch), project: "other" })).toBe(false);
  });

  it("is a deletion of what was to be updated, or a replacement", () => {
    const [before, after] = [sync("1", "r"), sync("1", "r", { x: 1 })];
    const approved = planOf(step("update", "ResourceDataSync", "1/r/a", before, after));
    expect(isRestOf(approved, planOf(step("delete", "ResourceDataSync", "1/r/a", before)))).toBe(false);
    expect(isRestOf(approved, planOf(step("replace", "ResourceDataSync", "1/r/a", before, after)))).toBe(false);
  });

  it("is a switch that has lost its backup, or backs up to another place", () => {
    const switching = (backup: string, more: object = {}) =>
      planOf(
        step("replace", "AssetTable", place, table("dzd_a", { backup }), table("dzd_b", { backup, ...more }), {
          keys: ["domain"],
        }),
      );
    const approved = switching("s3://acme-backups/catalog");
    expect(isRestOf(approved, switching("none"))).toBe(false);
    expect(isRestOf(approved, switching("s3://elsewhere"))).toBe(false);
    const allowed = { allowLoss: [{ of: "dzd_a", reason: "no" }] };
    expect(isRestOf(approved, switching("s3://acme-backups/catalog", allowed))).toBe(false);
  });

  it.each([
    [
      "an export that was made anew",
      "replace",
      "DataExportConfiguration",
      (domain: string) => dataExport(domain),
      { createdAt: "2026-02-01T00:00:00.000Z" },
    ],
    [
      "a sync that was made anew",
      "delete",
      "ResourceDataSync",
      () => sync("1", "r"),
      { createdAt: "2026-02-01T00:00:00.000Z" },
    ],
    [
      "another table, with no copy",
      "replace",
      "AssetTable",
      (domain: string) => table(domain, { backup: "none" }),
      { tableArn: "arn:aws:s3tables:us-east-1:1:bucket/b/table/2" },
    ],
  ])("is the end of %s", (_, op, type, of, later) => {
    const planned = (outputs: object) => {
      const events = step(op, type, place, of("dzd_a"), op === "delete" ? undefined : of("dzd_b"), {
        keys: ["domain"],
      });
      for (const event of events) {
        const { old } = (event.resourcePreEvent ?? event.resOutputsEvent)!.metadata;
        old!.outputs = { ...old!.inputs, ...outputs };
      }
      return planOf(events);
    };
    const earlier = {
      createdAt: "2026-01-01T00:00:00.000Z",
      tableArn: "arn:aws:s3tables:us-east-1:1:bucket/b/table/1",
    };
    const [approved, fresh] = [planned(earlier), planned({ ...earlier, ...later })];
    expect(fresh.digest).not.toBe(approved.digest);
    expect(isRestOf(approved, fresh)).toBe(false);
    expect(isRestOf(approved, planned(earlier))).toBe(true);
    expect(planDifferences(approved, fresh)).toHaveLength(2);
  });

  it("is what protection was taken off of meanwhile", () => {
    const deletion = (protect: boolean) =>
      planOf(step("delete", "ResourceDataSync", "1/r/a", sync("1", "r"), undefined, { protect }));
    expect(isRestOf(deletion(true), deletion(false))).toBe(false);
  });
});

describe("a domain switch that was interrupted", () => {
  const approved = planOf(domainSwitch);
  const claim = table("dzd_beta");
  const configuration = (assetTable: string) => dataExport("dzd_beta", { assetTable });

  it("goes on once the old export is gone, once the claim stands, and when the new export is half set up", () => {
    const created = step("create", "DataExportConfiguration", place, undefined, configuration(unknown));
    const claimed = step("create", "AssetTable", place, undefined, claim);
    const standing = step("same", "AssetTable", place, claim, claim);
    const known = `${place}/dzd_beta`;
    const setUp = step("update", "DataExportConfiguration", place, configuration(known), configuration(known));
    for (const events of [
      [...claimed, ...created],
      [...standing, ...step("create", "DataExportConfiguration", place, undefined, configuration(known))],
      [...standing, ...setUp],
      standing,
    ]) {
      expect(isRestOf(approved, planOf(events))).toBe(true);
    }
  });

  it("is not the way back", () => {
    const back = step("create", "DataExportConfiguration", place, undefined, dataExport("dzd_alpha"));
    expect(isRestOf(approved, planOf(back))).toBe(false);
  });
});
