import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { stub } from "../../providers/stub.ts";
import { audit, catalog, seed } from "../support/acme.ts";
import { catalogHost } from "../support/catalog-host.ts";

const domains = [
  { id: "dzd_alpha", name: "Alpha", sharedFrom: audit },
  { id: "dzd_beta", name: "Beta" },
];
const { world, host, s3, tableInAws } = await catalogHost({
  ...seed,
  accounts: { ...seed.accounts, [catalog]: { name: "catalog", regions: { "us-east-1": { domains } } } },
});
const target = { account: catalog, region: "us-east-1", domain: "dzd_alpha" };
const claimInputs = { __provider: stub.assetTable, ...target, backup: "s3://acme-backups/catalog" };
const assetTable = `${catalog}/us-east-1/dzd_alpha`;
const exportInputs = { __provider: stub.dataExportConfiguration, ...target, assetTable };

it("the record of a table counts where the leaving domain may not be asked whether the table is its own", async () => {
  const claimed = (await host.check(claimInputs)).inputs;
  await host.create(claimed);
  const configuration = await host.create((await host.check(exportInputs)).inputs);
  await world.advance(2, 5);
  await host.nextRun();

  const { tableARN } = await tableInAws();
  const at = { Bucket: "acme-backups", Key: `catalog/${catalog}/us-east-1/released.json` };
  const encryption = { sseAlgorithm: "AES256" };
  const record = { version: 1, domain: "dzd_beta", encryption, tableArn: tableARN, time: "2026-11-01T00:00:00.000Z" };
  await s3.send(new PutObjectCommand({ ...at, Body: JSON.stringify(record) }));
  await world.quirk({ "datazone-shared-get": "denied" });
  await host.check({ ...claimInputs, domain: "dzd_beta" }, claimed);
  const deletion = host.delete(configuration.id, configuration.outputs);
  await expect(deletion).rejects.toThrow(/not permitted.*DeleteDataExportConfiguration/);
  const { Body } = await s3.send(new GetObjectCommand(at));
  expect(JSON.parse(await Body!.transformToString())).toMatchObject({ domain: "dzd_beta" });
});
