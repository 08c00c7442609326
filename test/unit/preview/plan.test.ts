import { describe, expect, it } from "vitest";
import { planFrom } from "../../../src/preview/index.ts";
import type { EngineEvent } from "../../../src/preview/index.ts";
import {
  dataExport,
  declarations,
  domainSwitch,
  fleet,
  place,
  step,
  summary,
  surroundings,
  sync,
  table,
} from "./fixtures.ts";

const plan = (events: Parameters<typeof planFrom>[0]["events"]) => planFrom({ stack: "dev", events, declarations });

describe("a domain switch", () => {
  const switched = plan(domainSwitch);

  it("is two replacements, placed in the spec", () => {
    expect(switched.counts).toEqual({ create: 0, update: 0, replace: 2, delete: 0, same: 1 });
    expect(
      switched.changes.map(({ operation, type, name, account, region, source }) => ({
        operation,
        type,
        name,
        account,
        region,
        source,
      })),
    ).toEqual(
      ["AssetTable", "DataExportConfiguration"].map((type) => ({
        operation: "replace",
        type,
        name: place,
        account: "111122223333",
        region: "us-east-1",
        source: { file: "sluice.yaml", line: 31 },
      })),
    );
  });

  it("says which inputs force it, and that the claim's id is not known yet", () => {
    expect(switched.changes[0]!.properties).toEqual([
      { path: "domain", before: "dzd_alpha", after: "dzd_beta", replaces: true },
    ]);
    expect(switched.changes[1]!.properties).toEqual([
      { path: "assetTable", before: `${place}/dzd_alpha`, after: "(known after apply)", replaces: true, unknown: true },
      { path: "domain", before: "dzd_alpha", after: "dzd_beta", replaces: true },
    ]);
  });

  it("keeps the engine's order of the cascade, without the stack's own steps", () => {
    expect(switched.steps.map(({ operation, type }) => `${operation} ${type}`)).toEqual([
      "delete-replaced DataExportConfiguration",
      "delete-replaced AssetTable",
      "replace AssetTable",
      "create-replacement AssetTable",
      "replace DataExportConfiguration",
      "create-replacement DataExportConfiguration",
    ]);
  });

  it("names the backup's destination before the drop", () => {
    expect(switched.changes[0]!.consequence).toMatch(
      /dzd_alpha is backed up to s3:\/\/acme-backups\/catalog\/111122223333\/us-east-1\/.*verified.*dropped.*dzd_beta/,
    );
  });
});

