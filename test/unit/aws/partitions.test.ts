import { partition } from "@aws-sdk/core/client";
import { expect, it } from "vitest";
import { resourceDataSync } from "../../../providers/index.ts";
import { knownRegions, mainRegionOf, partitionOf, partitions, regionPattern } from "../../../src/partitions.ts";
import { parseSpec } from "../../../src/spec/index.ts";

const { partitionsInfo } = (await import(
  // The SDK exports what it looks up in this table, and not the table.
  import.meta
    .resolve("@aws-sdk/core/client")
    .replace(/dist-(?:es|cjs).*/, "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js")
)) as { partitionsInfo: { partitions: { id: string; regionRegex: string; regions: Record<string, object> }[] } };

it("the table is the AWS SDK's", () => {
  const there = partitionsInfo.partitions.map(({ id, regionRegex, regions }) => ({
    name: id,
    pattern: regionRegex.replaceAll(/\\-/g, "-").replace("(de)", "de"),
    regions: Object.keys(regions).filter((region) => !region.endsWith("-global")),
  }));
  const ours = partitions.map(({ name, pattern, regions }) => ({ name, pattern: pattern.source, regions }));
  expect(ours.map((each) => ({ ...each, regions: each.regions.toSorted() }))).toEqual(
    there.map((each) => ({ ...each, regions: each.regions.toSorted() })),
  );
});

it("every Region is of the partition that the SDK says, has its main Region, and is one for spec and provider", async () => {
  expect(knownRegions.length).toBeGreaterThan(40);
  for (const region of [...knownRegions, "us-gov-central-1", "eusc-de-west-2", "ap-southeast-12", "xx-north-1"]) {
    const { name, implicitGlobalRegion } = partition(region) as { name: string; implicitGlobalRegion?: string };
    expect([region, partitionOf(region), mainRegionOf(region)]).toEqual([region, name, implicitGlobalRegion]);
    expect(region).toMatch(regionPattern);
    const s3Destination = { bucketName: "inventory", region };
    const sync = { account: "111122223333", region, syncName: "inventory", s3Destination };
    const { inputs, failures = [] } = await resourceDataSync.check!({}, sync);
    expect([region, failures]).toEqual([region, []]);
    expect(inputs.arn).toBe(`arn:${name}:ssm:${region}:111122223333:resource-data-sync/inventory`);
  }
});

it("${partition} stands for the Region's partition", () => {
  const text = `version: 1
role: arn:\${partition}:iam::\${account.id}:role/Sluice
accounts: { audit: "111122223333" }
syncs: { inventory: { targets: { accounts: all, regions: [eusc-de-east-1] }, destination: { bucket: acme-inventory, region: eusc-de-east-1 } } }
`;
  expect(parseSpec(text, "sluice.yaml").problems).toEqual([]);
});
