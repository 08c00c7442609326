import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffAnswer } from "../../../providers/pulumi/diff-answer.ts";
import { differencesBetween } from "../../../providers/settings/differences.ts";
import { resourceDataSync } from "../../../providers/resource-data-sync.ts";
import { unknown } from "../../../providers/settings/rules.ts";
import { kinds } from "../../../src/resources/kinds.ts";
import { fromItem, toRequest } from "../../../providers/sync/sync-requests.ts";

const region = fc.constantFrom("us-east-1", "eu-west-1", "ap-southeast-2");
const flags = { includeFutureRegions: fc.boolean(), enableAllOpsDataSources: fc.boolean() };
const unit = fc.stringMatching(/^ou-[0-9a-z]{4}-[a-z0-9]{8}$/);
const organization = fc.oneof(
  fc.record({ organizationSourceType: fc.constant("EntireOrganization") }),
  fc.record({
    organizationSourceType: fc.constant("OrganizationalUnits"),
    organizationalUnits: fc.uniqueArray(unit, { minLength: 1, maxLength: 4 }),
  }),
);
const regions = fc.uniqueArray(region, { minLength: 1 });
const source = fc.oneof(
  fc.record({ sourceType: fc.constant("SingleAccountMultiRegions"), sourceRegions: regions, ...flags }),
  fc.record({
    sourceType: fc.constant("AwsOrganizations"),
    sourceRegions: regions,
    ...flags,
    awsOrganizationsSource: organization,
  }),
);
const destination = fc.record(
  {
    bucketName: fc.stringMatching(/^[a-z]{3,20}$/),
    region,
    prefix: fc.stringMatching(/^[a-z/]{1,20}$/),
    awsKmsKeyArn: fc.constant("arn:aws:kms:us-east-1:111122223333:key/k"),
  },
  { requiredKeys: ["bucketName", "region"] },
);
const place = { account: fc.stringMatching(/^\d{12}$/), region, syncName: fc.stringMatching(/^[\w-]{1,64}$/) };
const sync = fc.oneof(
  fc.record({ ...place, syncType: fc.constant("SyncToDestination"), s3Destination: destination }),
  fc.record({ ...place, syncType: fc.constant("SyncFromSource"), syncSource: source }),
);
const { normalise, rules } = resourceDataSync;
const { changes } = kinds.ResourceDataSync;

describe("a sync's settings", () => {
  it("that are well formed pass, and normalising them twice is as good as once", () => {
    fc.assert(
      fc.property(sync, (inputs) => {
        expect(rules(inputs, "")).toEqual([]);
        const settings = normalise(inputs);
        expect(rules(settings, "")).toEqual([]);
        expect(normalise({ ...settings })).toEqual(settings);
      }),
    );
  });

  it("come back from AWS without a difference, in whatever order it lists them", () => {
    fc.assert(
      fc.property(sync, (inputs) => {
        const settings = normalise(inputs);
        const request = toRequest(settings);
        const item = structuredClone(request);
        item.SyncSource?.SourceRegions?.reverse();
        item.SyncSource?.AwsOrganizationsSource?.OrganizationalUnits?.reverse();
        const observed = normalise({ ...inputs, s3Destination: undefined, syncSource: undefined, ...fromItem(item) });
        expect(differencesBetween(observed, settings, changes)).toEqual([]);
      }),
    );
  });

  it("differ by a value that is not known yet", () => {
    const recorded = { account: "1", syncSource: { sourceRegions: ["us-east-1"] } };
    const desired = { account: "1", syncSource: { sourceRegions: unknown } };
    expect(differencesBetween(recorded, desired, changes)).toMatchObject([
      { path: "syncSource.sourceRegions", replaces: false },
    ]);
  });

  it("name the property that replaces", () => {
    const recorded = { syncName: "a", syncSource: { sourceType: "AwsOrganizations", includeFutureRegions: false } };
    const desired = {
      syncName: "a",
      syncSource: { sourceType: "SingleAccountMultiRegions", includeFutureRegions: true },
    };
    expect(differencesBetween(recorded, desired, changes).map(({ path, replaces }) => [path, replaces])).toEqual([
      ["syncSource.includeFutureRegions", false],
      ["syncSource.sourceType", true],
    ]);
  });
});

describe("an answer tells each difference by its path", () => {
  const pathsOf = (recorded: object, desired: object) =>
    diffAnswer(differencesBetween(recorded, desired, changes)).paths;

  it("what leaves a set by its old index and what joins it by its new one, whatever moves between", () => {
    const regions = (...sourceRegions: string[]) => ({ syncSource: { sourceRegions } });
    const three = regions("ap-south-1", "eu-west-1", "us-east-1");
    expect(pathsOf(regions("ap-south-1", "us-east-1"), three)).toEqual({ "syncSource.sourceRegions[1]": "add" });
    expect(pathsOf(three, regions("us-east-1"))).toEqual({
      "syncSource.sourceRegions[0]": "delete",
      "syncSource.sourceRegions[1]": "delete",
    });
    expect(pathsOf(three, regions("ap-south-1", "eu-north-1", "us-east-1"))).toEqual({
      "syncSource.sourceRegions[1]": "update",
    });
    expect(pathsOf(regions("a", "a"), regions("a"))).toEqual({ "syncSource.sourceRegions": "update" });
  });

  it("a nested property that comes, goes, or replaces; null counts as absent", () => {
    const destination = (more: object) => ({ role: null, s3Destination: { bucketName: "b", ...more } });
    expect(pathsOf(destination({}), { ...destination({ prefix: "p" }), role: "r" })).toEqual({
      role: "add",
      "s3Destination.prefix": "add-replace",
    });
    expect(pathsOf({ ...destination({ prefix: "p" }), role: "r" }, destination({}))).toEqual({
      role: "delete",
      "s3Destination.prefix": "delete-replace",
    });
    expect(pathsOf(destination({}), destination({}))).toEqual({});
  });

  it("an unknown list as one", () => {
    const recorded = { syncSource: { sourceRegions: ["us-east-1"] } };
    expect(pathsOf(recorded, { syncSource: { sourceRegions: unknown } })).toEqual({
      "syncSource.sourceRegions": "update",
    });
  });
});
