import { isDeepStrictEqual } from "node:util";
import { ComponentResource } from "@pulumi/pulumi";
import { afterAll, expect, it, vi } from "vitest";
import { Aws } from "./model/aws.ts";
import { Judge } from "./model/judge.ts";
import { Line } from "./model/line.ts";
import type { Cut } from "./model/line.ts";
import { account, backups, region, seed } from "./model/seed.ts";
import { Stack } from "./model/stack.ts";
import type { Program } from "./model/stack.ts";
import { first, specOf } from "./model/wanted.ts";
import type { Wanted } from "./model/wanted.ts";

/**
 * `SLUICE_CAMPAIGN=1` kills each of these runs at each of its calls, before and after the effect, `SLUICE_CAMPAIGN=7` at every seventh such
 * moment; by default some of them are killed in the middle.
 */
const stride = Number(process.env["SLUICE_CAMPAIGN"] ?? 0);

const aws = await Aws.start(seed);
afterAll(() => aws.close());
vi.spyOn(console, "warn").mockImplementation(() => {});

const backedUp: Wanted = { ...first, onRemoval: "backUpAndDrop" };
const plain: Program = ({ fromSpec, spec }) => fromSpec(spec);
const below: Program = ({ fromSpec, spec }) =>
  fromSpec(spec, { parent: new ComponentResource("acme:index:Platform", "platform") });
/** What the spec stands for, made by a program's own hand under names of its choice. */
const named =
  (name: string, domain = first.domain): Program =>
  async ({ resources }) => {
    const target = { account, region };
    const s3Destination = { bucketName: "acme-inventory", region, prefix: first.sync };
    const syncName = "inventory";
    const sync = new resources.ResourceDataSync(`${name}-sync`, { ...target, syncName, s3Destination, adopt: true });
    const table = { backup: `s3://${backups}/catalog` };
    const exported = new resources.CatalogExport(`${name}-export`, { ...target, domain, table, adopt: true });
    return { sync: sync.id, export: exported.tableArn };
  };

interface Scenario {
  before: Wanted;
  after?: Partial<Wanted>;
  from?: Program;
  to?: Program;
  taint?: string[];
  /** What another stack does that is given the same spec: it takes over when asked, or it is refused, and wants nothing any more. */
  second?: "takesOver" | "isRefused";
}

const kinds = ["ResourceDataSync", "AssetTable", "DataExportConfiguration"];
const scenarios: [string, Scenario][] = [
  ...kinds.map((kind): [string, Scenario] => [`a tainted ${kind}`, { before: first, taint: [kind] }]),
  ["everything tainted", { before: first, taint: kinds }],
  ["everything tainted, whose table goes with its claim", { before: backedUp, taint: kinds }],
  ["everything tainted and the domain changed", { before: first, taint: kinds, after: { domain: "dzd_beta" } }],
  ["everything moved below a component", { before: first, to: below }],
  ["everything tainted and moved below a component", { before: first, to: below, taint: kinds }],
  [
    "everything moved below a component and the domain changed",
    { before: first, to: below, after: { domain: "dzd_beta" } },
  ],
  ["everything moved out of a component", { before: first, from: below, to: plain, after: { adopt: true } }],
  ["everything called otherwise", { before: first, from: named("one"), to: named("two") }],
  [
    "everything called otherwise, as the spec does",
    { before: first, from: named("one"), to: plain, after: { adopt: true } },
  ],
  [
    "everything called otherwise, whose table goes with its claim",
    { before: backedUp, from: below, to: plain, after: { adopt: true } },
  ],
  ["everything that a second stack is to take over", { before: first, after: { adopt: true }, second: "takesOver" }],
  ["everything that a second stack may not take over", { before: backedUp, second: "isRefused" }],
];

/** Plays a scenario, cut or whole, until a run of it succeeds. @returns how many calls the first run made, and what is wrong at the end */
async function play({ before, after, from, to, taint = [], second }: Scenario, cut?: Cut) {
  await aws.reset();
  const judge = new Judge(aws.endpoint);
  const stack = await Stack.open("one");
  const other = second ? await Stack.open("two") : stack;
  const wanted = { ...before, ...after };
  let calls = 0;
  const run = async (by: Stack, spec: Wanted, program: Program | undefined, at?: Cut) => {
    calls = 0;
    const line = await Line.open(aws.endpoint, at, async (_, done) => void (calls += done ? 1 : 0));
    try {
      return await by.up(specOf(spec), line, account, { program });
    } finally {
      line.close();
    }
  };
  try {
    expect(await run(stack, before, from), stack.said).toBe("succeeded");
    for (let day = 0; day < 2; day++) {
      const now = await aws.advance(1, 2);
      await judge.noteDays(Math.floor(now / 86_400_000));
    }
    // What was made a minute ago may be a run's own, as far as clocks differ.
    if (second) vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 600_000, shouldAdvanceTime: true });
    if (taint.length > 0) await stack.taint(...taint);
    const said: string[] = [];
    let outcome = await run(other, wanted, to, cut);
    const made = calls;
    said.push(`${outcome}: ${other.said}`);
    const most = cut ? 2 : 0;
    for (let again = 0; outcome !== "succeeded" && again < most; again++) {
      outcome = await run(other, wanted, to);
      said.push(`${outcome}: ${other.said}`);
    }
    if (second === "isRefused") {
      expect(outcome).toBe("failed");
      outcome = await run(other, { ...wanted, sync: undefined, hasExport: false }, to);
      said.push(`${outcome}: ${other.said}`);
    }
    const [configuration] = await judge.configurations();
    const { prefix } = (await judge.sync()) ?? {};
    const found = { outcome, domain: configuration?.domain, prefix, lost: await judge.lost() };
    return { found, made, said };
  } finally {
    vi.useRealTimers();
    await stack.close();
    await other.close();
  }
}

const everyDay = [
  "everything tainted, whose table goes with its claim",
  "everything tainted and moved below a component",
  "everything called otherwise, as the spec does",
];

it.each(scenarios.filter(([what]) => stride > 0 || everyDay.includes(what)))(
  "%s is in AWS at the end",
  async (what, scenario) => {
    const domain = scenario.after?.domain ?? scenario.before.domain;
    const right = { outcome: "succeeded", domain, prefix: scenario.before.sync, lost: [] };
    const { found, made, said } = await play(scenario);
    expect(found, said.join("\n")).toEqual(right);
    const cuts = Array.from({ length: made + 1 }, (_, at) => at).flatMap((at): Cut[] =>
      (["before", "after"] as const).map((when) => ({ at, when, how: "killed" })),
    );
    const middle = Math.floor(cuts.length / 2);
    const chosen = cuts.filter((_, index) => (stride > 0 ? index % stride === 0 : index === middle));
    const wrong: string[] = [];
    for (const cut of chosen) {
      const one = await play(scenario, cut);
      if (isDeepStrictEqual(one.found, right)) continue;
      const where = `${what}, killed ${cut.when} call ${cut.at} of ${made}: ${JSON.stringify(one.found)}`;
      wrong.push([where, ...one.said].join("\n"));
    }
    expect(wrong.join("\n\n"), `${wrong.length} of ${chosen.length}`).toBe("");
  },
  3_600_000,
);