describe("what happens to the data", () => {
  const consequence = (events: ReturnType<typeof step>) => plan([...events, summary()]).changes[0]!.consequence;
  const claim = (more: object) =>
    consequence(step("create", "AssetTable", place, undefined, table("dzd_beta", { ...more })));

  it.each([
    ["ask", /left alone and stops/],
    ["adopt", /taken over with its rows/],
    [
      "backUpAndDrop",
      /backed up to s3:\/\/acme-backups\/catalog\/111122223333\/us-east-1\/, verified and then dropped/,
    ],
    ["drop", /backed up to s3:\/\/acme-backups\/catalog\/111122223333\/us-east-1\/, verified and then dropped/],
  ])("a claim with leftover: %s says what becomes of a table found there", (leftover, sentence) => {
    expect(claim({ leftover })).toMatch(sentence);
  });

  it("an allowance that an earlier loss has used allows no other", () => {
    const allowLoss = [{ of: "dzd_alpha", reason: "sandbox" }];
    const switching = (spent: object) => {
      const events = step(
        "replace",
        "AssetTable",
        place,
        table("dzd_alpha"),
        table("dzd_beta", { backup: "none", allowLoss }),
      );
      for (const { resourcePreEvent } of events)
        Object.assign(resourcePreEvent?.metadata.old ?? {}, { outputs: spent });
      return plan([...events, summary()]).changes[0]!.facts;
    };
    expect(switching({})).toMatchObject({ rows: "dropped", allowed: "sandbox" });
    expect(switching({ __allowancesSpent: allowLoss })).not.toHaveProperty("allowed");
  });

  it("a claim that drops what it finds, with no place for a copy, says so in capitals", () => {
    expect(claim({ leftover: "drop", backup: "none" })).toMatch(
      /would be DROPPED WITHOUT A BACKUP, which nothing allows/,
    );
    const allowLoss = [{ of: "dzd_old", reason: "It was a trial." }];
    expect(claim({ leftover: "drop", backup: "none", allowLoss })).toMatch(/found there is DROPPED WITHOUT A BACKUP;/);
  });

  it("a replaced claim without a backup loses its rows, whatever leftover says, and says whether that is allowed", () => {
    const replaced = (more: object) =>
      consequence(
        step("replace", "AssetTable", place, table("dzd_alpha"), table("dzd_beta", { backup: "none", ...more }), {
          keys: ["domain"],
        }),
      );
    expect(replaced({ leftover: "adopt" })).toMatch(/would be DROPPED WITHOUT A BACKUP .*, which nothing allows/);
    const allowLoss = [{ of: "dzd_alpha", reason: "It was a trial." }];
    expect(replaced({ allowLoss })).toMatch(/is DROPPED WITHOUT A BACKUP to make room for that of dzd_beta\.$/);
  });

  it("a switch backs up to where the new claim says, not the old", () => {
    const next = table("dzd_beta", { backup: "s3://elsewhere" });
    expect(consequence(step("replace", "AssetTable", place, table("dzd_alpha"), next, { keys: ["domain"] }))).toMatch(
      /backed up to s3:\/\/elsewhere\/111122223333/,
    );
  });

  it("a removed claim keeps its table, unless it says backUpAndDrop", () => {
    expect(consequence(step("delete", "AssetTable", place, table("dzd_alpha")))).toMatch(/stays with all its rows/);
    expect(
      consequence(step("delete", "AssetTable", place, table("dzd_alpha", { onRemoval: "backUpAndDrop" }))),
    ).toMatch(/backed up to .* then dropped/);
  });

  it("a changed expiration of records deletes rows for good", () => {
    const before = dataExport("dzd_alpha");
    expect(
      consequence(step("update", "DataExportConfiguration", place, before, { ...before, recordExpirationDays: 30 })),
    ).toMatch(/older than 30 days are deleted for good/);
    expect(
      consequence(step("update", "DataExportConfiguration", place, before, { ...before, enabled: false })),
    ).toMatch(/stops, and rows already exported stay/);
  });

  it("a sync's delivered objects always stay", () => {
    const name = `${place}/inventory`;
    const before = sync("111122223333", "us-east-1");
    const moved = { ...before, s3Destination: { bucketName: "acme-other", region: "us-east-1" } };
    expect(consequence(step("delete", "ResourceDataSync", name, before))).toMatch(
      /stops flowing to s3:\/\/acme-inventory\/ssm\/111122223333\/; objects already there stay/,
    );
    expect(consequence(step("replace", "ResourceDataSync", name, before, moved, { keys: ["s3Destination"] }))).toMatch(
      /flows to s3:\/\/acme-other\/ from now on; objects already in s3:\/\/acme-inventory/,
    );
  });

  it("every operation of every type is one sentence", () => {
    for (const type of ["ResourceDataSync", "DataExportConfiguration", "AssetTable", "Elsewhere"]) {
      for (const op of ["create", "update", "replace", "delete"]) {
        const inputs = { ...table("dzd_a"), ...dataExport("dzd_a"), ...sync("111122223333", "us-east-1") };
        const text = consequence(
          step(
            op,
            type,
            place,
            op === "create" ? undefined : inputs,
            op === "delete" ? undefined : { ...inputs, history: "current" },
          ),
        );
        expect(text).toMatch(/^[A-Z].*\.$/);
        expect(text).not.toMatch(/undefined|\n|\. [A-Z]/);
      }
    }
  });
});

it("the worst changes come first, then names in order", () => {
  const events = ["b", "a"].flatMap((name) =>
    ["create", "update", "replace", "delete"].flatMap((op) =>
      step(
        op,
        "ResourceDataSync",
        `${place}/${op}-${name}`,
        op === "create" ? undefined : sync("1", "r"),
        op === "delete" ? undefined : sync("1", "r", { x: 1 }),
      ),
    ),
  );
  const order = ["delete", "replace", "update", "create"].flatMap((op) => [`${place}/${op}-a`, `${place}/${op}-b`]);
  expect(plan([...events, summary()]).changes.map(({ name }) => name)).toEqual(order);
});

