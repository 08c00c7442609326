import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { CreateTableBucketCommand, GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, catalog, seed } from "../support/acme.ts";
import { snapshotRows } from "../support/iceberg-rows.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

interface Entry {
  kind: string;
  domain: string;
  days: Record<string, number>;
  gives: string[];
  metadataLocation?: string;
}

const text = `version: 1
role: arn:aws:iam::\${account.id}:role/Sluice
accounts: { catalog: "${catalog}" }
exports:
  catalog: # ours
    targets: { accounts: [catalog], regions: [us-east-1] }
    domain: dzd_alpha # until the merger
    table: { backup: s3://acme-backups/catalog }
`;

describe.each(engines)("a switch there, back and there again, on the engine %s", (engine) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await writeFile(path.join(world.folder, "sluice.yaml"), text);
    await deploy();
    await world.advance(2, 10);
  });
  afterAll(() => world.close());

  const deploy = async () => {
    const ran = await world.run("up", "--yes", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout);
  };
  const specText = () => readFile(path.join(world.folder, "sluice.yaml"), "utf8");
  const isExporting = async (domainIdentifier: string) => {
    const client = new DataZoneClient(world.clientOf(catalog));
    const found = await client.send(new GetDataExportConfigurationCommand({ domainIdentifier }));
    return found.isExportEnabled === true;
  };

  it("has no way back before there was a switch, and says what to do", async () => {
    const ran = await world.run("switch", "--undo");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`Nothing tells which domain was in ${catalog}/us-east-1 before dzd_alpha`);
    expect(await specText()).toBe(text);
  });

  it("is written into the spec as an edit, and planned", async () => {
    const ran = await world.run("switch", "catalog/us-east-1", "--to", "dzd_beta", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      version: 1,
      target: `${catalog}/us-east-1`,
      from: "dzd_alpha",
      to: "dzd_beta",
      edit: { file: "sluice.yaml", line: 7 },
      rows: { leaving: expect.stringContaining("backed up to s3://acme-backups/catalog") },
      plan: { result: "ok", counts: { replace: 2 } },
    });
    expect(await specText()).toBe(text.replace("dzd_alpha", "dzd_beta"));
    expect(await isExporting("dzd_alpha")).toBe(true);
    await deploy();
    await world.advance(3, 10);
  });

  it("is undone by the record of the slot: the edit, the plan, and what becomes of the rows of both", async () => {
    const ran = await world.run("switch", "--undo");
    expect(ran.code, ran.stderr).toBe(0);
    expect(await specText()).toBe(text);
    expect(ran.stdout).toContain('sluice.yaml:7  domain: "dzd_alpha", and was "dzd_beta"');
    expect(ran.stdout).toMatch(/of dzd_beta: The table of dzd_beta is backed up to\s+s3:\/\/acme-backups\/catalog/);
    expect(ran.stdout).toContain("of dzd_alpha: its export begins anew");
    expect(ran.stdout).toMatch(
      /Its backup: 20 rows, verified .*\n +sluice restore s3:\/\/acme-backups\/.*receipt\.json --into/,
    );
    const undone = await world.run("switch", "--undo");
    expect(undone.stdout).toContain("Nothing: the plan touches no table.");
    expect(undone.stdout).not.toContain("begins anew");
    await world.run("switch", "--undo");
    expect(await specText()).toBe(text);
    const { receipts } = await deploy();
    expect(await isExporting("dzd_alpha")).toBe(true);
    await world.advance(1, 10);

    const { location } = receipts[0].destination;
    const again = await world.run("switch", "--receipt", `${location}/receipt.json`, "-o", "json");
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      from: "dzd_alpha",
      to: "dzd_beta",
      rows: { returning: { receipt: `${location}/receipt.json`, rows: 30 } },
    });
    await deploy();
    expect(await isExporting("dzd_beta")).toBe(true);
    await world.advance(2, 10);
  });

  it("leaves a history that tells whose days lie where", async () => {
    // A second backup of the table that lies there now has nothing that the table itself has not.
    const role = `arn:aws:iam::${catalog}:role/Sluice`;
    const copy = await world.run(
      "backup",
      "--role",
      role,
      "--region",
      "us-east-1",
      "--to",
      "s3://acme-backups/catalog",
    );
    expect(copy.code, copy.stderr).toBe(0);
    const ran = await world.run("history", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    const { places } = JSON.parse(ran.stdout);
    const told = places[0].entries.map(({ kind, domain, days, gives }: Entry) => [
      kind,
      domain,
      Object.values(days).join(),
      gives.length,
    ]);
    expect(told).toEqual([
      ["backup", "dzd_alpha", "10,10", 2],
      ["backup", "dzd_beta", "10,10,10", 3],
      ["backup", "dzd_alpha", "10", 1],
      ["backup", "dzd_beta", "10,10", 0],
      ["live", "dzd_beta", "10,10", 2],
    ]);
    const text = await world.run("history", "catalog/us-east-1");
    expect(text.stdout).toMatch(new RegExp(`^${catalog}/us-east-1 {2}8 days, 80 rows in 5 backups and tables`));
  });

  it("becomes one table in which every day is once", async () => {
    const tables = new S3TablesClient(world.clientOf(catalog));
    const { arn } = await tables.send(new CreateTableBucketCommand({ name: "acme-lake" }));
    const into = ["--into", arn!, "--as", "catalog.history", "--into-role", `arn:aws:iam::${catalog}:role/Sluice`];
    const ran = await world.run("history", ...into, "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    const { table, places } = JSON.parse(ran.stdout);
    expect(table.rows).toBe(80);
    expect(table.appended.map(({ domain, rows }: { domain: string; rows: number }) => [domain, rows])).toEqual([
      ["dzd_alpha", 20],
      ["dzd_beta", 30],
      ["dzd_alpha", 10],
      ["dzd_beta", 20],
    ]);
    const named = { tableBucketARN: arn!, namespace: "catalog", name: "history" };
    const { metadataLocation } = await tables.send(new GetTableCommand(named));
    expect(metadataLocation).toBe(table.metadataLocation);
    const s3 = world.s3(catalog);
    const read = async (uri: string) => (await snapshotRows(s3, uri)).at(-1)!.rows;
    const sources = (places[0].entries as Entry[]).filter(({ gives }) => gives.length > 0);
    const all: string[] = [];
    for (const source of sources) all.push(...(await read(source.metadataLocation!)));
    const rows = await read(metadataLocation!);
    expect(rows).toEqual(all.toSorted());
    const days = Map.groupBy(rows, (row) => String(JSON.parse(row).snapshot_time).slice(0, 10));
    expect([...days.values()].map(({ length }) => length)).toEqual([10, 10, 10, 10, 10, 10, 10, 10]);

    const again = await world.run("history", ...into, "-o", "json");
    expect(JSON.parse(again.stdout).table).toEqual(table);
    await world.advance(1, 10);
    const later = await world.run("history", ...into, "-o", "json");
    expect(later.code, later.stderr).toBe(0);
    const after = await tables.send(new GetTableCommand(named));
    expect((await read(after.metadataLocation!)).length).toBe(90);
  });
});
