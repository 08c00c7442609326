import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

/** An account, its Region and the Region's partition. */
const places = [
  { account: "111122223333", region: "eusc-de-east-1", partition: "aws-eusc" },
  { account: "222233334444", region: "cn-north-1", partition: "aws-cn" },
  { account: "333344445555", region: "us-gov-west-1", partition: "aws-us-gov" },
];
const domains = ["dzd_alpha", "dzd_beta"];
const byPlace = <T>(of: (place: (typeof places)[number]) => [string, T]) => Object.fromEntries(places.map(of));

const seed = {
  accounts: byPlace(({ account, region }) => {
    const there = { domains: domains.map((id) => ({ id, name: id })) };
    return [account, { regions: { [region]: there }, roles: { Sluice: {} } }];
  }),
  buckets: Object.assign(
    {},
    ...places.map(({ account, region }) => ({
      [`inventory-${account}`]: { region, account, policy: "ssm-delivery" },
      [`backups-${account}`]: { region, account },
    })),
  ),
};

const spec = (domain: string) => ({
  version: 1,
  role: "arn:${partition}:iam::${account.id}:role/Sluice",
  syncs: byPlace(({ account, region, partition }) => {
    const targets = { accounts: [account], regions: [region] };
    return [partition, { targets, destination: { bucket: `inventory-${account}`, region } }];
  }),
  exports: byPlace(({ account, region, partition }) => {
    const targets = { accounts: [account], regions: [region] };
    return [partition, { targets, domain, table: { backup: `s3://backups-${account}/catalog` } }];
  }),
});

let world: TestWorld;
beforeAll(async () => {
  world = await typedWorld({ seed, account: "444455556666" });
});
afterAll(() => world.close());

async function deployed(domain: string) {
  await world.writeSpec(spec(domain));
  const ran = await world.run("up", "--yes", "-o", "json");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

it("every partition gets its sync and its export, under its own ARNs", async () => {
  expect((await deployed("dzd_alpha")).counts).toMatchObject({ create: 9 });
  for (const { account, region, partition } of places) {
    const client = world.clientOf(account, region);
    const { ResourceDataSyncItems } = await new SSMClient(client).send(
      new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" }),
    );
    expect(ResourceDataSyncItems?.map(({ SyncName }) => SyncName)).toContain(partition);
    const { s3TableBucketArn } = await new DataZoneClient(client).send(
      new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }),
    );
    const resources = (await world.state()).filter(({ urn }) => urn.includes(`::${account}/`));
    const arns = resources.map(({ outputs }) => outputs?.["arn"] ?? outputs?.["tableBucketArn"]);
    expect(arns.toSorted()).toEqual([
      s3TableBucketArn,
      s3TableBucketArn,
      `arn:${partition}:ssm:${region}:${account}:resource-data-sync/${partition}`,
    ]);
  }
});

it("every partition's domain is switched with a proven backup", async () => {
  await world.advance(1);
  const { counts, receipts } = await deployed("dzd_beta");
  expect(counts).toMatchObject({ replace: 6 });
  expect(receipts.map(({ rows }: { rows: number }) => rows)).toEqual([20, 20, 20]);
  for (const { account, region, partition } of places) {
    const tableBucketARN = `arn:${partition}:s3tables:${region}:${account}:bucket/aws-sagemaker-catalog`;
    const table = await new S3TablesClient(world.clientOf(account, region)).send(
      new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }),
    );
    expect(receipts.map(({ source }: { source: { tableArn: string } }) => source.tableArn)).not.toContain(
      table.tableARN,
    );
  }
});

it("every partition's policies are printed by themselves, since none can name things of another", async () => {
  await world.writeSpec(spec("dzd_alpha"));
  const printed = (...more: string[]) => world.run("policies", "--caller", "444455556666", ...more);
  const all = await printed();
  expect([all.code, all.stderr]).toEqual([2, expect.stringContaining("Regions of aws-eusc, aws-cn, aws-us-gov")]);
  for (const { account, partition } of places) {
    const { code, stdout, stderr } = await printed("--partition", partition);
    expect(code, stderr).toBe(0);
    expect(new Set([...stdout.matchAll(/arn:[a-z-]+:/g)].map(([arn]) => arn))).toEqual(new Set([`arn:${partition}:`]));
    expect(stdout).toContain(`arn:${partition}:s3:::inventory-${account}`);
    for (const other of places) if (other.account !== account) expect(stdout).not.toContain(other.account);
  }
  const none = await printed("--partition", "aws");
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("nothing in the partition aws")]);
});
