import { DeleteDataExportConfigurationCommand, PutDataExportConfigurationCommand } from "@aws-sdk/client-datazone";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteTableCommand } from "@aws-sdk/client-s3tables";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { stub } from "../../providers/stub.ts";
import { catalog, seed } from "../support/acme.ts";
import { catalogHost, tableBucketARN } from "../support/catalog-host.ts";
import { startHostInProcess } from "../support/host-in-process.ts";
import type { ProviderProperties } from "../support/provider-properties.ts";

const alpha = {
  __provider: stub.assetTable,
  __urn: "urn:pulumi:dev::sluice::pulumi-nodejs:dynamic/sluice:AssetTable::claim",
  account: catalog,
  region: "us-east-1",
  domain: "dzd_alpha",
  backup: "s3://acme-backups/catalog",
};
const beta = { ...alpha, domain: "dzd_beta" };
const bare = { backup: "none", allowLoss: [{ of: "dzd_alpha", reason: "a sandbox" }] };
const recordAt = (folder: string) => ({ Bucket: "acme-backups", Key: `${folder}/${catalog}/us-east-1/released.json` });

const { world, host, datazone, s3, s3tables, tableInAws } = await catalogHost(seed, startHostInProcess);

type Recorded = Awaited<ReturnType<typeof deployed>>;

/** What the state has of a claim whose domain has exported for two days, with the table's ARN, as a refresh tells it. */
async function deployed(changes: ProviderProperties) {
  const { inputs } = await host.check({ ...alpha, ...changes });
  const { id, outputs } = await host.create(inputs);
  await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
  await world.advance(2, 5);
  return { id, inputs, outputs: (await host.read(id, outputs))!.outputs };
}

/** The looks at the table of a create that come before its drop. */
const looksBefore = 2;

/** The first run of a switch, up to the drop of the table, which is refused `when` it was not yet, or already done and not to be seen. */
async function interrupted(recorded: Recorded, news: ProviderProperties, when: "before" | "after") {
  await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  await host.nextRun();
  await host.check(news, recorded.inputs);
  await host.delete(recorded.id, recorded.outputs);
  const refusal = { service: "s3tables", error: "ForbiddenException", times: 1 };
  await world.fault({ ...refusal, operation: "DeleteTable", when });
  if (when === "after") await world.fault({ ...refusal, operation: "GetTable", when: "before", skip: looksBefore });
  const said = when === "after" ? /ForbiddenException.*is not known/s : /ForbiddenException.*still there/s;
  await expect(host.create((await host.check(news)).inputs)).rejects.toThrow(said);
}

/** The next run, as an engine makes it: the claim that was deleted is in the state until its replacement is made. */
async function again({ id, inputs, outputs }: Recorded, news: ProviderProperties) {
  await host.nextRun();
  const { failures } = await host.check(news, inputs);
  expect(failures).toEqual([]);
  await host.diff(id, outputs, news);
  return host.create((await host.check(news)).inputs);
}

async function recordIn(folder: string) {
  const { Body } = await s3.send(new GetObjectCommand(recordAt(folder)));
  return JSON.parse(await Body!.transformToString());
}

const gone = () => expect(tableInAws()).rejects.toThrow(expect.objectContaining({ name: "NotFoundException" }));

beforeEach(async () => {
  await world.reset();
  await host.nextRun();
});

describe("a switch that ended at the drop of the table knows in the next run whose it is", () => {
  it.each([
    ["where the record was deleted", async () => void (await s3.send(new DeleteObjectCommand(recordAt("catalog"))))],
    [
      "where somebody wrote another owner into the record",
      async () => {
        const planted = { ...(await recordIn("catalog")), domain: "dzd_beta" };
        await s3.send(new PutObjectCommand({ ...recordAt("catalog"), Body: JSON.stringify(planted) }));
      },
    ],
  ])("%s", async (_, tamper) => {
    const recorded = await deployed({});
    await interrupted(recorded, beta, "before");
    await tamper();
    const { outputs } = await again(recorded, { ...beta, leftover: "adopt" });
    expect(outputs["receipt"]).toMatchObject({ rows: 10, source: { tableArn: recorded.outputs["tableArn"] } });
    await gone();
  });

  it("where the place of backups was moved in between", async () => {
    const recorded = await deployed({});
    await interrupted(recorded, beta, "before");
    const { outputs } = await again(recorded, { ...beta, backup: "s3://acme-backups/moved" });
    expect(outputs["receipt"]).toMatchObject({ rows: 10 });
    expect(await recordIn("moved")).toMatchObject({ domain: "dzd_alpha" });
  });

  it("where there is no place for backups: by the domain's name its loss is allowed", async () => {
    const recorded = await deployed({ backup: "none" });
    await interrupted(recorded, { ...beta, ...bare }, "before");
    await again(recorded, { ...beta, ...bare });
    await gone();
  });
});