it("a resource below a component keeps its own type and name", () => {
  const [event] = step("create", "AssetTable", place, undefined, table("dzd_a"));
  const metadata = event!.resourcePreEvent!.metadata;
  const urn = `urn:pulumi:dev::sluice::sluice:index:CatalogExport$pulumi-nodejs:dynamic/sluice:AssetTable::${place}`;
  const nested = plan([{ resourcePreEvent: { metadata: { ...metadata, urn } } }, summary()]);
  expect(nested.changes[0]).toMatchObject({ type: "AssetTable", name: place });
});

it("secrets are never told, before or after", () => {
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "v1:abc",
    plaintext: "hunter2",
  };
  const before = dataExport("dzd_a", { externalId: secret });
  const told = plan([
    ...step("replace", "DataExportConfiguration", place, before, before, { keys: ["externalId"] }),
    summary(),
  ]);
  expect(told.changes[0]!.properties).toEqual([
    { path: "externalId", before: "[secret]", after: "[secret]", replaces: true, secret: true },
  ]);
  expect(JSON.stringify(told)).not.toMatch(/hunter2|v1:abc/);
  const updated = plan([...step("update", "DataExportConfiguration", place, before, before), summary()]);
  expect(updated.changes[0]!.properties).toEqual([
    { path: "externalId", before: "[secret]", after: "[secret]", replaces: false, secret: true },
  ]);
  const same = plan([...step("same", "DataExportConfiguration", place, before, before), summary()]);
  expect(same.changes).toEqual([]);
});

it("as many other Regions as before are not said to be the same", () => {
  const explorer = (...sourceRegions: string[]) =>
    sync("111122223333", "us-east-1", {
      syncType: "SyncFromSource",
      s3Destination: undefined,
      syncSource: { sourceType: "SingleAccountMultiRegions", sourceRegions },
    });
  const [before, after] = [explorer("eu-west-1", "us-east-1"), explorer("eu-central-1", "us-east-1")];
  const told = plan([...step("update", "ResourceDataSync", place, before, after), summary()]);
  expect(told.changes[0]!.consequence).toBe(
    "Explorer collects from this account in 2 Regions still, not all of them the same as before.",
  );
});

it("a secret that changes is shown beside what else does, and one that stays is not", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  const before = sync("111122223333", "us-east-1", {
    externalId: secret,
    s3Destination: { bucketName: secret, prefix: secret },
  });
  const after = { ...before, role: "arn:aws:iam::111122223333:role/Other" };
  const pathsAfter = (...paths: string[]) => {
    const detailedDiff = Object.fromEntries(paths.map((path) => [path, { diffKind: "update" }]));
    const told = plan([...step("update", "ResourceDataSync", place, before, after, { detailedDiff }), summary()]);
    return told.changes[0]!.properties.map(({ path }) => path);
  };
  expect(pathsAfter("role")).toEqual(["role"]);
  expect(pathsAfter("role", "externalId")).toEqual(["externalId", "role"]);
  expect(pathsAfter("role", "s3Destination.prefix")).toEqual(["role", "s3Destination.prefix"]);
  expect(pathsAfter("role", "s3Destination")).toEqual(["role", "s3Destination.bucketName", "s3Destination.prefix"]);
});

describe("the result", () => {
  it("is failed when the engine says so, or never comes to its end", () => {
    expect(plan([...surroundings, summary("failed")]).result).toBe("failed");
    expect(plan(surroundings).result).toBe("failed");
  });

  it("is failed with each error once, its colours taken off, before warnings", () => {
    const said = (severity: string, message: string) => ({
      diagnosticEvent: { severity, message, prefix: `${severity}: `, urn: "" },
    });
    const told = plan([
      said("warning", "careful"),
      said("error", "<{%reset%}>no such bucket<{%reset%}>\n"),
      said("error", "no such bucket"),
      said("debug", "x"),
      summary(),
    ]);
    expect(told.result).toBe("failed");
    expect(told.diagnostics).toEqual([
      { severity: "error", message: "no such bucket" },
      { severity: "warning", message: "careful" },
    ]);
  });

  it("keeps lines that a program prints together, and drops the engine's last word beside an error", () => {
    const said = (severity: string, message: string) => ({ diagnosticEvent: { severity, message } });
    const lines = [said("info#err", "Error: no\n\n"), said("info#err", "    at main.js\n\n")];
    const told = plan([...lines, said("error", "no such unit"), said("error", "preview failed"), summary("failed")]);
    expect(told.diagnostics).toEqual([
      { severity: "error", message: "no such unit" },
      { severity: "info", message: "Error: no\n    at main.js" },
    ]);
  });

  it("counts a fleet as many, and nothing as no change", () => {
    const many = fleet(7, ["us-east-1", "eu-west-1"]);
    expect(planFrom({ stack: "dev", ...many }).counts.create).toBe(14);
    expect(plan([...surroundings, summary()])).toMatchObject({ result: "ok", changes: [], steps: [] });
  });
});

