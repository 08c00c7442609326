import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planFrom } from "../../../src/preview/index.ts";
import type { EngineEvent, Plan, PlanInput } from "../../../src/preview/index.ts";
import { dataExport, declarations, domainSwitch, fleet, place, step, summary, sync, table } from "./fixtures.ts";
import type { SyncEntry } from "../../../src/spec/index.ts";

const guard = ({ guards }: Plan, name: string) => guards.find((one) => one.name === name)!;
const inventory = { key: "inventory", name: "inventory", source: { file: "sluice.yaml", line: 12 } };
const specWith = (more: object) => ({ guards: {}, syncs: [], exports: [], ...more }) as PlanInput["spec"];

/** The stack's own step, with the limits that were applied last. */
const recorded = (guards: object): EngineEvent => ({
  resourcePreEvent: {
    metadata: {
      op: "same",
      urn: "urn:pulumi:dev::sluice::pulumi:pulumi:Stack::sluice-dev",
      type: "pulumi:pulumi:Stack",
      old: { outputs: { sluice: { guards } } },
      new: {},
    },
  },
});

/** A stack of so many resources, of which so many are deleted and so many replaced. */
function stackOf(size: number, deletes: number, replaces: number): EngineEvent[] {
  const inputs = sync("1", "r");
  return Array.from({ length: size }, (_, index) => {
    const name = `1/r/${index}`;
    if (index < deletes) return step("delete", "ResourceDataSync", name, inputs);
    if (index < deletes + replaces)
      return step("replace", "ResourceDataSync", name, inputs, { ...inputs, syncName: "x" });
    return step("same", "ResourceDataSync", name, inputs, inputs);
  }).flat();
}

const judged = (events: EngineEvent[], spec: object = {}, applied?: object) =>
  planFrom({
    stack: "dev",
    events: [...(applied ? [recorded(applied)] : []), ...events, summary()],
    declarations: [],
    spec: specWith(spec),
  });

