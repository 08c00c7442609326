import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../support/world.ts";
import { Exporters } from "./exporters.ts";
import type { Look } from "./exporters.ts";
import { everyMoment, sampleOf } from "./moments.ts";
import type { Moment } from "./moments.ts";

/** `SLUICE_CAMPAIGN=1` tries each call of the switch; by default each operation is tried at one of its calls. */
const whole = process.env["SLUICE_CAMPAIGN"] === "1";
const days = 3;
/** A call that hangs keeps one of the 64 sockets that the providers share. */
const mostHanging = 40;
const mostRuns = 10;

let exporters: Exporters;
let moments: Moment[];
/** The moments that were placed last, by account. */
let momentOf = new Map<string, Moment>();
/** Those before any step begins: the engine looks at one account after another, so that one that hangs there keeps all others from theirs. */
let looking: Moment[];

describe("the switch of domains", () => {
  beforeAll(async () => {
    const calls = await cleanSwitch();
    moments = everyMoment(calls);
    // A step begins with the same look again.
    const [first, ...others] = calls.map(({ operation }) => operation);
    looking = everyMoment(calls.slice(0, others.indexOf(first!) + 1));
  });
  afterEach(() => exporters.close());

  it("is finished by running again after it failed at any AWS call, before and after its effect", async () => {
    // Refusals of mere looks are tried without the command line, which takes long over each.
    const changing = moments.filter(({ operation }) => isChange(operation));
    await forEachPart(whole ? moments : sampleOf(changing), async (part) => {
      // A failure ends a run. So the calls hang first, until each account has come to its moment, and fail when they are sent again.
      const refused = (moment: Moment) => ({ ...moment, when: "before", error: "403", skip: 0 });
      await place(part, (moment) => [{ ...moment, error: "stall" }, refused(moment)]);
      await untilDone();
    });
  }, 1_800_000);

  it("is finished by running again after the command was killed at any AWS call", async () => {
    // A read has no effect: who is killed while its answer is held back is where one is who was killed before it.
    const stepping = moments
      .slice(looking.length)
      .filter(({ when, operation }) => when === "before" || isChange(operation));
    await forEachPart(whole ? moments : sampleOf(stepping), async (part) => {
      await killAt(part);
      // One that hung for longer than its call is waited for has gone on, and may be done; another one is looked at again.
      const looked = looking.find(({ operation }) => operation === "GetDataExportConfiguration")!;
      if (!whole) await killAt([looked], [await unfinishedAccount()]);
      await untilDone();
    });
  }, 1_800_000);

  it("is finished by running again after the network was gone for longer than anybody tries", async () => {
    exporters = await Exporters.start(1, days);
    await exporters.want("dzd_beta");
    const gone = { service: "s3", operation: "PutObject", skip: 7, times: 8, error: "reset", when: "after" };
    await exporters.world.fault({ ...gone, account: exporters.accounts[0] });
    await untilDone();
    await assertSwitched();
  });
});

const isChange = (operation: string): boolean => /^(Put|Delete)/.test(operation);

/** The calls of a clean switch. */
async function cleanSwitch(): Promise<Call[]> {
  exporters = await Exporters.start(1, days);
  await exporters.want("dzd_beta");
  await exporters.mustRun("up");
  const calls = await exporters.calls();
  await exporters.close();
  return calls.get(exporters.accounts[0]!)!;
}

/** In parts that may hang at once; an account for each moment. */
async function forEachPart(moments: readonly Moment[], act: (part: readonly Moment[]) => Promise<void>): Promise<void> {
  for (let first = 0; first < moments.length; first += mostHanging) {
    const part = moments.slice(first, first + mostHanging);
    exporters = await Exporters.start(part.length, days);
    await exporters.want("dzd_beta");
    await act(part);
    await assertSwitched();
    await exporters.close();
  }
}

