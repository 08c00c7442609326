import { afterEach, describe, expect, it } from "vitest";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog, seed, spec } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

/** Calls of a switch that fail, before their effect or after it. */
const moments = [
  "s3tables DeleteTable before",
  "datazone PutDataExportConfiguration before",
  "datazone PutDataExportConfiguration after",
];

describe.each(engines)("an approved switch on the engine %s that was interrupted", (engine) => {
  let world: TestWorld;
  afterEach(() => world.close());

  it.each(moments)(
    "at %s its effect is finished by the same command line",
    async (moment) => {
      const [service, operation, when] = moment.split(" ");
      world = await typedWorld({ seed, engine, account: audit });
      const { exports, ...rest } = spec();
      const only = (domain: string) => ({ ...rest, syncs: {}, exports: { catalog: { ...exports.catalog, domain } } });
      await world.writeSpec(only("dzd_alpha"));
      expect((await world.run("up", "--yes")).code).toBe(0);
      await world.advance(2);

      await world.writeSpec(only("dzd_beta"));
      const preview = await world.run("preview", "-o", "json");
      const { digest } = JSON.parse(preview.stdout) as Plan;
      await writeFile(path.join(world.folder, "plan.json"), preview.stdout);
      const command = ["up", "--digest", digest, "--plan", "plan.json", "-o", "json"] as const;
      await world.fault({ service, operation, when, error: "AccessDeniedException", times: 1000 });
      expect([0, 1]).toContain((await world.run(...command)).code);
      await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });

      const again = await world.run(...command);
      expect(again.code, again.stderr).toBe(0);
      const datazone = new DataZoneClient(world.clientOf(catalog));
      const found = await datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_beta" }));
      expect(found).toMatchObject({ isExportEnabled: true, status: "COMPLETED" });
      expect((await world.run("preview", "--expect-no-changes")).code).toBe(0);
    },
    180_000,
  );
});