describe("after reading everything back", () => {
  const name = "1/r/inventory";
  const elsewhere = sync("2", "r", { s3Destination: { bucketName: "other" } });

  it("says which changes undo what was done behind the stack's back", () => {
    const { changes } = plan([
      ...step("refresh", "ResourceDataSync", name, sync("1", "r")),
      ...step("refresh", "ResourceDataSync", "2/r/inventory", sync("2", "r"), elsewhere),
      ...step("refresh", "ResourceDataSync", "3/r/inventory", sync("3", "r"), sync("3", "r")),
      ...step("create", "ResourceDataSync", name, undefined, sync("1", "r")),
      ...step("update", "ResourceDataSync", "2/r/inventory", elsewhere, sync("2", "r")),
      ...step("update", "ResourceDataSync", "3/r/inventory", sync("2", "r"), elsewhere),
      summary(),
    ]);
    expect(changes.map(({ operation, drift, consequence }) => [operation, drift, consequence.split(". ")[0]])).toEqual([
      ["update", true, "It was changed behind the stack's back"],
      ["update", false, "Inventory keeps flowing to s3://other/; no object is touched."],
      ["create", true, "AWS no longer has it"],
    ]);
    const bucket = changes[0]?.properties.find(({ path }) => path === "s3Destination.bucketName");
    expect(bucket).toMatchObject({ before: "other", after: "acme-inventory", applied: "acme-inventory" });
  });

  it("the reading itself is no change and no step", () => {
    const { changes, steps, counts } = plan([
      ...step("refresh", "ResourceDataSync", name, sync("1", "r"), sync("1", "r")),
      ...step("same", "ResourceDataSync", name, sync("1", "r"), sync("1", "r")),
      summary(),
    ]);
    expect({ changes, steps, same: counts.same }).toEqual({ changes: [], steps: [], same: 1 });
  });
});

describe("how bad a change is", () => {
  const severity = (events: ReturnType<typeof step>) => plan([...events, summary()]).changes[0]!.severity;
  const set = dataExport("dzd_a", { recordExpirationDays: 90 });
  const expiring = (recordExpirationDays?: number) => dataExport("dzd_a", { recordExpirationDays });
  const inventory = sync("111122223333", "us-east-1");
  const source = (...sourceRegions: string[]) => ({
    account: "111122223333",
    region: "us-east-1",
    syncType: "SyncFromSource",
    syncSource: { sourceType: "SingleAccountMultiRegions", sourceRegions },
  });
  const name = `${place}/inventory`;

  it.each<[string, string, ReturnType<typeof step>]>([
    ["a shortened expiration", "destroys", step("update", "DataExportConfiguration", place, set, expiring(30))],
    [
      "an expiration where there was none",
      "destroys",
      step("update", "DataExportConfiguration", place, dataExport("dzd_a"), set),
    ],
    ["a longer expiration", "changes", step("update", "DataExportConfiguration", place, set, expiring(365))],
    [
      "a table that is dropped without a copy",
      "destroys",
      step("replace", "AssetTable", place, table("dzd_a"), table("dzd_b", { backup: "none" })),
    ],
    [
      "a table that is moved to a backup",
      "stops",
      step("replace", "AssetTable", place, table("dzd_a"), table("dzd_b")),
    ],
    [
      "an export that is switched off",
      "stops",
      step("update", "DataExportConfiguration", place, set, { ...set, enabled: false }),
    ],
    [
      "an export that is switched on",
      "starts",
      step("update", "DataExportConfiguration", place, { ...set, enabled: false }, set),
    ],
    ["a deleted sync", "stops", step("delete", "ResourceDataSync", name, inventory)],
    [
      "a sync replaced in its place",
      "changes",
      step("replace", "ResourceDataSync", name, inventory, { ...inventory, syncType: "x" }),
    ],
    ["a source that loses a Region", "stops", step("update", "ResourceDataSync", name, source("a", "b"), source("a"))],
    [
      "a source that gains a Region",
      "changes",
      step("update", "ResourceDataSync", name, source("a"), source("a", "b")),
    ],
    ["a new sync", "starts", step("create", "ResourceDataSync", name, undefined, inventory)],
  ])("%s %s", (_, expected, events) => {
    expect(severity(events)).toBe(expected);
  });
});