it("a word for a loss that stood in the spec before the table was made is none for its rows", async () => {
  const { id, inputs, outputs } = await deployed(bare);
  await host.nextRun();
  await host.diff(id, outputs, { ...beta, ...bare });
  const { failures } = await host.check({ ...beta, ...bare }, inputs);
  expect(failures.map(({ reason }) => reason).join()).toMatch(/gone for good.*written before this table was made/s);
});

describe("a switch that ended after the drop of the table", () => {
  it("has used the allowance of its loss", async () => {
    const recorded = await deployed({ backup: "none" });
    await interrupted(recorded, { ...beta, ...bare }, "after");
    const { outputs } = await again(recorded, { ...beta, ...bare });
    expect(outputs["__allowancesSpent"]).toEqual(bare.allowLoss);
  });

  it("finds the receipt, says whose word it is, and moves it with the place of backups", async () => {
    const recorded = await deployed({});
    await interrupted(recorded, beta, "after");
    const moved = { ...beta, backup: "s3://acme-backups/moved" };
    const { id, outputs } = await again(recorded, moved);
    expect(outputs["receipt"]).toMatchObject({ rows: 10, source: { tableArn: recorded.outputs["tableArn"] } });
    const said = () =>
      expect(host.log.map(({ message }) => message).join()).toMatch(/dropped by an earlier run.*sluice verify s3:/);
    await vi.waitFor(said, { timeout: 10_000 });
    expect(await recordIn("moved")).toMatchObject({ domain: "dzd_alpha", receipt: expect.stringContaining("catalog") });

    const elsewhere = (await host.check({ ...moved, backup: "s3://acme-backups/third" }, moved)).inputs;
    await host.update(id, outputs, elsewhere);
    expect(await recordIn("third")).toEqual(await recordIn("moved"));
  });

  it("is not what a claim of another stack, or of nobody's table, takes for its own", async () => {
    const recorded = await deployed({});
    await interrupted(recorded, beta, "after");
    await host.nextRun();
    const { outputs } = await host.create((await host.check(beta)).inputs);
    expect(outputs["receipt"]).toBeNull();
  });
});

it("a claim that is to drop its table stays until it can be read whose table it is, however often it is removed", async () => {
  const { id, outputs } = await deployed({ onRemoval: "backUpAndDrop" });
  await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
  const unknown = { ...outputs, tableArn: null };
  await world.fault({ service: "s3", operation: "GetObject", when: "before", error: "AccessDenied", times: 1000 });
  for (let run = 0; run < 2; run++) {
    await host.nextRun();
    await expect(host.delete(id, unknown)).rejects.toThrow(/was kept: whose it is says the record .*onRemoval: keep/s);
  }
  expect(await tableInAws()).toBeDefined();
});

describe("an allowance that names a domain", () => {
  const switched = { ...beta, ...bare };
  const tableThere = async () => (await tableInAws()).tableARN;
  const refused = /has to make room.*of: "arn:.*only the ARN counts/s;

  /** Another table lies where the recorded one was: it was made after the state was. */
  async function remade() {
    const recorded = await deployed({ backup: "none" });
    await datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha" }));
    await s3tables.send(new DeleteTableCommand({ tableBucketARN, namespace: "asset_metadata", name: "asset" }));
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier: "dzd_alpha", enableExport: true }));
    await world.advance(2, 5);
    await host.nextRun();
    return recorded;
  }

  it("allows no loss of a later table, neither by an old state nor by one that a refresh has brought up to date", async () => {
    const { id, inputs, outputs } = await remade();
    const read = (await host.read(id, outputs))!;
    expect(read.outputs["__tablesMet"]).toEqual([await tableThere()]);
    await host.nextRun();
    await host.diff(id, outputs, switched);
    expect((await host.check(switched, inputs)).failures).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(refused) }),
    ]);
    await host.nextRun();
    await host.diff(id, read.outputs, switched);
    expect((await host.check(switched, read.inputs)).failures).toHaveLength(1);
    const named = { ...switched, allowLoss: [{ of: await tableThere(), reason: "this one" }] };
    expect((await host.check(named, read.inputs)).failures).toEqual([]);
  });

  it("allows no loss of a table that was taken over", async () => {
    await remade();
    const { id, inputs, outputs } = await (async () => {
      const { inputs } = await host.check({ ...alpha, ...bare, adopt: true });
      return { inputs, ...(await host.create(inputs)) };
    })();
    expect(outputs["__tablesMet"]).toEqual([await tableThere()]);
    await host.nextRun();
    await host.diff(id, outputs, switched);
    const { failures } = await host.check(switched, inputs);
    expect(failures).toEqual([expect.objectContaining({ reason: expect.stringMatching(refused) })]);
  });
});
