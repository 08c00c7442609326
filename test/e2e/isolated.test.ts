import { readFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { audit, seed, spec } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

/** The same story in one process, and with program and providers in processes of their own. */
const ways = { together: [], apart: ["--isolated"] } as const;

let worlds: Record<keyof typeof ways, TestWorld>;
beforeAll(async () => {
  worlds = {
    together: await typedWorld({ seed, account: audit }),
    apart: await testWorld({ seed, account: audit }),
  };
});
afterAll(async () => {
  await worlds.together.close();
  await worlds.apart.close();
});

const withId = (domain: string) => {
  return { ...spec({ domain }), externalId: "between-two-accounts" };
};
const adopting = { catalog: { ...spec({ domain: "dzd_beta" }).exports.catalog, adopt: true } };

/** Each step of it goes on from the one before. */
const story: [what: string, spec: object, ...command: string[]][] = [
  ["a plan of everything", withId("dzd_alpha"), "preview"],
  ["a creation", withId("dzd_alpha"), "up", "--yes"],
  ["nothing", withId("dzd_alpha"), "up", "--yes"],
  ["an update", spec({ sourceRegions: ["us-east-1"] }), "up", "--yes"],
  ["a plan of a switch", spec({ domain: "dzd_beta" }), "preview"],
  ["a switch and replacements", spec({ domain: "dzd_beta", prefix: "moved" }), "up", "--yes"],
  ["a part", spec({ domain: "dzd_beta" }), "up", "--yes", "--target", `${audit}/*`],
  ["a refresh", spec({ domain: "dzd_beta" }), "refresh"],
  ["a failure", spec({ domain: "dzd_nowhere" }), "up", "--yes", "--no-preflight"],
  ["a removal", spec({ domain: "dzd_beta" }), "destroy", "--yes"],
  ["a creation of what exists", { ...spec(), exports: adopting }, "up", "--yes", "--adopt"],
];

/** Those that differ most; SLUICE_CONFORMANCE=all plays all. */
const short = ["a creation", "a plan of a switch", "a switch and replacements", "a failure", "a removal"];
const played = process.env["SLUICE_CONFORMANCE"] === "all" ? story : story.filter(([what]) => short.includes(what));

it.each(played)("%s is the same in one process as in three: answer, events and state", (_what, document, ...command) =>
  assertSame(document, command),
);

/** Edits of a spec as people make them, several at once, of which some are refused by guards or by AWS. */
const anySpec = fc
  .record({
    domain: fc.constantFrom("dzd_alpha", "dzd_beta", "dzd_nowhere"),
    prefix: fc.constantFrom("ssm", "moved"),
    sourceRegions: fc.subarray(["us-east-1", "eu-west-1"], { minLength: 1 }),
    days: fc.constantFrom(undefined, 1, 365, 730),
    enabled: fc.boolean(),
    protect: fc.boolean(),
    retain: fc.boolean(),
    syncs: fc.subarray(["inventory", "explorer"]),
  })
  .map(({ domain, prefix, sourceRegions, days, enabled, protect, retain, syncs }) => {
    const { exports, syncs: all, ...rest } = spec({ domain, prefix, sourceRegions });
    const { recordExpirationDays: _days, ...catalog } = exports.catalog;
    const kept = Object.entries(all).filter(([name]) => syncs.includes(name));
    const wanted = { ...catalog, enabled, protect, retain, ...(days !== undefined && { recordExpirationDays: days }) };
    return { ...rest, syncs: Object.fromEntries(kept), exports: { catalog: wanted } };
  });

it.runIf(process.env["SLUICE_CONFORMANCE"] === "all")(
  "a story of random edits is the same in one process as in three",
  async () => {
    for (const document of fc.sample(anySpec, {
      numRuns: 20,
      seed: Number(process.env["SLUICE_SEED"] ?? 20_261_126),
    })) {
      await assertSame(document, ["up", "--yes"]);
    }
  },
  600_000,
);

async function assertSame(document: object, [verb, ...more]: readonly string[]): Promise<void> {
  const play = async (way: keyof typeof ways) => {
    const world = worlds[way];
    await world.writeSpec(document);
    const ran = await world.run(verb!, ...more, ...ways[way], "-o", "json", "--events", "events.json");
    return {
      code: ran.code,
      answer: normal(JSON.parse(ran.stdout)),
      events: await eventsOf(world),
      state: normal(await stateOf(world)),
    };
  };
  const together = await play("together");
  const apart = await play("apart");
  expect(together).toEqual(apart);
  await worlds.together.advance(1, 3);
  await worlds.apart.advance(1, 3);
}

/** Every event but those of progress, which tell of moments. Steps run side by side, so their order is not told. */
async function eventsOf(world: TestWorld): Promise<string[]> {
  const text = await readFile(path.join(world.folder, "events.json"), "utf8");
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return events
    .filter(({ diagnosticEvent }) => !diagnosticEvent?.ephemeral)
    .map(({ sequence: _sequence, timestamp: _timestamp, ...event }) => JSON.stringify(normal(event)))
    .toSorted();
}

/** The checkpoint's resources, in no order, and all else of it. */
async function stateOf(world: TestWorld): Promise<unknown> {
  const file = path.join(world.folder, ".pulumi/stacks/sluice/dev.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { checkpoint, ...rest } = JSON.parse(text);
  const { resources = [], ...latest } = checkpoint.latest;
  const lines = resources.map((resource: object) => JSON.stringify(normal(resource))).toSorted();
  return normal({ ...rest, latest, lines });
}

/** Without what no two runs have in common: random ids, moments, durations, ciphertexts and where in a program a resource was made. */
function normal(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value, (key, member) => {
    if (dropped.has(key)) return undefined;
    return key === "resourceChanges" ? Object.entries(member).toSorted() : member;
  });
  return JSON.parse(
    text
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, "uuid")
      .replaceAll(/\d{4}-?\d\d-?\d\dT[\d:]+(\.\d+)?Z?/g, "moment")
      .replaceAll(/sluice-(test|project)-\w+/g, "folder")
      .replaceAll(/\b[a-z\d]{20}\b/g, "version")
      .replaceAll(/s3:\/\/[\w-]+--table-s3/g, "bucket")
      .replaceAll(/v1:[\w+/=]{16}:[\w+/=]+/g, "secret"),
  );
}

const dropped = new Set(["sourcePosition", "stackTrace", "durationSeconds", "digest", "seconds", "state"]);
