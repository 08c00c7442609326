import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { memoryIo } from "../unit/cli/memory-io.ts";

const examples = path.resolve(import.meta.dirname, "../../examples");
const [audit, mumbai, sandbox, closing] = ["111122223333", "222233334444", "333344445555", "444455556666"] as const;
const legacy = "012345678901";

/** 300 accounts in twelve units, with those of the examples among them. */
const unit = (name: string, at: number, units = {}, more: string[] = []) => ({
  name,
  units,
  accounts: [...more, ...Array.from({ length: 25 }, (_, index) => String(700000000000 + at * 100 + index))],
});
const id = (at: number) => `ou-ab12-${String(at).padStart(8, "a")}`;
const units = {
  [id(1)]: unit("Workloads", 1, {
    [id(2)]: unit("Production", 2, { [id(3)]: unit("Payments", 3), [id(4)]: unit("Shop", 4) }, [mumbai, closing]),
    [id(5)]: unit("Development", 5, { [id(6)]: unit("Playground", 6) }, [sandbox]),
  }),
  [id(7)]: unit("Infrastructure", 7, { [id(8)]: unit("Network", 8) }),
  [id(9)]: unit("Security", 9),
  "ou-ab12-cdefgh34": unit("Fleet", 10, {}, [legacy]),
  "ou-ab12-ijklmn56": unit("Acquired", 11),
  [id(12)]: unit("Suspended", 12),
};
const idsIn = (all: object): string[] =>
  Object.values(all as typeof units).flatMap((one) => [...one.accounts, ...idsIn(one.units)]);

const domains = ["dzd_4abc", "dzd_4abc5def", "dzd_dev", "dzd_prod"].map((domain) => ({ id: domain, name: domain }));
const key = (region: string, account: string, name: string) => `arn:aws:kms:${region}:${account}:key/${name}`;
const pilots = [audit, mumbai, sandbox, closing];
const seed = {
  organization: { id: "o-acme123456", management: audit, units },
  accounts: Object.fromEntries(
    [...new Set([audit, ...idsIn(units)])].map((account) => [
      account,
      {
        name: account,
        roles: Object.fromEntries(["Sluice", "Sluice-dev", "Sluice-prod"].map((role) => [role, {}])),
        serviceLinkedRoles: ["accountdiscovery.ssm.amazonaws.com"],
        regions: { "us-east-1": { domains } },
      },
    ]),
  ),
  buckets: Object.fromEntries(
    [
      ...["acme-inventory", "acme-hardware", "acme-inventory-us-east-1", "acme-inventory-trial"].map((name) => [
        name,
        "us-east-1",
      ]),
      ...pilots.map((account) => [`acme-${account}-inventory`, "us-east-1"]),
      ["acme-inventory-eu", "eu-central-1"],
      ["acme-inventory-eu-west-1", "eu-west-1"],
      ["acme-inventory-gov", "us-gov-west-1"],
      ["acme-inventory-cn", "cn-north-1"],
      ["acme-backups", "us-east-1"],
      ["acme-catalog-backups", "us-east-1"],
    ].map(([name, region]) => [
      name,
      { region, account: name === "acme-backups" ? mumbai : audit, policy: "ssm-delivery" },
    ]),
  ),
  keys: Object.fromEntries(
    [
      key("us-east-1", audit, "11111111-2222-3333-4444-555555555555"),
      key("us-east-1", audit, "1234abcd-12ab-34cd-56ef-1234567890ab"),
      key("eu-west-1", audit, "2345bcde-12ab-34cd-56ef-1234567890ab"),
      ...pilots.map((account) => key("us-east-1", account, "1234abcd-12ab-34cd-56ef-1234567890ab")),
    ].map((arn) => [arn, {}]),
  ),
};

let emulator: EmulatorWorld;
let folder: string;
beforeAll(async () => {
  emulator = await emulatorWorld(seed);
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await emulator.reset();
  folder = mkdtempSync(path.join(tmpdir(), "sluice-example-"));
  vi.stubEnv("AWS_ENDPOINT_URL", emulator.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", audit);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "us-east-1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function typed(verb: string, ...argv: string[]) {
  const io = memoryIo({ cwd: folder, env: { ...process.env, PULUMI_CONFIG_PASSPHRASE: "" } });
  const code = await runCommandLine([verb, "--engine", "embedded", "--state", `file://${folder}`, ...argv], io);
  return { code, out: io.stdout(), all: io.stdout() + io.stderr() };
}

/** How many resources each example is, and the stack that it is for. */
const small: Record<string, [created: number, stack?: string]> = {
  "catalog-export": [2],
  "delegated-explorer": [1],
  explorer: [2],
  inventory: [4],
  organization: [52],
  partitions: [4],
  pilot: [4],
  stages: [3, "prod"],
  start: [7],
  teams: [4],
};

it.each(Object.entries(small))(
  "the example %s is deployed as it stands, and then changes nothing",
  async (name, [created, stack = "dev"]) => {
    cpSync(path.join(examples, name), folder, { recursive: true, filter: (file) => !/Pulumi\.yaml$|\.js$/.test(file) });
    const applied = await typed("up", "--yes", "--stack", stack, "-o", "json");
    expect(applied.code, applied.all).toBe(0);
    expect(JSON.parse(applied.out)).toMatchObject({ result: "succeeded", counts: { create: created } });
    const again = await typed("preview", "--stack", stack, "--expect-no-changes");
    expect(again.code, again.all).toBe(0);
  },
  60_000,
);

it("every example has its case", () => {
  const all = globSync("*/sluice.yaml", { cwd: examples }).map((file) => path.dirname(file));
  expect(all.toSorted()).toEqual([...Object.keys(small), "fleet"].toSorted());
});

it("the fleet of 300 accounts in twelve units and eight Regions is planned as it stands", async () => {
  cpSync(path.join(examples, "fleet"), folder, { recursive: true });
  // Nothing is written in 300 accounts by a test that is run each day.
  const planned = await typed("preview", "-o", "json", "--no-preflight");
  const plan = JSON.parse(planned.out);
  expect(planned.code, planned.all.slice(0, 2000)).toBe(0);
  // Six units of production with 25 accounts each in eight Regions; one account more in the one of its Regions that is not excluded.
  const production = 6 * 25 * 8 + 1;
  // The unit of development itself with one account more, in two Regions; and the two named accounts that are neither excluded nor off.
  expect(plan.counts.create).toBe(production + 26 * 2 + 2);
}, 120_000);
