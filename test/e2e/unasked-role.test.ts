import { afterEach, expect, it } from "vitest";
import { audit, catalog, seed, workloads } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const withoutQuestion = {
  policy: {
    Version: "2012-10-17",
    Statement: [everything, { Effect: "Deny", Action: "iam:SimulatePrincipalPolicy", Resource: "*" }],
  },
};
const fleet = { accounts: ["audit", "catalog", "workloads"], regions: ["us-east-1", "eu-west-1"] };
const destination = { bucket: "acme-inventory", region: "us-east-1" };
const inventory = { targets: fleet, destination };
const role = (name: string) => `arn:aws:iam::\${account.id}:role/${name}`;

let world: TestWorld;
afterEach(() => world.close());

/** A world in which each account has these roles. */
async function worldWith(roles: object) {
  const accounts = Object.entries(seed.accounts).map(([id, account]) => [id, { ...account, roles }]);
  return typedWorld({ seed: { ...seed, accounts: Object.fromEntries(accounts) }, account: audit });
}

const writeSpec = (role: string, syncs: object, accounts: object = { audit, catalog, workloads }) =>
  world.writeSpec({ version: 1, role, accounts, syncs });

async function unknownFindings() {
  const { code, stdout, stderr } = await world.run("preview", "-o", "json");
  expect(code, stdout + stderr).toBe(0);
  const { preflight } = JSON.parse(stdout) as { preflight: { findings: { code: string }[] } };
  return preflight.findings.filter((finding) => finding.code === "unknown");
}

it("roles that may not ask IAM what they may do are one warning, which names the permission, for all their accounts and Regions", async () => {
  world = await worldWith({ Sluice: withoutQuestion });
  await writeSpec(role("Sluice"), {
    inventory,
    second: { ...inventory, destination: { ...destination, prefix: "b" } },
  });
  const [finding, ...others] = await unknownFindings();
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    message: expect.stringMatching(/^Whether the role .*Sluice may do all that this plan takes .* is not known/),
    cure: expect.stringMatching(/^Allow it iam:SimulatePrincipalPolicy on itself/),
    targets: [audit, catalog, workloads]
      .flatMap((account) => fleet.regions.map((region) => `${account}/${region}`))
      .toSorted(),
  });
});

it("a former role that may not delete is told, by the external id that the state alone has", async () => {
  const externalId = "correct-horse-battery";
  const policy = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: "ssm:DeleteResourceDataSync", Resource: "*" },
    ],
  };
  world = await worldWith({ Former: { externalId, policy }, Sluice: {} });
  const guarded = { id: workloads, role: `arn:aws:iam::${workloads}:role/Former`, externalId };
  const syncs = (prefix: string) => ({
    inventory: {
      targets: { accounts: ["workloads"], regions: ["us-east-1"] },
      destination: { ...destination, prefix },
    },
  });
  await writeSpec(role("Sluice"), syncs("a"), { audit, workloads: guarded });
  expect((await world.run("up", "--yes")).code).toBe(0);
  await writeSpec(role("Sluice"), syncs("b"), { audit, workloads });
  const { code, stdout, stderr } = await world.run("preview", "-o", "json");
  expect(code, stdout + stderr).toBe(5);
  expect(JSON.parse(stdout).preflight.findings).toMatchObject([
    {
      code: "permission-missing",
      severity: "error",
      name: `${workloads}/us-east-1/inventory`,
      message: expect.stringMatching(/Former may not .*ssm:DeleteResourceDataSync/),
    },
  ]);
  expect(stdout + stderr).not.toContain(externalId);
  expect((await world.run("up", "--yes", "--no-preflight")).code).toBe(1);
});
