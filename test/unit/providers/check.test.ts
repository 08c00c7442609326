import { describe, expect, it } from "vitest";
import { assetTable, dataExportConfiguration, resourceDataSync } from "../../../providers/index.ts";
import { adapt } from "../../../providers/pulumi/adapter.ts";
import { resourceDataSync as syncLifecycle } from "../../../providers/resource-data-sync.ts";
import { unknown } from "../../../providers/settings/rules.ts";

const place = { account: "012345678901", region: "us-east-1" };
const destination = { bucketName: "acme", region: "us-east-1" };
const sync = { ...place, syncName: "inventory", s3Destination: destination };
const claim = { ...place, domain: "dzd_alpha", backup: "s3://acme-backups/catalog" };
const configuration = { ...place, domain: "dzd_alpha", assetTable: "012345678901/us-east-1/dzd_alpha" };

async function problemsOf(provider: typeof assetTable, inputs: object) {
  const { failures = [] } = await provider.check!({}, inputs);
  return failures.map(({ property, reason }) => `${property} ${reason}`);
}

describe("check", () => {
  it("refuses a second resource of one program that is the same in AWS, and lets the first be looked at again", async () => {
    const provider = adapt(syncLifecycle);
    const urn = (name: string) => `urn:pulumi:dev::acme::pulumi-nodejs:dynamic/sluice:ResourceDataSync::${name}`;
    const checked = async (name: string, more: object = {}) => {
      const { failures = [] } = await provider.check!({}, { ...sync, __urn: urn(name), ...more });
      return failures.map(({ reason }) => reason);
    };
    expect(await checked("one")).toEqual([]);
    expect(await checked("one")).toEqual([]);
    expect(await checked("two", { adopt: true })).toEqual([
      `${urn("one")} is the same in AWS, which can hold it only once. Take one of the two out.`,
    ]);
    expect(await checked("three", { region: "eu-west-1" })).toEqual([]);
    for (const name of ["four", "five"]) expect(await checked(name, { syncName: unknown })).toEqual([]);
  });

  it("fills in every default, so that the preview shows it", async () => {
    expect((await assetTable.check!({}, claim)).inputs).toEqual({
      ...claim,
      encryption: { sseAlgorithm: "AES256" },
      method: "copy",
      history: "all",
      onRemoval: "keep",
      leftover: "ask",
      tableBucketArn: "arn:aws:s3tables:us-east-1:012345678901:bucket/aws-sagemaker-catalog",
    });
    expect((await resourceDataSync.check!({}, sync)).inputs).toEqual({
      ...sync,
      syncType: "SyncToDestination",
      s3Destination: { ...destination, syncFormat: "JsonSerDe" },
      arn: "arn:aws:ssm:us-east-1:012345678901:resource-data-sync/inventory",
    });
  });

  it.each([
    [{}, { includeFutureRegions: false, enableAllOpsDataSources: false }],
    [{ enableAllOpsDataSources: true }, { includeFutureRegions: false, enableAllOpsDataSources: true }],
    [{ includeFutureRegions: true }, { includeFutureRegions: true, enableAllOpsDataSources: false }],
  ])("writes down the flags of a source that names %j", async (given, flags) => {
    const source = { sourceType: "SingleAccountMultiRegions", sourceRegions: ["us-east-1"] };
    const { s3Destination: _, ...inputs } = {
      ...sync,
      syncType: "SyncFromSource",
      syncSource: { ...source, ...given },
    };
    expect((await resourceDataSync.check!({}, inputs)).inputs).toMatchObject({ syncSource: { ...source, ...flags } });
  });

  it.each([
    [{ ...sync, account: "12345678901" }, /^account must be an AWS account id/],
    [{ ...sync, prefix: "x" }, /^prefix is no setting here; there are account, adopt, externalId, (?!.*arn)/i],
    [{ ...sync, s3Destination: undefined }, /^s3Destination is missing: SyncToDestination needs it/],
    [
      { ...sync, syncSource: { sourceType: "AwsOrganizations", sourceRegions: ["us-east-1"] } },
      /^syncSource does not belong/,
    ],
    [{ ...sync, syncName: "x".repeat(65) }, /^syncName must be a text of 1 to 64/],
    [{ ...sync, s3Destination: { ...destination, prefix: "" } }, /^s3Destination.prefix must be/],
  ])("refuses %j", async (inputs, reason) => {
    expect(await problemsOf(resourceDataSync, inputs)).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    [{ ...configuration, domain: "dzd alpha" }, /^domain must be the id of a domain/],
    [{ ...configuration, recordExpirationDays: 0 }, /^recordExpirationDays must be a whole number from 1/],
    [{ ...configuration, encryption: { sseAlgorithm: "aws:kms" } }, /^encryption.kmsKeyArn is missing/],
  ])("refuses %j", async (inputs, reason) => {
    expect(await problemsOf(dataExportConfiguration, inputs)).toEqual([expect.stringMatching(reason)]);
  });

  it("does not tell an external id that it refuses", async () => {
    const [reason] = await problemsOf(resourceDataSync, { ...sync, externalId: "correct horse" });
    expect(reason).toBe(
      "externalId must be an external id, 2 to 1,224 letters, digits and characters of + = , . @ : / - _",
    );
  });

  it("takes an account for the backup's owner and a key for its encryption, and nothing else", async () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(await problemsOf(assetTable, { ...claim, backupOwner: "444455556666", backupKey: key })).toEqual([]);
    expect(await problemsOf(assetTable, { ...claim, backupOwner: "audit" })).toEqual([
      expect.stringMatching(/^backupOwner .*12 digits/),
    ]);
    expect(await problemsOf(assetTable, { ...claim, backupKey: "alias/mine" })).toEqual([
      expect.stringMatching(/^backupKey .*KMS key/),
    ]);
  });

  it("refuses a backup that has nowhere to go", async () => {
    expect(await problemsOf(assetTable, { ...claim, backup: "none", onRemoval: "backUpAndDrop" })).toEqual([
      expect.stringMatching(/^onRemoval .*say where backups go/),
    ]);
  });

  it("refuses a role of another account", async () => {
    const role = "arn:aws:iam::222233334444:role/Sluice";
    expect(await problemsOf(assetTable, { ...claim, role })).toEqual([
      "role belongs to account 222233334444, but the resource lives in 012345678901",
    ]);
  });

  it("says nothing of values that are not known yet, at any depth", async () => {
    const later = {
      ...sync,
      account: unknown,
      s3Destination: { bucketName: unknown, region: "us-east-1", prefix: unknown },
    };
    expect(await resourceDataSync.check!({}, later)).toMatchObject({ inputs: { account: unknown, arn: unknown } });
    expect(await problemsOf(resourceDataSync, { ...sync, s3Destination: unknown })).toEqual([]);
    expect(
      await problemsOf(dataExportConfiguration, { ...configuration, assetTable: unknown, encryption: unknown }),
    ).toEqual([]);
    expect(await problemsOf(assetTable, { ...claim, backup: unknown, leftover: unknown })).toEqual([]);
  });
});

describe("diff", () => {
  it("replaces an export whose claim is replaced, delete first", async () => {
    const { inputs } = await dataExportConfiguration.check!({}, configuration);
    expect(await dataExportConfiguration.diff!("id", inputs, { ...inputs, assetTable: unknown })).toEqual({
      changes: true,
      replaces: ["assetTable"],
      deleteBeforeReplace: true,
      paths: { assetTable: "update-replace" },
    });
  });

  it("updates a claim whose backups go elsewhere, and replaces one of another domain", async () => {
    const { inputs } = await assetTable.check!({}, claim);
    const moved = { ...inputs, backup: "s3://elsewhere", backupOwner: "444455556666", onRemoval: "backUpAndDrop" };
    expect(await assetTable.diff!("id", inputs, moved)).toMatchObject({ changes: true, replaces: [] });
    expect(await assetTable.diff!("id", inputs, { ...inputs, domain: "dzd_beta" })).toMatchObject({
      replaces: ["domain"],
    });
  });

  it("of equal settings says no", async () => {
    const { inputs } = await assetTable.check!({}, claim);
    const recorded = { ...inputs, tableArn: "arn", __provider: "text" };
    expect((await assetTable.diff!("id", recorded, inputs)).changes).toBe(false);
  });
});
