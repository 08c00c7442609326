import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { CreateTableBucketCommand, ListTableBucketsCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { sandbox, sandboxSeed } from "../support/probe-world.ts";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const quirks = { "ssm-quota": "shared", "ssm-error-status": "400", "datazone-own-table": "conflict" };

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ seed: sandboxSeed(), account: sandbox, quirks });
});
afterAll(() => world.close());

it("a killed probe's ledger stops the next one until what it names is gone", async () => {
  const s3tables = new S3TablesClient(world.clientOf(sandbox));
  const name = "sluice-probe-00000000-tables";
  await s3tables.send(new CreateTableBucketCommand({ name }));
  const ledger = {
    version: 1,
    account: sandbox,
    region: "us-east-1",
    run: "00000000",
    entries: [{ made: { kind: "table-bucket", name }, at: new Date().toISOString() }],
  };
  await writeFile(path.join(world.folder, ".sluice-probe.json"), JSON.stringify(ledger));
  const elsewhere = await typed(world, ["probe", "--region", "eu-west-1", "--yes"]);
  expect(elsewhere).toMatchObject({ code: 2, err: expect.stringContaining("sluice probe --clean --account") });
  const by = (pid: number) =>
    writeFile(
      path.join(world.folder, ".sluice-probe.json"),
      JSON.stringify({ ...ledger, process: { host: hostname(), pid } }),
    );
  await by(process.ppid);
  for (const line of [
    ["probe", "--yes"],
    ["probe", "--clean", "--yes"],
  ]) {
    expect(await typed(world, line)).toMatchObject({
      code: 5,
      err: expect.stringContaining(`process ${process.ppid}`),
    });
  }
  expect((await s3tables.send(new ListTableBucketsCommand({}))).tableBuckets).toHaveLength(1);
  const ended = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(ended, "exit");
  await by(ended.pid!);
  const asked = await typed(world, ["probe"]);
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining(`table bucket ${name}`) });
  const cleaned = await typed(world, ["probe", "--clean", "--yes"]);
  expect(cleaned).toMatchObject({ code: 0, err: expect.stringContaining("All of it is gone.") });
  expect((await s3tables.send(new ListTableBucketsCommand({}))).tableBuckets).toEqual([]);
  expect(await typed(world, ["probe", "--clean"])).toMatchObject({ code: 0 });
});

it("of two probes by one ledger that begin at once one makes nothing, and both leave nothing", async () => {
  const before = await things();
  const both = await Promise.all([typed(world, ["probe", "--yes"]), typed(world, ["probe", "--yes"])]);
  expect(both.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 1]);
  const stopped = both.find(({ code }) => code === 1)!;
  expect(stopped.err).toMatch(/Another probe has begun by .*\nNothing of it is left\./);
  expect(existsSync(path.join(world.folder, ".sluice-probe.json"))).toBe(false);
  expect(await things()).toEqual(before);
});

/** Syncs, buckets and table buckets of the sandbox, by their names. */
async function things(): Promise<unknown[]> {
  const settings = world.clientOf(sandbox);
  const { ResourceDataSyncItems = [] } = await new SSMClient(settings).send(new ListResourceDataSyncCommand({}));
  const { Buckets = [] } = await world.s3(sandbox).send(new ListBucketsCommand({}));
  const { tableBuckets = [] } = await new S3TablesClient(settings).send(new ListTableBucketsCommand({}));
  return [ResourceDataSyncItems.map(({ SyncName }) => SyncName), Buckets.map(({ Name }) => Name), tableBuckets];
}

it("a probe says what it will make, asks, tells what AWS does, and the emulator then does the same", async () => {
  await world.forgetCalls();
  const refused = await typed(world, ["probe"], { answer: "n" });
  expect(refused).toMatchObject({ code: 8, out: "" });
  expect(refused.err).toMatch(/bucket sluice-probe-[0-9a-f]{8}-444455556666/);
  expect(refused.err).toContain("It costs some hundred calls and no more, and takes up to 15 minutes.");
  expect((await world.calls()).filter(({ operation }) => /^(Create|Put|Delete)/.test(operation))).toEqual([]);
  const longer = ["probe", "--allow", "exports", "--days", "7", "--patience", "20"];
  expect((await typed(world, longer, { answer: "n" })).err.replaceAll(/\s+/g, " ")).toContain(
    "takes up to 45 minutes and 8 days, for which it has to go on running: with credentials that end before, it stops and the rest is for --clean.",
  );

  const probed = await typed(world, ["probe", "--yes", "--allow", "exports", "--domain", "dzd_alpha"]);
  expect(probed.code, probed.err).toBe(0);
  expect(probed.err).toContain("left: AWS keeps the empty table bucket aws-sagemaker-catalog and its namespace");
  expect(probed.out).not.toContain(sandbox);
  const report = parse(probed.out);
  for (const [name, value] of Object.entries(quirks)) expect(report.quirks[name]).toMatchObject({ value });
  expect(existsSync(path.join(world.folder, ".sluice-probe.json"))).toBe(false);

  await writeFile(path.join(world.folder, "quirks.yaml"), probed.out);
  const stop = new AbortController();
  let chosen: { name: string; value: string }[] = [];
  const line = async (text = "") => {
    const endpoint = /AWS_ENDPOINT_URL=(.*)/.exec(text)?.[1];
    if (endpoint === undefined) return;
    chosen = (await (await fetch(`${endpoint}/_emulator/quirks`)).json()) as typeof chosen;
    stop.abort();
  };
  const out = {
    write: () => undefined,
    line: (text?: string) => void line(text),
    color: false,
    live: false,
    columns: 80,
  };
  const argv = ["emulator", "--quirks", "quirks.yaml", "--quirk", "ssm-error-status=declared"];
  const emulated = await typed(world, argv, { out, interrupted: () => stop.signal });
  expect(emulated).toMatchObject({ code: 0, err: expect.stringContaining("datazone-foreign-table") });
  const values = Object.fromEntries(chosen.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ ...quirks, "ssm-error-status": "declared" });
}, 60_000);