describe("what the engine writes down without a step", () => {
  const name = `${place}/inventory`;
  const inventory = sync("111122223333", "us-east-1");
  const same = (protect: [boolean, boolean], more: object = {}) => {
    const events = structuredClone(step("same", "ResourceDataSync", name, inventory, { ...inventory, ...more }));
    for (const { resourcePreEvent } of events) {
      if (resourcePreEvent) [resourcePreEvent.metadata.old!.protect, resourcePreEvent.metadata.new!.protect] = protect;
    }
    return plan([...events, summary()]);
  };

  it("is a change when protection is taken off, or put on", () => {
    const { counts, changes } = same([true, false]);
    expect(counts).toMatchObject({ update: 1, same: 0 });
    expect(changes[0]).toMatchObject({
      operation: "update",
      severity: "changes",
      properties: [{ path: "protect", before: true, replaces: false }],
    });
    expect(same([false, true]).changes[0]!.properties).toEqual([{ path: "protect", after: true, replaces: false }]);
  });

  it("is a change when another role is to act, and none when only what the provider derives differs", () => {
    expect(same([true, true], { role: "arn:aws:iam::111122223333:role/Other" }).changes).toHaveLength(1);
    expect(same([true, true], { arn: "arn:aws:ssm:…" })).toMatchObject({ changes: [], counts: { same: 1 } });
  });

  it("binds the protection of what changes otherwise", () => {
    const changed = (protect: boolean) =>
      plan([...step("update", "ResourceDataSync", name, inventory, { ...inventory, x: 1 }, { protect }), summary()])
        .digest;
    expect(changed(true)).not.toBe(changed(false));
  });
});

it("steps of targets that are side by side come by name, each target's own as the engine takes them", () => {
  const other = "111122223333/eu-west-1";
  const there = domainSwitch
    .slice(2, 8)
    .map((event) => JSON.parse(JSON.stringify(event).replaceAll(place, other)) as EngineEvent);
  const here = domainSwitch.slice(2, 8);
  const gone = step("delete", "ResourceDataSync", "000000000001/r/old", sync("000000000001", "r"));
  const order = (...parts: EngineEvent[][]) =>
    plan([...parts.flat(), summary()]).steps.map(({ operation, type, name }) => `${operation} ${type} ${name}`);
  const expected = order(there, here, gone);
  expect(order(here, there, gone)).toEqual(expected);
  expect(order(gone, here, there)).toEqual(expected);
  expect(expected.slice(0, 3).map((line) => line.split(" ")[2])).toEqual([other, other, other]);
  expect(expected.at(-1)).toMatch(/^delete ResourceDataSync/);
});

it("a look at AWS is part of the plan, its findings in one order", () => {
  const findings = ["b", "a"].map((name) => ({
    code: "sync-quota",
    severity: "error" as const,
    message: "full",
    name,
  }));
  const looked = planFrom({
    stack: "dev",
    events: domainSwitch,
    declarations,
    preflight: {
      asked: true,
      calls: 3,
      findings,
      tables: [{ name: place, rows: 60, bytes: 5e8, files: 11, snapshots: 3 }],
    },
  });
  expect(looked.preflight.findings.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(looked.result).toBe("blocked");
  expect(looked.estimate.bytes).toBe(5e8);
  expect(plan(domainSwitch).preflight).toEqual({ asked: false, calls: 0, findings: [], tables: [] });
});
