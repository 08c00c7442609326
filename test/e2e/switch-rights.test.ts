import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { tableBucketARN } from "../support/catalog-host.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import type { TestProgram } from "../support/program.ts";
import { engines } from "../support/sluice.ts";

const region = "us-east-1";

const everythingBut = (...actions: string[]) => ({
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "*", Resource: "*" },
      ...(actions.length > 0 ? [{ Effect: "Deny", Action: actions, Resource: "*" }] : []),
    ],
  },
});
const unasked = "iam:SimulatePrincipalPolicy";
const roles = {
  Everything: everythingBut(),
  UnaskedNoPut: everythingBut(unasked, "datazone:PutDataExportConfiguration"),
  UnaskedNoDrop: everythingBut(unasked, "s3tables:DeleteTable"),
  NoExpiration: everythingBut("s3tables:PutTableRecordExpirationConfiguration"),
};

const program = (role: keyof typeof roles, domain: string, wanted: object = {}) => ({
  "package.json": JSON.stringify({ type: "module" }),
  "index.js": `import { AssetTable, DataExportConfiguration } from "sluice";
    const role = "arn:aws:iam::${catalog}:role/${role}";
    const place = { account: "${catalog}", region: "${region}", role, domain: "${domain}" };
    const table = new AssetTable("t", { ...place, backup: "s3://acme-backups/c" });
    new DataExportConfiguration("e", { ...place, assetTable: table.id, ...${JSON.stringify(wanted)} });`,
});

describe.each(engines)("a switch by a role that lacks a right, on the engine %s alone", (engine) => {
  let world: EmulatorWorld;
  let deployed: TestProgram;
  beforeAll(async () => {
    const accounts = { ...seed.accounts, [catalog]: { ...seed.accounts[catalog], roles } };
    world = await emulatorWorld({ ...seed, accounts });
  });
  beforeEach(() => world.reset());
  afterEach(() => deployed.close());
  afterAll(() => world.close());

  const env = () => world.environmentOf(catalog, region);

  const isExporting = async (domainIdentifier: string) => {
    const asked = new GetDataExportConfigurationCommand({ domainIdentifier });
    return (await new DataZoneClient(world.clientOf(catalog)).send(asked).catch(() => undefined))?.isExportEnabled;
  };
  const tableArn = async () => {
    const asked = new GetTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" });
    return (await new S3TablesClient(world.clientOf(catalog)).send(asked).catch(() => undefined))?.tableARN;
  };

  async function run(verb: "preview" | "up", ...of: Parameters<typeof program>) {
    await deployed.write(program(...of));
    const { code, stdout, stderr } = await deployed.deploy(verb);
    return { code, text: stdout + stderr };
  }

  async function exporting(wanted: object = {}) {
    deployed = await testProgram({ engine, env: env(), files: program("Everything", "dzd_alpha", wanted) });
    const made = await deployed.deploy("up");
    expect(made.code, made.stdout + made.stderr).toBe(0);
    await world.advance(2);
    return await tableArn();
  }

  const missing = /NoExpiration may not .*s3tables:PutTableRecordExpirationConfiguration/s;

  it("is refused before the old export is deleted, where that one has an expiration of rows and the role may set none", async () => {
    const table = await exporting({ recordExpirationDays: 30 });
    const refused = await run("up", "NoExpiration", "dzd_beta", { recordExpirationDays: 30 });
    expect(refused.code, refused.text).not.toBe(0);
    expect(refused.text).toMatch(missing);
    expect(refused.text).toContain("Nothing was touched");
    expect({ old: await isExporting("dzd_alpha"), table: await tableArn() }).toEqual({ old: true, table });
  }, 240_000);

  it("is refused at the plan, where the new export alone has an expiration of rows, and not where none has", async () => {
    await exporting();
    const planned = await run("preview", "NoExpiration", "dzd_beta", { recordExpirationDays: 30 });
    expect(planned.code, planned.text).not.toBe(0);
    expect(planned.text).toMatch(missing);
    const switched = await run("up", "NoExpiration", "dzd_beta");
    expect(switched.code, switched.text).toBe(0);
    expect(await isExporting("dzd_beta")).toBe(true);
  }, 240_000);

  it.each([
    ["datazone:PutDataExportConfiguration", "UnaskedNoPut"],
    ["s3tables:DeleteTable", "UnaskedNoDrop"],
  ] as const)(
    "goes on where nobody may ask IAM for it, tells at the refusal of %s what exports nothing and the way back, and goes back by the former role",
    async (action, role) => {
      const table = await exporting();
      const failed = await run("up", role, "dzd_beta");
      expect(failed.code, failed.text).toBe(1);
      expect(failed.text).toMatch(new RegExp(`Whether the role \\S+${role} may take every step .* is not known`));
      expect(failed.text).toMatch(new RegExp(`is not authorized to perform: ${action}`));
      const place = `${catalog}/${region}`;
      expect(failed.text).toMatch(
        new RegExp(
          `No domain exports in ${place} since 2\\S+ \\S+ UTC, when dzd_alpha's configuration was deleted\\. ` +
            `Run it again to go on, or set the domain and the role \\(arn:aws:iam::${catalog}:role/Everything\\) back and run it`,
        ),
      );
      const exports = async () => [await isExporting("dzd_alpha"), await isExporting("dzd_beta")];
      expect(await exports()).toEqual([undefined, undefined]);
      const back = await run("up", "Everything", "dzd_alpha");
      expect(back.code, back.text).toBe(0);
      expect(await exports()).toEqual([true, undefined]);
      expect((await tableArn()) === table).toBe(role === "UnaskedNoDrop");
    },
    240_000,
  );
});
