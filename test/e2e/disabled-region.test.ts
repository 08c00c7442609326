import { afterEach, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const role = (account: string) => `arn:aws:iam::${account}:role/Sluice`;
const disabled = ["ap-east-1", "eu-west-1"];
const regions = [...disabled, "us-east-1"];
const seed = {
  organization: { id: "o-acme123456", management: audit, units: {} },
  accounts: {
    [audit]: { name: "audit", disabledRegions: disabled },
    [catalog]: { name: "catalog", disabledRegions: disabled },
  },
  buckets: { "acme-inventory": { region: "us-east-1", account: audit, policy: "ssm-delivery" } },
};
const spec = (accounts: object) => ({
  version: 1,
  accounts,
  syncs: {
    inventory: {
      targets: { accounts: Object.keys(accounts), regions },
      destination: { bucket: "acme-inventory", region: "us-east-1" },
    },
  },
});

let world: TestWorld;
afterEach(() => world.close());

it.each([
  ["the caller's own account", { audit }],
  ["an account of a role", { catalog: { id: catalog, role: role(catalog) } }],
])("a Region that %s has not is told as that, and stops no other one", async (_, accounts) => {
  world = await typedWorld({ seed, account: audit });
  await world.writeSpec(spec(accounts));
  const [account = ""] = Object.values(accounts).map((one) => (typeof one === "string" ? one : one.id));
  const denied = { service: "account", operation: "ListRegions", error: "AccessDeniedException", times: 1000 };
  for (const fault of [undefined, denied]) {
    if (fault) await world.fault(fault);
    const previewed = await world.run("preview", "-o", "json");
    expect(previewed.code, previewed.stderr).toBe(5);
    const { findings } = (JSON.parse(previewed.stdout) as Plan).preflight;
    const errors = findings.filter(({ severity }) => severity === "error");
    // What is equal but for the Region is told once, with its targets.
    const targets = errors.flatMap(({ targets, account, region }) => targets ?? [`${account}/${region}`]);
    expect(errors.every(({ code }) => code === "region-disabled")).toBe(true);
    expect(targets.toSorted()).toEqual(disabled.map((region) => `${account}/${region}`));
    for (const { message, cure, region } of errors) {
      expect(message).toContain(`${region} is not enabled in account ${account}`);
      expect(cure).toContain(`aws account enable-region --region-name ${region}`);
    }
  }
  const applied = await world.run("up", "--yes", "--no-preflight", "-o", "json");
  expect(applied.code, applied.stderr).toBe(1);
  const { places } = JSON.parse(applied.stdout) as {
    places: { region: string; result: string; message?: string }[];
  };
  expect(places.map(({ region, result }) => `${region} ${result}`).toSorted()).toEqual([
    "ap-east-1 failed",
    "eu-west-1 failed",
    "us-east-1 succeeded",
  ]);
  for (const { region, message } of places.filter(({ result }) => result === "failed"))
    expect(message).toContain(`The Region ${region} is not enabled in account ${account}`);
  expect(applied.stderr).not.toMatch(/access key/);
});

it("a key that nobody knows is told as that, with exit code 3", async () => {
  world = await typedWorld({ seed, account: audit });
  await world.writeSpec(spec({ audit }));
  const unknown = { error: "InvalidClientTokenId", when: "before", times: 1000 };
  await world.fault({ ...unknown, service: "sts", operation: "GetCallerIdentity" });
  const { code, stderr } = await world.run("preview");
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/AWS does not know the access key/);
});

it("a session that ends while STS is asked elsewhere is renewed, and not taken for a key that nobody knows", async () => {
  world = await typedWorld({ seed, account: audit });
  await world.writeSpec(spec({ catalog: { id: catalog, role: role(catalog) } }));
  await world.fault({
    service: "sts",
    operation: "GetCallerIdentity",
    error: "ExpiredToken",
    when: "before",
    times: 1,
  });
  const { code, stdout, stderr } = await world.run("preview", "-o", "json");
  expect(code, stderr).toBe(5);
  const { findings } = (JSON.parse(stdout) as Plan).preflight;
  const errors = findings.filter(({ severity }) => severity === "error");
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["region-disabled"]));
});
