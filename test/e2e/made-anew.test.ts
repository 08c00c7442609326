import {
  DataZoneClient,
  DeleteDataExportConfigurationCommand,
  GetDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import {
  CreateResourceDataSyncCommand,
  DeleteResourceDataSyncCommand,
  ListResourceDataSyncCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { DeleteTableCommand, GetTableCommand, ListTableBucketsCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import type { Plan } from "../../src/preview/index.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const region = "us-east-1";
const targets = { accounts: ["catalog"], regions: [region] };
const specOf = ({
  domain = "dzd_alpha",
  prefix = "before",
  adopt = false,
  days = 100,
  leftover = "ask",
  onRemoval = "keep",
} = {}) => ({
  version: 1,
  accounts: { catalog },
  syncs: { inventory: { targets, destination: { bucket: "acme-inventory", region, prefix } } },
  exports: {
    catalog: {
      targets,
      domain,
      adopt,
      recordExpirationDays: days,
      table: { backup: "s3://acme-backups/catalog", leftover, onRemoval },
    },
  },
});

describe.each(engines)("what somebody else has deleted and made anew, on the engine %s", (engine) => {
  let world: TestWorld;
  let datazone: DataZoneClient;
  let ssm: SSMClient;
  let s3tables: S3TablesClient;
  beforeEach(async () => {
    world = await typedWorld({ seed, engine, account: catalog });
    datazone = new DataZoneClient(world.clientOf(catalog));
    ssm = new SSMClient(world.clientOf(catalog));
    s3tables = new S3TablesClient(world.clientOf(catalog));
    await world.writeSpec(specOf());
    await expectCode(0, "up");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  });
  afterEach(() => world.close());

  async function expectCode(code: number, verb: string, ...args: string[]): Promise<string> {
    const ran = await world.run(verb, ...(verb === "preview" ? [] : ["--yes"]), ...args);
    expect(ran.code, ran.stdout + ran.stderr).toBe(code);
    return (ran.stdout + ran.stderr).replaceAll(/\s+/g, " ");
  }

  async function switchOff(domainIdentifier: string) {
    await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier }));
  }

  async function makeExportAnew() {
    const domainIdentifier = "dzd_alpha";
    await switchOff(domainIdentifier);
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier, enableExport: true }));
    return exportIn(domainIdentifier);
  }

  async function makeSyncAnew() {
    await ssm.send(new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }));
    const S3Destination = {
      BucketName: "acme-inventory",
      Region: region,
      Prefix: "before",
      SyncFormat: "JsonSerDe",
    } as const;
    await ssm.send(new CreateResourceDataSyncCommand({ SyncName: "inventory", S3Destination }));
  }

  async function exportIn(domainIdentifier: string): Promise<string | undefined> {
    const told = await datazone
      .send(new GetDataExportConfigurationCommand({ domainIdentifier }))
      .catch(() => undefined);
    return told?.createdAt?.toISOString();
  }

  /** What names the exported table. */
  async function exportedTable() {
    const [bucket] = (await s3tables.send(new ListTableBucketsCommand({}))).tableBuckets!;
    return { tableBucketARN: bucket!.arn, namespace: "asset_metadata", name: "asset" };
  }

  async function prefixInAws() {
    const { ResourceDataSyncItems: items = [] } = await ssm.send(
      new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
    );
    return items.find(({ SyncName }) => SyncName === "inventory")?.S3Destination?.Prefix;
  }

  it("an export: a plan for another domain says that it stays in the way, and changes nothing until it is taken over", async () => {
    const theirs = await makeExportAnew();
    await world.writeSpec(specOf({ domain: "dzd_beta" }));
    const told = /of dzd_alpha .*made anew at .* by somebody else.*dzd_beta cannot come in its place.*refresh --adopt/;
    expect(await expectCode(5, "preview")).toMatch(told);
    expect(await expectCode(5, "up")).toMatch(told);
    expect(await exportIn("dzd_alpha")).toBe(theirs);
    // To be looked at makes nothing this stack's.
    await expectCode(0, "refresh");
    expect(await expectCode(5, "up")).toMatch(told);
    expect(await expectCode(0, "refresh", "--adopt")).toMatch(/taken over as asked/);
    await expectCode(0, "up");
    expect([await exportIn("dzd_alpha"), await exportIn("dzd_beta")]).toEqual([undefined, expect.any(String)]);
  });

  it("an export: a run that was not to look ahead ends with the way on and the way back", async () => {
    const theirs = await makeExportAnew();
    await world.writeSpec(specOf({ domain: "dzd_beta" }));
    const failed = await expectCode(1, "up", "--no-preflight");
    expect(failed).toMatch(
      /exports dzd_alpha, by a configuration that the state does not know.*delete-data-export-configuration --domain-identifier dzd_alpha.*domain back to dzd_alpha and run .* with `--adopt`/,
    );
    expect(await exportIn("dzd_alpha")).toBe(theirs);
    await world.writeSpec(specOf());
    await expectCode(0, "up", "--adopt");
    await expectCode(0, "preview", "--refresh", "--expect-no-changes");
    expect(await exportIn("dzd_alpha")).toBe(theirs);
  });

  it("an export that is gone, beside a table that another domain has left: the plan does not let it write into that", async () => {
    const place = await exportedTable();
    await switchOff("dzd_alpha");
    await s3tables.send(new DeleteTableCommand(place));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
    await world.advance(1, 5);
    await switchOff("dzd_beta");
    const { tableARN } = await s3tables.send(new GetTableCommand(place));
    const blocked = await expectCode(5, "up", "--refresh");
    expect(blocked).toMatch(
      /one of unknown origin lies in its place.*take the entry out.*declare it again with `table.leftover`/,
    );
    expect(blocked).toMatch(/exports nothing.*Mend what the plan found, then run/);
    expect(await exportIn("dzd_alpha")).toBeUndefined();
    // The cure as it stands there.
    await world.writeSpec({ version: 1, accounts: { catalog } });
    await expectCode(0, "up");
    expect((await s3tables.send(new GetTableCommand(place))).tableARN).toBe(tableARN);
    await world.writeSpec(specOf({ leftover: "backUpAndDrop" }));
    await expectCode(0, "up");
    expect(await exportIn("dzd_alpha")).toEqual(expect.any(String));
  });

  it("an export: a change in place is made, and said to be in somebody else's", async () => {
    await makeExportAnew();
    await world.writeSpec(specOf({ days: 200 }));
    expect(await expectCode(0, "preview")).toMatch(/made anew at .* The change is made in it all the same/);
  });

  it("a sync: a plan that would replace it says that it stays, and changes nothing until it is taken over", async () => {
    await makeSyncAnew();
    await world.writeSpec(specOf({ prefix: "after" }));
    const told = /resource data sync "inventory" .*made anew at .* cannot come in its place/;
    expect(await expectCode(5, "preview")).toMatch(told);
    expect(await expectCode(5, "up")).toMatch(told);
    expect(await prefixInAws()).toBe("before");
    await expectCode(0, "refresh", "--adopt");
    await expectCode(0, "up");
    expect(await prefixInAws()).toBe("after");
  });

  it.each([
    ["an entry that is taken out", "up"],
    ["the same after a look at everything", "up", "--refresh"],
    ["a destroy", "destroy"],
  ])("%s: the plan says that export, table and sync stay, and they do", async (_how, verb, ...args) => {
    const place = await exportedTable();
    await world.writeSpec(specOf({ onRemoval: "backUpAndDrop" }));
    await expectCode(0, "up");
    await world.advance(1, 5);
    const theirs = await makeExportAnew();
    await makeSyncAnew();
    const { tableARN, versionToken } = await s3tables.send(new GetTableCommand(place));
    if (verb === "up") {
      await world.writeSpec({ version: 1, accounts: { catalog } });
      const { stdout } = await world.run("preview", "-o", "json", ...args);
      const stays = { operation: "delete", severity: "changes", found: { becomes: "kept" } };
      expect((JSON.parse(stdout) as Plan).changes).toMatchObject([
        { type: "AssetTable", operation: "delete", found: { becomes: "kept", owner: "dzd_alpha" } },
        { type: "DataExportConfiguration", ...stays },
        { type: "ResourceDataSync", ...stays },
      ]);
    }
    const told = await expectCode(0, verb, ...args);
    expect(told).toMatch(/The table of dzd_alpha stays with all its rows; only the claim on it ends/);
    expect(told.match(/has made it anew: it stays as it is, and only its record ends/g)).toHaveLength(2);
    expect(told).toMatch(
      /table .* stays, though .* dzd_alpha has an export there that this stack does not delete: it is still declared, or/,
    );
    expect(told).toMatch(/warning export-exists .* It stays in AWS.*warning sync-exists .* It stays in AWS/);
    expect(await exportIn("dzd_alpha")).toBe(theirs);
    expect(await prefixInAws()).toBe("before");
    expect(await s3tables.send(new GetTableCommand(place))).toMatchObject({ tableARN, versionToken });
  });

  it("a removal that leaves an export of somebody else's says that its domain exports", async () => {
    await makeExportAnew();
    await world.writeSpec({ version: 1, accounts: { catalog } });
    const { code, stdout } = await world.run("up", "--yes", "-o", "json");
    expect(code, stdout).toBe(0);
    const { exporting } = JSON.parse(stdout) as { exporting: unknown };
    expect(exporting).toEqual([{ account: catalog, region, domain: "dzd_alpha" }]);
  });

  it("a table that was made anew, and an export that is gone: the plan says why the table stays, and it does", async () => {
    const place = await exportedTable();
    await world.writeSpec(specOf({ onRemoval: "backUpAndDrop" }));
    await expectCode(0, "up");
    await switchOff("dzd_alpha");
    await s3tables.send(new DeleteTableCommand(place));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
    await world.advance(1, 5);
    await switchOff("dzd_alpha");
    const { tableARN } = await s3tables.send(new GetTableCommand(place));
    await world.writeSpec({ version: 1, accounts: { catalog } });
    const told = await expectCode(0, "up");
    expect(told).toMatch(/warning table-leftover .*stays, though .* backUpAndDrop: nobody knows whose it is/);
    expect((await s3tables.send(new GetTableCommand(place))).tableARN).toBe(tableARN);
  });
});
