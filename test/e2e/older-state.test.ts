import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DataZoneClient, GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { afterEach, expect, it } from "vitest";
import { catalog, seed } from "../support/acme.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

let world: TestWorld;
afterEach(() => world.close());

it("an older state that was put back is found by status, drift and --refresh, which makes what is missing", async () => {
  world = await typedWorld({ seed, account: catalog });
  const targets = { accounts: ["catalog"], regions: ["us-east-1"] };
  const table = { backup: "s3://acme-backups/catalog" };
  const exports = { catalog: { targets, domain: "dzd_alpha", table } };
  await world.writeSpec({ version: 1, accounts: { catalog }, exports });
  const run = async (code: number, verb: string, ...args: string[]) => {
    const ran = await world.run(verb, ...args);
    expect(ran.code, ran.stdout + ran.stderr).toBe(code);
    return ran.stdout.replaceAll(/\s+/g, " ");
  };
  await run(0, "up", "--yes");
  const file = path.join(world.folder, ".pulumi/stacks/sluice/dev.json");
  const older = await readFile(file);
  await run(0, "destroy", "--yes");
  await writeFile(file, older);
  expect(await run(0, "up", "--yes")).toContain("no changes");
  expect(await run(1, "status")).toMatch(/MISSING export dzd_alpha .*`up --refresh` where the state has it still/);
  expect(await run(7, "drift", "--expect-no-changes")).toContain("AWS no longer has it");
  await run(0, "up", "--yes", "--refresh");
  const datazone = new DataZoneClient(world.clientOf(catalog));
  const told = await datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  expect(told.isExportEnabled).toBe(true);
  await run(0, "status");
});
