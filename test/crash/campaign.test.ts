import { CreateResourceDataSyncCommand, ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../support/world.ts";
import { audit, Exporters, region } from "./exporters.ts";

/**
 * `SLUICE_CAMPAIGN=1` tries each operation with each trouble; with `sample` each operation meets one and each trouble comes up; without
 * it the campaign waits for continuous integration.
 */
const campaign = process.env["SLUICE_CAMPAIGN"];
const whole = campaign === "1";

/** What can happen to any call. All but the last pass by the time that the SDK tries again; that one lasts longer. */
const troubles = [
  // A silent connection is given up after 15 s.
  ...(whole ? [{ error: "stall", when: "before" }] : []),
  { error: "ThrottlingException", when: "before" },
  { error: "500", when: "before" },
  { error: "503", when: "after" },
  { error: "reset", when: "before" },
  { error: "reset", when: "after" },
  { error: "truncate", when: "after" },
  { error: "500", when: "before", times: 8 },
];

const syncs = {
  inventory: { destination: { bucket: "inventory", region, prefix: "ssm/${account.id}" } },
  explorer: { source: { regions: [region], includeFutureRegions: false, enableAllOpsDataSources: false } },
};
const verbs = ["up", "refresh", "destroy"] as const;
const mostRuns = 20;

/** Each operation that a verb calls, by the verb. */
const operations: Record<string, Array<Pick<Call, "service" | "operation">>> = {};
let exporters: Exporters;

describe.runIf(campaign)("two syncs and an export in each account, when each operation meets each trouble once", () => {
  beforeAll(async () => {
    exporters = await Exporters.seed(1, syncs);
    for (const verb of verbs) {
      await exporters.world.forgetCalls();
      await exporters.mustRun(verb);
      const calls = (await exporters.calls()).get(exporters.accounts[0]!) ?? [];
      operations[verb] = [...new Map(calls.map((call) => [call.operation, call])).values()];
    }
    await exporters.close();
    const count = Math.max(...verbs.map((verb) => casesOf(verb).length));
    exporters = await Exporters.seed(count, syncs);
    for (const account of exporters.accounts) await createForeignSync(account);
  });
  afterAll(() => exporters.close());

  it("are created once, and none of another's is taken over", async () => {
    await withTroubles("up");
    for (const account of exporters.accounts) {
      expect(await syncsOf(account), account).toEqual([
        "SyncFromSource explorer",
        "SyncToDestination foreign",
        "SyncToDestination inventory",
      ]);
      const { enabled, tableArn } = await exporters.look(account);
      expect({ enabled, tableArn }, account).toEqual({ enabled: ["dzd_alpha"], tableArn: expect.any(String) });
    }
    await assertUnchanged();
  }, 600_000);

  it("are still known after a refresh", async () => {
    await withTroubles("refresh");
    await assertUnchanged();
  }, 600_000);

  it("are all gone after a destroy, but for the tables and what is another's", async () => {
    await withTroubles("destroy");
    expect(await exporters.world.state()).toEqual([]);
    for (const account of exporters.accounts) {
      expect(await syncsOf(account), account).toEqual(["SyncToDestination foreign"]);
      const { enabled, tableArn } = await exporters.look(account);
      expect({ enabled, tableArn }, account).toEqual({ enabled: [], tableArn: expect.any(String) });
    }
  }, 600_000);
});

function casesOf(verb: string): object[] {
  const all = operations[verb]!.flatMap(({ service, operation }) =>
    troubles.map((trouble) => ({ service, operation, ...trouble })),
  );
  // Six and seven have no common divisor: one or two of each operation's seven troubles, and other ones each time.
  return whole ? all : all.filter((_, index) => index % 6 === 0);
}

/** Runs the verb until it succeeds, with one trouble for one operation in each account, and all of them where roles are assumed. */
async function withTroubles(verb: string): Promise<void> {
  const placed = casesOf(verb).map((rule, index) => ({ ...rule, account: exporters.accounts[index] }));
  const passing = troubles.slice(0, -1);
  const assuming = passing.map((trouble) => ({ service: "sts", operation: "AssumeRole", account: audit, ...trouble }));
  await exporters.world.fault(...placed, ...assuming);
  for (let run = 1; ; run++) {
    const { code, stdout, stderr } = await exporters.run(verb);
    if (code === 0) break;
    expect(run, stdout + stderr).toBeLessThan(mostRuns);
  }
  expect(await exporters.faultsLeft()).toEqual([]);
}

/** What is recorded is what is wanted: nothing is forgotten, and nothing is to be done. */
async function assertUnchanged(): Promise<void> {
  const recorded = (await exporters.world.state()).filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
  expect(recorded).toHaveLength(exporters.accounts.length * 4);
  await exporters.world.forgetCalls();
  const { code, stderr } = await exporters.run("up", "--expect-no-changes");
  expect(code, stderr).toBe(0);
  expect(await exporters.world.calls()).toEqual([]);
}

async function createForeignSync(account: string): Promise<void> {
  const S3Destination = { BucketName: "inventory", Region: region, Prefix: "theirs", SyncFormat: "JsonSerDe" } as const;
  const ssm = new SSMClient(exporters.world.clientOf(account));
  await ssm.send(new CreateResourceDataSyncCommand({ SyncName: "foreign", S3Destination }));
}

/** The types and names of an account's syncs. */
async function syncsOf(account: string): Promise<string[]> {
  const ssm = new SSMClient(exporters.world.clientOf(account));
  const types = ["SyncFromSource", "SyncToDestination"];
  const lists = types.map((SyncType) => ssm.send(new ListResourceDataSyncCommand({ SyncType })));
  const items = (await Promise.all(lists)).map(({ ResourceDataSyncItems = [] }) => ResourceDataSyncItems);
  return items.flatMap((each, index) => each.map(({ SyncName }) => `${types[index]} ${SyncName}`)).toSorted();
}