/** Places each moment in an account of its own. */
async function place(
  moments: readonly Moment[],
  rules: (moment: Moment) => object[],
  accounts = exporters.accounts,
): Promise<void> {
  momentOf = new Map(moments.map((moment, index) => [accounts[index]!, moment]));
  const placed = moments.flatMap((moment, index) =>
    rules(moment).map((rule) => ({ ...rule, account: accounts[index] })),
  );
  await exporters.world.fault(...placed);
}

/** Kills the command when each account hangs at its moment. */
async function killAt(moments: readonly Moment[], accounts?: string[]): Promise<void> {
  await place(moments, (moment) => [{ ...moment, error: "stall" }], accounts);
  const killed = await exporters.upKilled(async () => (await exporters.faultsLeft()).length === 0);
  expect(killed.code, killed.stderr).toBe(null);
  await assertNothingLost();
}

/** Returns an account where the new domain does not export yet. */
async function unfinishedAccount(): Promise<string> {
  const looks = await Promise.all(exporters.accounts.map((account) => exporters.look(account)));
  return exporters.accounts[looks.findIndex(({ enabled }) => !enabled.includes("dzd_beta"))]!;
}

/** Runs until it succeeds, as people do, and looks at everything after each run. Each failed run has met a fault. */
async function untilDone(): Promise<void> {
  for (let run = 1; ; run++) {
    const left = (await exporters.faultsLeft()).length;
    const { code, stdout, stderr } = await exporters.run("up");
    await exporters.undisturbed(assertNothingLost);
    if (code === 0) break;
    expect(run, stderr + stdout).toBeLessThan(mostRuns);
    expect((await exporters.faultsLeft()).length, stderr + stdout).toBeLessThan(left);
  }
  // What a call has done before it hung is found by the next run, which then does not send it again.
  const left = (await exporters.faultsLeft()) as { account: string; error: string }[];
  const isDone = ({ account }: { account: string }) => momentOf.get(account)?.when === "after";
  expect(left.filter((rule) => rule.error === "stall" || !isDone(rule))).toEqual([]);
}

async function assertNothingLost(): Promise<void> {
  for (const account of exporters.accounts) {
    const { enabled, tableArn, backup } = await exporters.look(account);
    expect(enabled.length, account).toBeLessThan(2);
    if (tableArn === exporters.tables.get(account)!.arn) continue;
    const names = backup.map((key) => key.slice(key.lastIndexOf("/") + 1));
    expect(names, `${account} has lost its table`).toContain("receipt.json");
    expect(names.filter((name) => name.endsWith(".metadata.json"))).toHaveLength(1);
  }
}

async function assertSwitched(): Promise<void> {
  const calls = await exporters.calls();
  for (const account of exporters.accounts) {
    const before = exporters.tables.get(account)!;
    const look: Look = await exporters.look(account);
    expect(look.enabled, account).toEqual(["dzd_beta"]);
    expect(look.tableArn, account).not.toBe(before.arn);
    const { receipts, tableArn, snapshots } = await exporters.backedUp(account, look);
    expect({ receipts, tableArn }, account).toEqual({ receipts: 1, tableArn: before.arn });
    expect(snapshots, account).toEqual(before.snapshots);
    assertOrder(calls.get(account)!);
  }
}

/** The table is backed up, then the old configuration goes, the table is dropped, the new one comes; backups are only added to. */
function assertOrder(calls: readonly Call[]): void {
  const order = calls.map(({ operation }) => operation);
  const [released, dropped, put] = ["DeleteDataExportConfiguration", "DeleteTable", "PutDataExportConfiguration"].map(
    (operation) => order.indexOf(operation),
  ) as [number, number, number];
  expect(released).toBeLessThan(dropped);
  expect(dropped).toBeLessThan(put);
  expect(order.indexOf("PutObject")).toBeLessThan(released);
  expect(order.filter((operation) => /^(DeleteObject|AbortMultipart)/.test(operation))).toEqual([]);
}
