import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { emulatorWorld } from "../support/emulator-world.ts";
import type { EmulatorWorld } from "../support/emulator-world.ts";
import { testProgram } from "../support/program.ts";
import type { TestProgram } from "../support/program.ts";
import { engines } from "../support/sluice.ts";

const region = "us-east-1";
const claim = `const table = new AssetTable("t", { ...place, backup: "s3://acme-backups/c" });`;
const put = (assetTable: string) => `new DataExportConfiguration("e", { ...place, assetTable: ${assetTable} });`;
const text = put(`"${catalog}/${region}/" + place.domain`);

const program = (domain: string, body: string) => ({
  "package.json": JSON.stringify({ type: "module" }),
  "index.js": `import { AssetTable, DataExportConfiguration } from "sluice";
    const place = { account: "${catalog}", region: "${region}", domain: "${domain}" };
    ${body}`,
});

describe.each(engines)(
  "a switch in which the engine does not know that the claim comes first, on the engine %s",
  (engine) => {
    let world: EmulatorWorld;
    let deployed: TestProgram;
    beforeAll(async () => {
      world = await emulatorWorld(seed);
    });
    beforeEach(() => world.reset());
    afterEach(() => deployed.close());
    afterAll(() => world.close());

    const env = () => world.environmentOf(catalog, region);

    const isExporting = async (domainIdentifier: string) => {
      const asked = new GetDataExportConfigurationCommand({ domainIdentifier });
      return (await new DataZoneClient(world.clientOf(catalog)).send(asked)).isExportEnabled;
    };

    it.each([
      ["the claim is declared first", claim + text],
      ["the export is declared first", text + claim],
    ])(
      "is refused at the plan, and the old export stays: %s",
      async (_, body) => {
        deployed = await testProgram({ engine, env: env(), files: program("dzd_alpha", body) });
        const made = await deployed.deploy("up");
        expect(made.code, made.stdout + made.stderr).toBe(0);
        const unchanged = await deployed.deploy("preview", "--expect-no-changes");
        expect(unchanged.code, unchanged.stdout + unchanged.stderr).toBe(0);
        await world.advance(2);

        await deployed.write(program("dzd_beta", body));
        for (const verb of ["preview", "up"] as const) {
          const refused = await deployed.deploy(verb);
          expect(refused.code, refused.stdout + refused.stderr).not.toBe(0);
          expect(refused.stdout + refused.stderr).toMatch(/`assetTable` is a text.*Give it .*`assetTable: table\.id`/);
          expect(await isExporting("dzd_alpha")).toBe(true);
        }

        for (const domain of ["dzd_alpha", "dzd_beta"]) {
          await deployed.write(program(domain, claim + put("table.id")));
          const ordered = await deployed.deploy("up");
          expect(ordered.code, ordered.stdout + ordered.stderr).toBe(0);
          expect(await isExporting(domain)).toBe(true);
        }
      },
      240_000,
    );

    it.runIf(engine === "embedded")(
      "is refused where the run is for the claim alone, before the old export is deleted",
      async () => {
        const both = claim + put("table.id");
        deployed = await testProgram({ engine, env: env(), files: program("dzd_alpha", both) });
        const made = await deployed.deploy("up");
        expect(made.code, made.stdout + made.stderr).toBe(0);
        await world.advance(2);
        await deployed.write(program("dzd_beta", both));
        const refused = await deployed.deploy("up", "--target", "**AssetTable**");
        expect(refused.code, refused.stdout + refused.stderr).toBe(1);
        expect(refused.stderr).toMatch(/was not deleted: this run does one half of the switch to dzd_beta alone/);
        expect(await isExporting("dzd_alpha")).toBe(true);
        const whole = await deployed.deploy("up");
        expect(whole.code, whole.stdout + whole.stderr).toBe(0);
      },
      240_000,
    );
  },
);
