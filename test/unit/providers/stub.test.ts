import { expect, it } from "vitest";
import { stub } from "../../../providers/stub.ts";
import { AssetTable, DataExportConfiguration, ResourceDataSync } from "../../../src/resources/index.ts";

it("the texts that every user's state holds have not changed", () => {
  const text = (handler: string) =>
    `exports.handler=()=>require("module").createRequire(process.cwd()+"/_")("sluice/provider").${handler}`;
  expect(stub).toEqual({
    resourceDataSync: text("resourceDataSync"),
    dataExportConfiguration: text("dataExportConfiguration"),
    assetTable: text("assetTable"),
  });
});

it("the types that every user's state holds have not changed", () => {
  expect(
    [ResourceDataSync, DataExportConfiguration, AssetTable].map((type) => Reflect.get(type, "__pulumiType")),
  ).toEqual([
    "pulumi-nodejs:dynamic/sluice:ResourceDataSync",
    "pulumi-nodejs:dynamic/sluice:DataExportConfiguration",
    "pulumi-nodejs:dynamic/sluice:AssetTable",
  ]);
});
