import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { describe, expect, it } from "vitest";
import { everything, probeWorld, sandbox, sandboxSeed } from "../../support/probe-world.ts";
import type { ProbeWorld } from "../../support/probe-world.ts";

const allowed = { ...everything, days: 0 };
const removable = { "s3tables-managed-delete": "allow" };
const writes = /^(Create|Put|Delete|Update)/;

/** Stops the probe for good at one of its calls, as a kill does: nothing more is asked of AWS. */
function killAt(world: ProbeWorld, moment: "before" | "after", at: number): void {
  let dead = false;
  const check = (count: number) => {
    if (dead || count >= at) {
      dead = true;
      throw new Error("killed");
    }
  };
  world.onCall[moment] = check;
  if (moment === "after") world.onCall.before = () => dead && check(at);
}

describe("a killed probe is cleaned by its ledger", () => {
  const every = process.env["SLUICE_PROBES"] ? 1 : 23;

  it.each([
    ["before", {}],
    ["after", {}],
    ["after", { "datazone-put-completes": "later", "ssm-consistency": "eventual", "datazone-foreign-table": "reuse" }],
  ] as const)(
    "killed %s a call, under %o",
    async (moment, quirks) => {
      let finished = false;
      for (let at = 1; !finished; at += every) {
        const world = await probeWorld({ ...removable, ...quirks });
        const before = await world.look();
        killAt(world, moment, at);
        finished = await world.probe(allowed).then(
          () => true,
          () => false,
        );
        world.onCall.before = world.onCall.after = undefined;
        expect(await world.clean(), `killed ${moment} call ${at}`).toEqual([]);
        expect(await world.look(), `killed ${moment} call ${at}`).toEqual(before);
        expect(existsSync(world.ledger)).toBe(false);
        await world.close();
      }
    },
    900_000,
  );
});

describe("a probe touches nothing that it did not make", () => {
  it("and runs nowhere where anything of the kind lies", async () => {
    const SyncName = "inventory";
    const S3Destination = { BucketName: "acme", Region: "us-east-1", SyncFormat: "JsonSerDe" };
    const world = await probeWorld({}, sandboxSeed({ syncs: [{ SyncName, S3Destination }] }));
    const datazone = new DataZoneClient(world.clientOf(sandbox));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_beta", enableExport: true }));
    await world.forgetCalls();
    await expect(world.probe()).rejects.toThrow(
      /sync inventory \(SyncToDestination\), the export of domain dzd_beta, table aws-sagemaker-catalog/,
    );
    expect((await world.calls()).filter(({ operation }) => writes.test(operation))).toEqual([]);
    await world.close();
  });

  it("counts the syncs of AWS services and leaves them", async () => {
    const source = { SourceType: "SingleAccountMultiRegions", SourceRegions: ["us-east-1"] };
    const syncs = [
      { SyncName: "InspectorResourceDataSync-do-not-delete", SyncType: "SyncFromSource", SyncSource: source },
    ];
    const world = await probeWorld({ ...removable, "ssm-quota": "shared" }, sandboxSeed({ syncs }));
    const before = await world.look();
    const { quirks } = await world.probe(allowed);
    expect(quirks["ssm-quota"]).toMatchObject({ value: "shared" });
    expect(await world.look()).toEqual(before);
    await world.close();
  });

  it("and leaves an export and a table that somebody made since, with the ledger", async () => {
    const world = await probeWorld(removable);
    killAt(world, "after", 150);
    await expect(world.probe(allowed)).rejects.toThrow("killed");
    world.onCall.before = world.onCall.after = undefined;
    const text = await readFile(world.ledger, "utf8");
    expect(await world.clean()).toEqual([]);
    // A month later somebody exports the same domain, and finds the old ledger.
    await world.advance(30);
    const datazone = new DataZoneClient(world.clientOf(sandbox));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
    const at = JSON.parse(text).entries[0]?.at as string;
    const entries = [{ kind: "export-table" }, { kind: "export", domain: "dzd_alpha" }].map((made) => ({ made, at }));
    await writeFile(world.ledger, JSON.stringify({ ...JSON.parse(text), entries }));
    const before = await world.look();
    await world.forgetCalls();
    expect(await world.clean()).toEqual([
      expect.stringContaining("the export of domain dzd_alpha may still be there: "),
      expect.stringContaining("table aws-sagemaker-catalog/asset_metadata/asset may still be there: "),
    ]);
    expect((await world.calls()).filter(({ operation }) => writes.test(operation))).toEqual([]);
    expect(await world.look()).toEqual(before);
    expect(existsSync(world.ledger)).toBe(true);
    await world.close();
  });
});

it("without an allowance no domain is touched, and what it would take is said", async () => {
  const world = await probeWorld();
  const before = await world.look();
  await world.forgetCalls();
  const nothing = {
    exports: false,
    organization: false,
    opsdata: false,
    quickSetup: false,
    days: 0,
    patienceMs: 10_000,
  };
  const { quirks, left } = await world.probe(nothing);
  expect(left).toEqual([]);
  expect(
    (await world.calls()).filter(({ service, operation }) => service === "datazone" && writes.test(operation)),
  ).toEqual([]);
  expect(quirks["datazone-own-table"]).toEqual({ untold: expect.stringContaining("--allow exports") });
  expect(quirks["ssm-missing-role"]).toEqual({ untold: expect.stringContaining("--allow organization") });
  expect(quirks["ssm-omitted-switches"]).toEqual({ untold: expect.stringContaining("--allow opsdata") });
  expect(quirks["ssm-status"]).toMatchObject({ value: "settles" });
  expect(await world.look()).toEqual(before);
  await world.close();
});
