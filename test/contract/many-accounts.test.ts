import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stub } from "../../providers/stub.ts";
import { audit, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { startProviderHost } from "../support/provider-host.ts";
import type { ProviderHost } from "../support/provider-host.ts";

let world: EmulatorWorld;
let host: ProviderHost;

const accounts = Array.from({ length: 300 }, (_, index) => String(100_000_000_000 + index));
const regions = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"];

beforeAll(async () => {
  world = await emulatorWorld(seed);
  host = await startProviderHost(world.endpoint, audit);
});

afterAll(async () => {
  await host.close();
  await world.close();
});

describe("300 accounts × 4 Regions in one process", () => {
  it("cost a session an account, a listing a place, and less than 250 MB", async () => {
    const targets = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
    const read = async ({ account, region }: { account: string; region: string }) => {
      const id = `${account}/${region}/SyncToDestination/inventory`;
      const role = `arn:aws:iam::${account}:role/Sluice`;
      const destination = { bucketName: "acme-inventory", region: "us-east-1" };
      const name = { syncName: "inventory", syncType: "SyncToDestination" };
      const settings = { __provider: stub.resourceDataSync, account, region, role, ...name };
      expect(await host.read(id, { ...settings, s3Destination: destination })).toBeUndefined();
    };
    const queue = targets.values();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const target of queue) await read(target);
      }),
    );
    const calls = await world.calls();
    expect(calls.filter(({ operation }) => operation === "AssumeRole")).toHaveLength(accounts.length);
    expect(calls.filter(({ operation }) => operation === "ListResourceDataSync")).toHaveLength(targets.length);
    expect(host.peakMegabytes()).toBeLessThan(250);
  });
});
