import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog, seed, spec, workloads } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { Call, TestWorld } from "../support/world.ts";

const region = "us-east-1";
const { exports, ...rest } = spec();
const exporting = (domain: string) => ({ ...rest, syncs: {}, exports: { catalog: { ...exports.catalog, domain } } });
const inventory = { destination: { bucket: "acme-inventory", region, prefix: "ssm" } };
const fleet = {
  ...rest,
  exports,
  syncs: { inventory: { ...inventory, targets: { accounts: [audit, catalog, workloads], regions: [region] } } },
};

interface Deployment {
  prepare(world: TestWorld): Promise<void>;
  /** The approved end, as AWS tells it. */
  end(world: TestWorld): Promise<unknown>;
}

const exportOf = async (world: TestWorld, domain: string) => {
  const asked = new GetDataExportConfigurationCommand({ domainIdentifier: domain });
  const { isExportEnabled, status } = await new DataZoneClient(world.clientOf(catalog)).send(asked);
  return { isExportEnabled, status };
};

const deployments: Record<string, Deployment> = {
  "a switch of domains": {
    async prepare(world) {
      await world.writeSpec(exporting("dzd_alpha"));
      const { code, stderr } = await world.run("up", "--yes");
      expect(code, stderr).toBe(0);
      await world.advance(2);
      await world.writeSpec(exporting("dzd_beta"));
    },
    end: (world) => exportOf(world, "dzd_beta"),
  },
  "the creation of a fleet": {
    prepare: (world) => world.writeSpec(fleet),
    async end(world) {
      const syncs = [audit, catalog, workloads].map(async (account) => {
        const listing = new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" });
        const { ResourceDataSyncItems = [] } = await new SSMClient(world.clientOf(account)).send(listing);
        return ResourceDataSyncItems.map(({ SyncName }) => SyncName);
      });
      return [await Promise.all(syncs), await exportOf(world, "dzd_alpha")];
    },
  },
};

/** Prepares a world of its own, and returns what was approved in it. */
async function approved({ prepare }: Deployment): Promise<{ world: TestWorld; digest: string }> {
  const world = await typedWorld({ seed, account: audit });
  await prepare(world);
  const preview = await world.run("preview", "-o", "json");
  const { digest, result } = JSON.parse(preview.stdout) as Plan;
  expect(result, preview.stdout).toBe("ok");
  await world.forgetCalls();
  return { world, digest };
}

/** The calls of a deployment that fail: of each operation in an account the first and the last. */
function momentsIn(calls: readonly Call[]) {
  const groups = Map.groupBy(calls, ({ service, operation, account }) => `${service} ${operation} ${account}`);
  return [...groups.values()].flatMap((same) => {
    const { service, operation, account } = same[0]!;
    return [...new Set([0, same.length - 1])].map((skip) => ({ service, operation, account, skip }));
  });
}

// A minute for ten moments: a campaign, not each day's test.
describe.runIf(process.env["SLUICE_CAMPAIGN"]).each(Object.entries(deployments))("%s, approved", (_, deployment) => {
  it("comes to its end by the same command line after a failure at any call", async () => {
    const trial = await approved(deployment);
    const first = await trial.world.run("up", "--digest", trial.digest);
    expect(first.code, first.stderr).toBe(0);
    const moments = momentsIn(await trial.world.calls());
    const end = await deployment.end(trial.world);
    await trial.world.close();
    expect(moments.length).toBeGreaterThan(10);
    const wrong: object[] = [];
    for (const moment of moments) {
      const { world, digest } = await approved(deployment);
      await world.fault({ ...moment, when: "before", error: "AccessDeniedException", times: 100_000 });
      const failed = await world.run("up", "--digest", digest);
      await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
      const again = await world.run("up", "--digest", digest);
      const there = await deployment.end(world).catch((error: Error) => error.name);
      const isRight = again.code === 0 && JSON.stringify(there) === JSON.stringify(end);
      if (!isRight) wrong.push({ moment, codes: [failed.code, again.code], there, said: again.stderr.slice(-2000) });
      await world.close();
    }
    expect(wrong).toEqual([]);
  }, 3_000_000);
});
