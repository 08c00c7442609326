import { expect, it } from "vitest";
import { describeDeviations } from "../../../src/preview/index.ts";
import { dataExport, domainSwitch, place, step, summary, sync, table } from "./fixtures.ts";

const first = (...given: Parameters<typeof step>) => step(...given)[0]!.resourcePreEvent!.metadata;
const says = describeDeviations(domainSwitch);

it("a step as it was planned is not beyond the plan, with what only the deployment tells filled in", () => {
  expect(says(first("delete-replaced", "AssetTable", place, table("dzd_alpha")))).toBeUndefined();
  const after = dataExport("dzd_beta", { assetTable: `${place}/dzd_beta` });
  expect(
    says(first("create-replacement", "DataExportConfiguration", place, dataExport("dzd_alpha"), after)),
  ).toBeUndefined();
});

it("what changes nothing is not beyond any plan", () => {
  const inputs = sync("1", "r");
  expect(
    describeDeviations([summary()])(first("same", "ResourceDataSync", "1/r/inventory", inputs, inputs)),
  ).toBeUndefined();
  expect(
    describeDeviations([summary()])(first("refresh", "ResourceDataSync", "1/r/inventory", inputs, inputs)),
  ).toBeUndefined();
});

it("another step on a planned resource, and a step on another, are not in the plan", () => {
  expect(says(first("delete", "ResourceDataSync", `${place}/inventory`, sync("1", "r")))).toBe(
    `"delete data sync ${place}/inventory" is not in the plan that was shown`,
  );
  expect(says(first("create", "ResourceDataSync", "2/r/inventory", undefined, sync("2", "r")))).toContain("is not in");
});

it("a planned step with another setting, before or after, is not as in the plan, and says which", () => {
  const changed = first("delete-replaced", "AssetTable", place, table("dzd_gamma"));
  expect(says(changed)).toContain('domain was "dzd_alpha", and now it is "dzd_gamma"');
  const added = table("dzd_beta", { onRemoval: "backUpAndDrop" });
  expect(says(first("create-replacement", "AssetTable", place, table("dzd_alpha"), added))).toContain(
    'onRemoval was "keep", and now it is "backUpAndDrop"',
  );
});

it("a delete that was shown as forgetting is not as in the plan, nor the other way round", () => {
  const name = `${place}/inventory`;
  const deletion = (retain: boolean) => step("delete", "ResourceDataSync", name, sync("1", "r"), undefined, { retain });
  const [kept, gone] = [deletion(true), deletion(false)];
  expect(describeDeviations(kept)(kept[0]!.resourcePreEvent!.metadata)).toBeUndefined();
  expect(describeDeviations(kept)(gone[0]!.resourcePreEvent!.metadata)).toMatch(
    /it was to be forgotten, and now it would be deleted$/,
  );
  expect(describeDeviations(gone)(kept[0]!.resourcePreEvent!.metadata)).toMatch(
    /it was to be deleted, and now it would be forgotten$/,
  );
});
