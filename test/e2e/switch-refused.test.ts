import { GetDataExportConfigurationCommand, DataZoneClient } from "@aws-sdk/client-datazone";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, catalog, disabledKey, seed, spec } from "../support/acme.ts";
import { tableBucketARN } from "../support/catalog-host.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

const kinds: [string, object, string, RegExp][] = [
  ["a domain that does not exist", { domain: "dzd_nosuch" }, "domain-missing", /dzd_nosuch is not in/],
  ["a disabled key", { domain: "dzd_beta", encryption: { kmsKey: disabledKey } }, "key-unusable", /is Disabled/],
  [
    "a bucket that does not exist",
    { domain: "dzd_beta", table: { backup: "s3://no-such-bucket/x" } },
    "backup-missing",
    /no-such-bucket does not exist/,
  ],
  [
    "no backup and no word for the loss",
    { domain: "dzd_beta", table: { backup: "none" } },
    "data-loss",
    /gone for good/,
  ],
];

describe.each(engines)("a switch that could not be finished, on the engine %s", (engine) => {
  let world: TestWorld;

  const want = (entry: object) => {
    const { catalog: written } = spec().exports;
    return world.writeSpec({ ...spec(), syncs: {}, exports: { catalog: { ...written, ...entry } } });
  };

  async function expectUntouched() {
    const client = world.clientOf(catalog);
    const asked = new GetDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" });
    expect((await new DataZoneClient(client).send(asked)).isExportEnabled).toBe(true);
    const table = { tableBucketARN, namespace: "asset_metadata", name: "asset" };
    expect((await new S3TablesClient(client).send(new GetTableCommand(table))).tableARN).toBeDefined();
    const writes = (await world.calls()).filter(({ operation }) =>
      /^(Put|Delete|Create|Update|Upload)/.test(operation),
    );
    expect(writes).toEqual([]);
  }

  beforeAll(async () => {
    world = await typedWorld({ seed, engine, account: audit });
    // By this the program finds its spec where the engine runs it alone.
    world.env["SLUICE_SPEC"] = `${world.folder}/sluice.yaml`;
    await want({});
    expect((await world.run("up", "--yes")).code).toBe(0);
    await world.advance(2);
    await world.forgetCalls();
  });
  afterAll(() => world.close());

  it.each(kinds)(
    "for want of %s is told by preview and touches nothing, with up and on the engine alone",
    async (_, entry, code, said) => {
      await want(entry);
      const preview = await world.run("preview", "-o", "json");
      const plan = JSON.parse(preview.stdout);
      expect({ exit: preview.code, result: plan.result }).toEqual({ exit: 5, result: "blocked" });
      expect(plan.preflight.findings.map((finding: { code: string }) => finding.code)).toContain(code);
      const name = code === "data-loss" ? code : "preflight";
      expect(plan.guards.find((guard: { name: string }) => guard.name === name).status).toBe("blocked");
      expect((await world.run("up", "--yes")).code).toBe(5);

      const where = ["--cwd", `${world.folder}/.sluice`, "--state", `file://${world.folder}`];
      const ran = await world.run("engine", "up", "--yes", ...where);
      expect(ran.code, ran.stdout + ran.stderr).toBe(1);
      expect(ran.stdout + ran.stderr).toMatch(said);
      await expectUntouched();
    },
  );
});
