import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { typed } from "../support/typed.ts";
import { testWorld } from "../support/world.ts";
import type { TestWorld } from "../support/world.ts";

const account = "111122223333";
const regions = ["us-east-1", "eu-west-1", "eu-central-1"];
const domainOf = (region: string) => `dzd_${region.replaceAll("-", "")}`;

let world: TestWorld;
beforeAll(async () => {
  const domains = (region: string) => ({ domains: [{ id: domainOf(region), name: region }] });
  world = await testWorld({
    account,
    seed: {
      accounts: { [account]: { regions: Object.fromEntries(regions.map((region) => [region, domains(region)])) } },
      buckets: { "acme-backups": { region: "us-east-1", account } },
    },
  });
  // The third Region exports nothing yet, and the second has a place that is not there.
  for (const region of regions.slice(0, 2)) {
    const put = new PutDataExportConfigurationCommand({ domainIdentifier: domainOf(region), enableExport: true });
    await new DataZoneClient(world.clientOf(account, region)).send(put);
  }
  await world.advance(1, 5);
  const exportIn = (region: string, backup: string) => ({
    targets: { accounts: ["own"], regions: [region] },
    domain: domainOf(region),
    table: { backup },
  });
  await world.writeSpec({
    version: 1,
    accounts: { own: account },
    exports: {
      first: exportIn("eu-west-1", "s3://acme-nowhere/catalog"),
      second: exportIn("us-east-1", "s3://acme-backups/catalog"),
      third: exportIn("eu-central-1", "s3://acme-backups/catalog"),
    },
  });
});
afterAll(() => world.close());

const receipts = async () => {
  const { Contents = [] } = await world.s3(account).send(new ListObjectsV2Command({ Bucket: "acme-backups" }));
  return Contents.map(({ Key }) => Key!).filter((key) => key.endsWith("/receipt.json"));
};

async function all(...args: string[]): Promise<{ code: number; results: Record<string, string> }> {
  const { code, out, err } = await typed(world, ["backup", "--all", "-o", "json", ...args]);
  expect(out, err).not.toBe("");
  const { places } = JSON.parse(out) as { places: { region: string; result: string }[] };
  return { code, results: Object.fromEntries(places.map(({ region, result }) => [region, result])) };
}

it("backs up every place of the spec, one that fails stops none, and whose newest is too old is told", async () => {
  const none = { "eu-central-1": "noTable", "eu-west-1": "failed", "us-east-1": "missing" };
  expect(await all("--within", "26h")).toEqual({ code: 1, results: none });
  expect(await all("--dry-run")).toEqual({ code: 1, results: { ...none, "us-east-1": "wouldCopy" } });
  expect(await receipts()).toEqual([]);

  expect(await all()).toEqual({ code: 1, results: { ...none, "us-east-1": "backedUp" } });
  expect(await receipts()).toHaveLength(1);
  expect(await all("--within", "26h")).toEqual({ code: 1, results: { ...none, "us-east-1": "young" } });

  // As it is now it is backed up, however long ago; once it has changed the age counts.
  const now = Date.now.bind(Date);
  const later = vi.spyOn(Date, "now").mockImplementation(() => now() + 27 * 3_600_000);
  expect((await all("--within", "26h")).results["us-east-1"]).toBe("young");
  await world.advance(1, 5);
  expect((await all("--within", "26h")).results["us-east-1"]).toBe("old");
  expect((await all("--within", "2d")).results["us-east-1"]).toBe("young");
  expect((await all()).results["us-east-1"]).toBe("backedUp");
  expect(await receipts()).toHaveLength(2);
  later.mockRestore();
});

it("goes with nothing that names one place", async () => {
  const { code, err } = await typed(world, ["backup", "--all", "--to", "s3://acme-backups/other"]);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("--to") });
  expect(await typed(world, ["backup", "--within", "26h"])).toMatchObject({ code: 2 });
});
