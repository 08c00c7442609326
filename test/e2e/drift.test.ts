import { readFile } from "node:fs/promises";
import path from "node:path";
import { DataZoneClient, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import {
  DeleteResourceDataSyncCommand,
  ListResourceDataSyncCommand,
  SSMClient,
  UpdateResourceDataSyncCommand,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../src/preview/index.ts";
import { audit, catalog, seed, spec, workloads } from "../support/acme.ts";
import { engines } from "../support/sluice.ts";
import { typedWorld } from "../support/typed.ts";
import type { TestWorld } from "../support/world.ts";

/** The lines that one text has and the other has not. */
function linesBetween(before: string, after: string) {
  const [old, now] = [before, after].map((text) => text.split("\n"));
  return {
    added: now!.filter((line) => !old!.includes(line)),
    removed: old!.filter((line) => !now!.includes(line)),
  };
}

const reads = /^(Get|List|Describe|Head|Simulate|AssumeRole)/;

describe.each(engines)("changes behind the stack's back, on the engine %s", (engine) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await typedWorld({ seed, engine, account: audit });
    await world.writeSpec(spec());
    const ran = await world.run("up", "--yes");
    expect(ran.code, ran.stderr).toBe(0);
    await edit();
  });
  afterAll(() => world.close());

  const ssm = (account: string, region = "us-east-1") => new SSMClient(world.clientOf(account, region));
  const setExport = (isExportEnabled: boolean) =>
    new DataZoneClient(world.clientOf(catalog)).send(
      new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: isExportEnabled }),
    );
  const edit = async () => {
    await ssm(audit).send(
      new UpdateResourceDataSyncCommand({
        SyncName: "explorer",
        SyncType: "SyncFromSource",
        SyncSource: {
          SourceType: "AwsOrganizations",
          AwsOrganizationsSource: { OrganizationSourceType: "EntireOrganization" },
          SourceRegions: ["eu-west-1"],
          IncludeFutureRegions: false,
          EnableAllOpsDataSources: false,
        },
      }),
    );
    await ssm(workloads, "eu-west-1").send(
      new DeleteResourceDataSyncCommand({ SyncName: "inventory", SyncType: "SyncToDestination" }),
    );
    await setExport(false);
  };
  const lineOf = (text: string) =>
    JSON.stringify(spec(), null, 2)
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1;
  const changesOf = (plan: Plan) =>
    plan.changes.map(({ operation, type, name, properties }) => ({ operation, type, name, properties }));
  const denied = {
    service: "ssm",
    operation: "ListResourceDataSync",
    account: workloads,
    error: "AccessDeniedException",
  };

  it("a preview that trusts the record sees none of them", async () => {
    const ran = await world.run("preview", "--expect-no-changes");
    expect(ran.code, ran.stderr).toBe(0);
  });

  it("preview --refresh shows exactly them, and writes nothing", async () => {
    const before = await world.state();
    await world.forgetCalls();
    const ran = await world.run("preview", "--refresh", "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    const plan: Plan = JSON.parse(ran.stdout);
    expect(plan.counts).toEqual({ create: 1, update: 2, replace: 0, delete: 0, same: 6 });
    const [regions, enabled, gone] = changesOf(plan);
    expect(plan.changes.map(({ drift, severity }) => [drift, severity])).toEqual([
      [true, "changes"],
      [true, "starts"],
      [true, "starts"],
    ]);
    expect(enabled).toMatchObject({
      operation: "update",
      type: "DataExportConfiguration",
      name: `${catalog}/us-east-1`,
      properties: [{ path: "enabled", before: false, after: true, applied: true }],
    });
    expect(regions).toMatchObject({
      operation: "update",
      type: "ResourceDataSync",
      name: `${audit}/us-east-1/explorer`,
      properties: [{ path: "syncSource.sourceRegions", before: ["eu-west-1"], after: ["eu-west-1", "us-east-1"] }],
    });
    expect(gone).toMatchObject({ operation: "create", name: `${workloads}/eu-west-1/inventory` });
    expect(plan.changes.at(-1)?.consequence).toMatch(/^AWS no longer has it\. /);
    expect(await world.state()).toEqual(before);
    expect((await world.calls()).filter((call) => !reads.test(call.operation))).toEqual([]);
  });

  it("drift says of each setting what spec, record and AWS have, with its line, and writes nothing", async () => {
    const before = await world.state();
    await world.forgetCalls();
    const ran = await world.run("drift", "--expect-no-changes", "-o", "json");
    expect(ran.code, ran.stderr).toBe(7);
    const report = JSON.parse(ran.stdout);
    expect(report).toMatchObject({ version: 1, stack: "dev", result: "ok", counts: { changed: 2, gone: 1 } });
    const at = (text: string) => ({ file: "sluice.yaml", line: lineOf(text) });
    expect(report.drift).toEqual([
      {
        found: "changed",
        type: "DataExportConfiguration",
        name: `${catalog}/us-east-1`,
        account: catalog,
        region: "us-east-1",
        source: at('"catalog": {'),
        leaves: [
          { path: "enabled", setting: "enabled", spec: true, applied: true, aws: false, source: at('"catalog": {') },
        ],
      },
      {
        found: "changed",
        type: "ResourceDataSync",
        name: `${audit}/us-east-1/explorer`,
        account: audit,
        region: "us-east-1",
        source: at('"explorer": {'),
        leaves: [
          {
            path: "syncSource.sourceRegions",
            setting: "source.regions",
            spec: ["eu-west-1", "us-east-1"],
            applied: ["eu-west-1", "us-east-1"],
            aws: ["eu-west-1"],
            source: { file: "sluice.yaml", line: lineOf('"organization": "entire"') + 1 },
          },
        ],
      },
      {
        found: "gone",
        type: "ResourceDataSync",
        name: `${workloads}/eu-west-1/inventory`,
        account: workloads,
        region: "eu-west-1",
        source: at('"inventory": {'),
        leaves: [],
      },
    ]);
    expect(await world.state()).toEqual(before);
    expect((await world.calls()).filter((call) => !reads.test(call.operation))).toEqual([]);
    const text = await world.run("drift");
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("2 changed behind the stack's back, 1 gone");
    expect(text.stdout).toMatch(/spec, applied {2}true\n +AWS +false/);
    expect((await world.run("drift", "-o", "markdown")).stdout).toContain("AWS no longer has it");
  });

  it("a listing that is denied in one account fails the preview, and its syncs are not taken for gone", async () => {
    await world.fault({ ...denied, when: "before", times: 1000 });
    const ran = await world.run("preview", "--refresh", "-o", "json");
    const drift = await world.run("drift", "-o", "json");
    await fetch(`${world.endpoint}/_emulator/faults`, { method: "DELETE" });
    expect(drift.code, drift.stdout).toBe(1);
    const told = JSON.parse(drift.stdout);
    expect(told).toMatchObject({ result: "failed", counts: { changed: 2, gone: 0 } });
    expect(told.diagnostics[0].message).toContain(workloads);
    expect(ran.code, ran.stdout).toBe(1);
    const plan: Plan = JSON.parse(ran.stdout);
    expect(plan.result).toBe("failed");
    expect(plan.changes).toEqual([]);
    expect(plan.diagnostics[0]).toMatchObject({ severity: "error", message: expect.stringContaining(workloads) });
  });

  it("drift --absorb writes them into the spec: it passes its check, and nothing is left to do", async () => {
    const given = JSON.stringify(spec(), null, 2);
    const ran = await world.run("drift", "--absorb", "--expect-no-changes", "-o", "json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const { absorbed, left } = JSON.parse(ran.stdout);
    expect(left).toEqual([]);
    expect(absorbed.map(({ how }: { how: string }) => how)).toEqual([
      "enabled: false",
      'source.regions: ["eu-west-1"]',
      "left out of the selection fleet by exclude.targets",
    ]);
    expect((await world.run("check", "--strict")).code).toBe(0);
    const after = await world.run("preview", "--refresh", "--expect-no-changes");
    expect(after.code, after.stdout).toBe(0);
    const text = await readFile(path.join(world.folder, "sluice.yaml"), "utf8");
    const { added, removed } = linesBetween(given, text);
    expect(removed).toHaveLength(3);
    expect(added.join("\n")).toContain(`"${workloads}/eu-west-1"`.replace(workloads, "workloads"));
    await world.writeSpec(spec());
  });

  it("up --refresh undoes them, held to the digest of the plan that showed them", async () => {
    const planned = await world.run("preview", "--refresh", "-o", "json");
    const { digest }: Plan = JSON.parse(planned.stdout);
    await world.forgetCalls();
    const ran = await world.run("up", "--refresh", "--digest", digest, "-o", "json");
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout).counts).toEqual({ create: 1, update: 2, replace: 0, delete: 0, same: 6 });
    const writes = (await world.calls()).filter((call) => !reads.test(call.operation));
    expect(writes.map(({ operation }) => operation).toSorted()).toEqual([
      "CreateResourceDataSync",
      "PutDataExportConfiguration",
      "UpdateResourceDataSync",
    ]);
    const listed = await ssm(audit).send(new ListResourceDataSyncCommand({ SyncType: "SyncFromSource" }));
    const explorer = listed.ResourceDataSyncItems!.find(({ SyncName }) => SyncName === "explorer");
    expect(explorer).toMatchObject({ SyncSource: { SourceRegions: ["eu-west-1", "us-east-1"] } });
    const after = await world.run("preview", "--refresh", "--expect-no-changes");
    expect(after.code, after.stdout).toBe(0);
  });
});
