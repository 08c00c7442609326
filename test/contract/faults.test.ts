import { GetDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { stub } from "../../providers/stub.ts";
import { catalog, seed } from "../support/acme.ts";
import { catalogHost } from "../support/catalog-host.ts";
import { startHostInProcess } from "../support/host-in-process.ts";
import { HostError, startProviderHost } from "../support/provider-host.ts";
import type { ProviderProperties } from "../support/provider-properties.ts";

const { world, host, datazone, s3, tableInAws } = await catalogHost(seed, startHostInProcess);

type Recorded = { id: string; inputs: ProviderProperties; outputs: ProviderProperties; failed: boolean } | undefined;

/** A claim and its export, deployed step by step in the order of a delete-first replacement; failed steps keep what is recorded. */
class Deployment {
  claim: Recorded;
  export: Recorded;

  async up(domain: string): Promise<void> {
    if (this.claim && this.claim.outputs["domain"] !== domain) {
      if (this.export) await host.delete(this.export.id, this.export.outputs);
      this.export = undefined;
      await host.delete(this.claim.id, this.claim.outputs);
      this.claim = undefined;
    }
    const place = { account: catalog, region: "us-east-1", domain };
    const backup = "s3://acme-backups/catalog";
    const claim = { __provider: stub.assetTable, ...place, backup };
    await this.#put("claim", claim);
    const assetTable = this.claim!.id;
    await this.#put("export", {
      __provider: stub.dataExportConfiguration,
      ...place,
      assetTable,
      recordExpirationDays: 9,
    });
  }

  /** Runs until it succeeds, as people do. */
  async converge(domain: string): Promise<void> {
    for (let run = 1; ; run++) {
      try {
        return await this.up(domain);
      } catch (error) {
        if (run === 3 || !(error instanceof HostError)) throw error;
      }
    }
  }

  async #put(name: "claim" | "export", raw: ProviderProperties): Promise<void> {
    const recorded = this[name];
    const { inputs } = await host.check(raw, recorded?.inputs);
    try {
      if (!recorded) this[name] = { ...(await host.create(inputs)), inputs, failed: false };
      else if (recorded.failed || (await host.diff(recorded.id, recorded.outputs, inputs)).changes) {
        this[name] = {
          id: recorded.id,
          inputs,
          outputs: await host.update(recorded.id, recorded.outputs, inputs),
          failed: false,
        };
      }
    } catch (error) {
      if (error instanceof HostError && error.id)
        this[name] = { id: error.id, inputs, outputs: error.properties!, failed: true };
      throw error;
    }
  }
}

const tableArn = async () => (await tableInAws()).tableARN;

const calls = [
  ["datazone", "DeleteDataExportConfiguration"],
  ["datazone", "PutDataExportConfiguration"],
  ["datazone", "GetDataExportConfiguration"],
  ["datazone", "ListDomains"],
  ["s3tables", "GetTable"],
  ["s3tables", "GetTableEncryption"],
  ["s3tables", "DeleteTable"],
  ["s3tables", "GetTableRecordExpirationConfiguration"],
  ["s3tables", "PutTableRecordExpirationConfiguration"],
  ["s3", "PutObject"],
  ["s3", "GetObject"],
  ["s3", "HeadObject"],
] as const;

/** Refused for good, so that the step fails and the next run has to finish. */
const refusals = ["before", "after"].map((when) => ({ error: "AccessDeniedException", when }));

/** Transient: the same run gets over them. Tried where something is changed. */
const troubles = [
  { error: "ThrottlingException", when: "before" },
  { error: "reset", when: "after" },
  { error: "truncate", when: "after" },
];
const changing = calls.filter(([, operation]) => /^(Put|Delete)/.test(operation));

const cases = [
  ...calls.flatMap(([service, operation]) => refusals.map((fault) => ({ service, operation, ...fault }))),
  ...changing.flatMap(([service, operation]) => troubles.map((fault) => ({ service, operation, ...fault }))),
];

describe("a switch of domains", () => {
  it.each(cases)("ends well although $service $operation answers $error $when its effect", async (fault) => {
    await world.reset();
    const deployment = new Deployment();
    await deployment.up("dzd_alpha");
    await world.advance(1, 3);
    const before = await tableArn();
    await world.fault(fault);
    await deployment.converge("dzd_beta");
    expect(deployment.claim!.outputs["receipt"]).toMatchObject({ rows: 3, source: { tableArn: before } });
    expect(deployment.export!.outputs).toMatchObject({ domain: "dzd_beta", recordExpirationDays: 9 });
    expect(deployment.export!.outputs).not.toHaveProperty("__unfinished");
    expect(await tableArn()).not.toBe(before);
    const ask = (domainIdentifier: string) =>
      datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier }));
    expect(await ask("dzd_beta")).toMatchObject({ isExportEnabled: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "acme-backups" }));
    expect(Contents.filter(({ Key }) => Key!.endsWith("receipt.json"))).toHaveLength(1);
  });
});

it("an error of a delete or a read is answered, and not printed as well", async () => {
  await world.reset();
  await host.nextRun(startProviderHost);
  const place = { account: catalog, region: "us-east-1", domain: "dzd_alpha", assetTable: "claim" };
  const outputs = (await host.check({ __provider: stub.dataExportConfiguration, ...place })).inputs;
  const id = `${catalog}/us-east-1/dzd_alpha`;
  // One that may not be asked may let its configuration be deleted all the same.
  for (const operation of ["GetDataExportConfiguration", "DeleteDataExportConfiguration"])
    await world.fault({ service: "datazone", operation, error: "403", times: 50 });
  const before = host.printed();
  for (const act of [() => host.delete(id, outputs), () => host.read(id, outputs)]) {
    const said = await act().then(
      () => "",
      (error: Error) => error.message,
    );
    expect(said).toMatch(/Could not (delete|read) .*AccessDenied/);
  }
  expect(host.printed()).toBe(before);
});

it("an error that many resources have at once is printed for none of them", async () => {
  const nobody = { AWS_ACCESS_KEY_ID: "", AWS_PROFILE: "nobody", AWS_CONFIG_FILE: "/dev/null" };
  const process = await startProviderHost(world.endpoint, catalog, nobody);
  const inputs = { __provider: stub.resourceDataSync };
  const ids = ["one", "two", "three"].map((name) => `${catalog}/us-east-1/SyncToDestination/${name}`);
  const ended = await Promise.allSettled(ids.map((id) => process.read(id, inputs)));
  const said = ended.map((end) => (end.status === "rejected" ? String(end.reason) : ""));
  expect(said).toEqual(ids.map(() => expect.stringContaining("there is no profile nobody")));
  await process.close();
  expect(process.printed()).toBe("");
});