describe("budgets", () => {
  it("pass up to the number, and block beyond it with the cure", () => {
    const plan = (replaces: number) =>
      planFrom({ stack: "dev", events: domainSwitch, declarations, spec: specWith({ guards: { replaces } }) });
    expect(plan(2).result).toBe("ok");
    expect(plan(1).result).toBe("blocked");
    expect(guard(plan(1), "replace-budget").message).toBe(
      "2 replacements, 1 allowed. If they are meant, allow them for this change: `allow: { replaces: 2, reason: …, until: … }`.",
    );
  });

  it("of zero deletes block the first one", () => {
    expect(judged(stackOf(3, 1, 0), { guards: { deletes: 0 } }).result).toBe("blocked");
  });

  it("that are shares count of what the stack has, rounded down", () => {
    expect(judged(stackOf(30, 3, 0), { guards: { deletes: "10%" } }).result).toBe("ok");
    expect(judged(stackOf(29, 3, 0), { guards: { deletes: "10%" } }).result).toBe("blocked");
  });

  it.each([
    [19, 19, 0, "ok"],
    [20, 6, 0, "ok"],
    [20, 7, 0, "blocked"],
    [100, 25, 0, "ok"],
    [100, 26, 0, "blocked"],
    [1000, 26, 0, "blocked"],
    [100, 15, 15, "blocked"],
    [100, 12, 13, "ok"],
    [1000, 0, 2, "ok"],
  ])("without a word, of %i resources %i deletes and %i replacements are %s", (size, deletes, replaces, result) => {
    expect(judged(stackOf(size, deletes, replaces)).result).toBe(result);
  });

  it("are judged by the stricter of those applied last and those proposed, whatever they are", () => {
    const limit = fc.option(
      fc.oneof(
        fc.nat(40),
        fc.nat(100).map((share) => `${share}%`),
      ),
      { nil: undefined },
    );
    const most = (written: number | string | undefined, size: number) =>
      written === undefined
        ? size < 20
          ? size
          : Math.min(25, Math.floor(size * 0.3))
        : typeof written === "number"
          ? written
          : Math.floor((Number(written.slice(0, -1)) * size) / 100);
    fc.assert(
      fc.property(limit, limit, fc.integer({ min: 1, max: 60 }), fc.nat(60), (applied, proposed, size, deletes) => {
        const count = Math.min(size, deletes);
        const plan = judged(stackOf(size, count, 0), { guards: { deletes: proposed } }, { deletes: applied });
        const allowed = Math.min(most(applied, size), most(proposed, size));
        expect(guard(plan, "delete-budget").status).toBe(count === 0 || count <= allowed ? "pass" : "blocked");
      }),
      { numRuns: 60 },
    );
  });

  it("that are loosened or taken away are a change, and count only once that is applied", () => {
    for (const proposed of [{ deletes: 9999 }, {}]) {
      const plan = judged(stackOf(9, 9, 0), { guards: proposed }, { deletes: 3 });
      expect(plan.result).toBe("blocked");
      expect(plan.changes.find(({ type }) => type === "Guards")).toMatchObject({
        operation: "update",
        name: "guards",
        properties: [{ path: "deletes", before: 3 }],
      });
    }
    const alone = judged(stackOf(3, 0, 0), { guards: { deletes: 9999 } }, { deletes: 3 });
    expect(alone).toMatchObject({ result: "ok", counts: { update: 1 } });
    expect(alone.digest).not.toBe(judged(stackOf(3, 0, 0), { guards: { deletes: 9998 } }, { deletes: 3 }).digest);
    expect(judged(stackOf(3, 0, 0), { guards: { deletes: 3 } }, { deletes: 3 }).changes).toEqual([]);
  });

  it("are bound by the digest, also where none is recorded yet", () => {
    expect(judged(stackOf(3, 1, 0), { guards: { deletes: 3 } }).digest).not.toBe(
      judged(stackOf(3, 1, 0), { guards: { deletes: 4 } }).digest,
    );
  });

  it("let pass what is allowed for one change, with the reason, and no more", () => {
    const allow = (deletes: number, until = "2999-12-31") => [{ deletes, reason: "The account is closed.", until }];
    const plan = (given: object[]) =>
      judged(stackOf(30, 9, 0), { guards: { deletes: 3 }, allow: given }, { deletes: 3 });
    expect(guard(plan(allow(9)), "delete-budget")).toMatchObject({
      status: "allowed",
      message: expect.stringContaining("The account is closed."),
    });
    expect(plan(allow(9)).result).toBe("ok");
    expect(plan(allow(8)).result).toBe("blocked");
    expect(plan(allow(9, "2020-01-01")).result).toBe("blocked");
    expect(plan([{ replaces: 9, reason: "no" }]).result).toBe("blocked");
  });

  it("let the one plan pass that is allowed by its digest, which the word for it does not change", () => {
    const blocked = judged(stackOf(30, 9, 0), { guards: { deletes: 3 } });
    const allow = (digest: string, until?: string) => [{ digest, reason: "The account is closed.", until }];
    const plan = judged(stackOf(30, 9, 0), { guards: { deletes: 3 }, allow: allow(blocked.digest) });
    expect([plan.digest, plan.result]).toEqual([blocked.digest, "ok"]);
    expect(guard(plan, "delete-budget")).toMatchObject({
      status: "allowed",
      message: "9 deletes, 3 allowed, and this plan is: The account is closed.",
    });
    const other = judged(stackOf(30, 8, 0), { guards: { deletes: 3 }, allow: allow(blocked.digest) });
    const late = judged(stackOf(30, 9, 0), { guards: { deletes: 3 }, allow: allow(blocked.digest, "2020-01-01") });
    expect([other.result, late.result]).toEqual(["blocked", "blocked"]);
  });

  it("are not for who destroys everything", () => {
    const plan = planFrom({ stack: "dev", events: [...stackOf(40, 40, 0), summary()], declarations: [] });
    expect(plan.result).toBe("ok");
  });
});

