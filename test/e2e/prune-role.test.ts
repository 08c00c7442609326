import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { expect, it } from "vitest";
import type { PolicySet } from "../../src/operate/policy-set.ts";
import { typed, typedWorld } from "../support/typed.ts";

const account = "111122223333";
const region = "us-east-1";
const key = `arn:aws:kms:${region}:${account}:key/99999999-2222-3333-4444-555555555555`;
const place = "s3://acme-backups/catalog";
const spec = {
  version: 1,
  exports: {
    catalog: {
      targets: { accounts: [account], regions: [region] },
      domain: "dzd_alpha",
      encryption: { kmsKey: key },
      table: { backup: place, keep: { daily: 1 } },
    },
  },
};

const seedWith = (roles: object) => ({
  accounts: {
    [account]: { name: "catalog", roles, regions: { [region]: { domains: [{ id: "dzd_alpha", name: "Alpha" }] } } },
  },
  buckets: { "acme-backups": { region, account } },
  keys: { [key]: {} },
});

it("the role that prunes has what it needs and no more: without any action of it nothing is deleted", async () => {
  const plain = await typedWorld({ account, seed: seedWith({}) });
  await plain.writeSpec(spec);
  const printed = await typed(plain, ["policies", "--caller", account]);
  expect(printed.code, printed.err).toBe(0);
  await plain.close();
  const { prune, deploy } = JSON.parse(printed.out) as PolicySet;
  const all = prune!.Statement.flatMap(({ Action }) => Action);
  expect(all.filter((action) => !/:(Get|List|Decrypt)/.test(action))).toEqual(["s3:DeleteObject"]);
  expect(deploy.Statement.flatMap(({ Action }) => Action).filter((action) => action.startsWith("s3:Delete"))).toEqual(
    [],
  );
  const without = (lack: string) => ({
    ...prune!,
    Statement: prune!.Statement.map((one) => ({ ...one, Action: one.Action.filter((action) => action !== lack) })),
  });
  const nameOf = (action: string) => `Lacks${action.replace(/\W/g, "")}`;
  const lacking = Object.fromEntries(all.map((action) => [nameOf(action), { policy: without(action) }]));
  const world = await typedWorld({ account, seed: seedWith({ SluicePrune: { policy: prune }, ...lacking }) });
  try {
    await world.writeSpec(spec);
    const configuration = {
      domainIdentifier: "dzd_alpha",
      enableExport: true,
      encryptionConfiguration: { sseAlgorithm: "aws:kms", kmsKeyArn: key },
      clientToken: "one",
    };
    await new DataZoneClient(world.clientOf(account)).send(new PutDataExportConfigurationCommand(configuration));
    for (let night = 0; night < 2; night++) {
      await world.advance(1);
      const made = await world.run("backup", "--to", place);
      expect(made.code, made.stderr).toBe(0);
    }
    const run = (name: string) =>
      world.run("backup", "prune", "--yes", "--role", `arn:aws:iam::\${account.id}:role/${name}`);
    for (const action of all) {
      const ran = await run(nameOf(action));
      expect(ran.code, `${action}\n${ran.stdout}${ran.stderr}`).toBe(1);
    }
    const whole = await run("SluicePrune");
    expect(whole.code, whole.stdout).toBe(0);
    expect(whole.stdout).toContain("Deleted 1 of 1 backup:");
  } finally {
    await world.close();
  }
}, 120_000);