describe("losses of rows", () => {
  const of = (events: EngineEvent[], more: object = {}) =>
    planFrom({ stack: "dev", events: [...events, summary()], declarations, ...more });
  const allowLoss = [{ of: "dzd_a", reason: "It was a trial." }];
  const shorter = (more: object = {}) =>
    step(
      "update",
      "DataExportConfiguration",
      place,
      dataExport("dzd_a"),
      dataExport("dzd_a", { recordExpirationDays: 30, ...more }),
    );
  const dropped = (more: object = {}) =>
    step("replace", "AssetTable", place, table("dzd_a"), table("dzd_b", { backup: "none", ...more }), {
      keys: ["domain"],
    });
  const rekeyed = (more: object = {}) =>
    step(
      "replace",
      "AssetTable",
      place,
      table("dzd_a"),
      table("dzd_a", { encryption: { sseAlgorithm: "aws:kms", kmsKeyArn: "k" }, backup: "none", ...more }),
    );
  const claimed = (more: object = {}) =>
    step("create", "AssetTable", place, undefined, table("dzd_b", { backup: "none", leftover: "drop", ...more }));

  it.each([
    ["a shortened expiration", shorter],
    ["a replaced claim without a backup", dropped],
    ["another encryption without a backup", rekeyed],
    ["a claim that drops what it finds", claimed],
  ])("%s is blocked, until the spec allows that very loss", (_, events) => {
    expect(guard(of(events()), "data-loss").status).toBe("blocked");
    expect(of(events()).result).toBe("blocked");
    const allowed = of(events({ allowLoss }));
    expect(allowed.result).toBe("ok");
    expect(guard(allowed, "data-loss")).toMatchObject({
      status: "allowed",
      message: expect.stringContaining("It was a trial."),
    });
    expect(allowed.digest).not.toBe(of(events()).digest);
  });

  it.each([
    [
      "a shortened expiration",
      shorter,
      /^Rows .*: \S+\. Write the expiration that it had, or allow .*, of: "dzd_a", reason: "…" }`\.$/,
    ],
    ["a replaced claim", dropped, /\. Say where the backup of \S+ goes \(table.backup\), or allow .*, of: "dzd_a", /],
    ["a new claim on what was not looked at", claimed, /or write `leftover: ask`, which tells whose table it is\.$/],
  ])("the cure of %s names the very loss", (_, events, cure) => {
    expect(guard(of(events()), "data-loss").message).toMatch(cure);
  });

  it("allowing another loss allows nothing", () => {
    const other = [{ of: "dzd_other", reason: "no" }];
    for (const events of [shorter, dropped, rekeyed]) expect(of(events({ allowLoss: other })).result).toBe("blocked");
    const arn = (id: string) => `arn:aws:s3tables:us-east-1:111122223333:bucket/b/table/${id}`;
    const events = dropped({ allowLoss: [{ of: arn("1"), reason: "yes" }] });
    events[0]!.resourcePreEvent!.metadata.old!.outputs = { tableArn: arn("2") };
    expect(of(events).result).toBe("blocked");
  });

  it("none is seen where rows have a copy, are kept, or only expire later", () => {
    const longer = step(
      "update",
      "DataExportConfiguration",
      place,
      dataExport("dzd_a", { recordExpirationDays: 30 }),
      dataExport("dzd_a", { recordExpirationDays: 90 }),
    );
    for (const events of [domainSwitch, longer, step("create", "AssetTable", place, undefined, table("dzd_b"))]) {
      expect(guard(of(events), "data-loss").status).toBe("pass");
    }
  });

  it("one that only AWS could tell is blocked as well", () => {
    const finding = { code: "data-loss", severity: "error" as const, message: "The table has 60 rows.", name: place };
    const plan = of(domainSwitch, { preflight: { asked: true, calls: 1, findings: [finding], tables: [] } });
    expect(guard(plan, "data-loss").message).toContain(place);
    expect(guard(plan, "preflight").status).toBe("pass");
    expect(plan.result).toBe("blocked");
  });
});

describe("what AWS would refuse", () => {
  const look = (severity: "error" | "warning") =>
    planFrom({
      stack: "dev",
      events: domainSwitch,
      declarations,
      preflight: { asked: true, calls: 2, findings: [{ code: "domain-missing", severity, message: "no" }], tables: [] },
    });

  it("blocks the plan and is named; a warning does not", () => {
    expect(look("error").result).toBe("blocked");
    expect(guard(look("error"), "preflight").message).toContain("domain-missing");
    expect(look("warning").result).toBe("ok");
  });
});

describe("protection", () => {
  it("blocks the delete and the replacement of what state protects", () => {
    for (const op of ["delete", "replace"]) {
      const events = [
        ...step(
          op,
          "ResourceDataSync",
          `${place}/inventory`,
          sync("1", "r"),
          op === "delete" ? undefined : sync("2", "r"),
          { protect: true },
        ),
        summary(),
      ];
      const plan = planFrom({ stack: "dev", events, declarations });
      expect(plan.result).toBe("blocked");
      expect(guard(plan, "protect").message).toContain(`${place}/inventory`);
    }
  });

  it("blocks rather than fails when the engine refuses before it plans", () => {
    const urn = `urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:AssetTable::${place}`;
    const message = `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag`;
    const plan = planFrom({
      stack: "dev",
      events: [{ diagnosticEvent: { severity: "error", message } }, summary("failed")],
      declarations,
    });
    expect(plan.result).toBe("blocked");
    expect(guard(plan, "protect").message).toMatch(new RegExp(`^Protected: ${place}\\.`));
  });

  it("lets an update through", () => {
    const events = [
      ...step("update", "ResourceDataSync", `${place}/inventory`, sync("1", "r"), sync("1", "r", { x: 1 }), {
        protect: true,
      }),
      summary(),
    ];
    expect(planFrom({ stack: "dev", events, declarations }).result).toBe("ok");
  });
});

describe("a selection", () => {
  const { events } = fleet(3, ["us-east-1"], "delete");
  const of = (spec: object, alive = declarations.slice(0, 0)) =>
    planFrom({ stack: "dev", events, declarations: alive, spec: specWith(spec) });

  it("that went empty blocks while its entry is still in the spec", () => {
    const plan = of({ syncs: [inventory] });
    expect(plan.result).toBe("blocked");
    expect(guard(plan, "empty-selector").message).toContain("inventory (sluice.yaml:12) lost all of its 3");
  });

  it("whose entry was removed is told, with how much it stood for", () => {
    const plan = of({});
    expect(plan.result).toBe("ok");
    expect(plan.diagnostics).toEqual([
      {
        severity: "warning",
        message: "No entry declares the sync inventory any more; it stood for 3 accounts in 3 targets.",
      },
    ]);
  });

  it("that shrinks is told, with what it had and what it has", () => {
    const plan = of({ syncs: [inventory] }, declarations);
    expect(plan.result).toBe("ok");
    const { source } = inventory;
    expect(plan.diagnostics).toEqual([{ severity: "warning", message: "inventory had 4 accounts, now 1.", source }]);
    const selection = { organizationalUnits: ["ou-ab12-cdefgh34"] } as SyncEntry["selection"];
    const [told] = of({ syncs: [{ ...inventory, selection }] }, declarations).diagnostics;
    expect(told!.message).toBe("ou-ab12-cdefgh34 (inventory) had 4 accounts, now 1.");
  });
});

it("a sync whose key was renamed is told with what keeps it", () => {
  const settings = (syncName: string, more = {}) => sync("111122223333", "us-east-1", { syncName, ...more });
  const plan = (more = {}) =>
    planFrom({
      stack: "dev",
      events: [
        ...step("create", "ResourceDataSync", `${place}/stock`, undefined, settings("stock", more)),
        ...step("delete", "ResourceDataSync", `${place}/inventory`, settings("inventory")),
        summary(),
      ],
      declarations: [],
      spec: specWith({ syncs: [{ ...inventory, key: "stock", name: "stock" }] }),
    });
  const renamed =
    "stock (line 12) is the same under another name: write `name: inventory` in it to keep what is there.";
  expect(plan().diagnostics[0]!.message).toContain(renamed);
  expect(plan({ adopt: true }).diagnostics[0]!.message).not.toContain(renamed);
});

describe("one object under two names", () => {
  const renamed = (more: object = {}, type = "ResourceDataSync") => [
    ...step("create", type, "new", undefined, { ...sync("1", "inventory"), ...more }),
    ...step("delete", type, "old", sync("1", "inventory")),
    summary(),
  ];

  it("blocks, with both names and the ways on", () => {
    const plan = planFrom({ stack: "dev", events: renamed(), declarations: [] });
    expect(plan.result).toBe("blocked");
    expect(guard(plan, "identity").message).toMatch(/::old → urn:pulumi:dev::.*::new\. .*`aliases`.*adopt: true/);
    expect(guard(plan, "identity").message.match(/→/g)).toHaveLength(1);
  });

  it("passes where it is to be taken over", () => {
    const plan = planFrom({ stack: "dev", events: renamed({ adopt: true }), declarations: [] });
    expect(plan.result).toBe("ok");
    expect(plan.changes.find(({ operation }) => operation === "create")?.consequence).toMatch(/it is taken over\.$/);
  });

  it("is nothing where another one is created", () => {
    const plan = planFrom({ stack: "dev", events: renamed({ syncName: "other" }), declarations: [] });
    expect(plan.result).toBe("ok");
  });

  it("is nothing in a replacement", () => {
    const events = [
      ...step("replace", "ResourceDataSync", "one", sync("1", "inventory"), sync("2", "inventory")),
      summary(),
    ];
    expect(planFrom({ stack: "dev", events, declarations: [] }).result).toBe("ok");
  });
});

describe("what the state retains", () => {
  const replaced = (from: Record<string, unknown>, to: Record<string, unknown>) =>
    planFrom({
      stack: "dev",
      events: [
        ...step("delete-replaced", "ResourceDataSync", "a", sync("1", "r", from), undefined, { retain: true }),
        ...step("replace", "ResourceDataSync", "a", sync("1", "r", from), sync("1", "r", to), { retain: true }),
        summary(),
      ],
      declarations,
    });

  it("is in the way of a replacement of the same identity, and of no other", () => {
    expect(replaced({ syncName: "a" }, { syncName: "a", x: 1 }).result).toBe("blocked");
    expect(replaced({ syncName: "a" }, { syncName: "b" }).result).toBe("ok");
  });
});
